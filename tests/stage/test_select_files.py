"""Which files are looked at: patterns, names, and what is left out and why."""

import os
from pathlib import Path

import pytest

from stomper.errors import UsageError
from stomper.models import Skipped
from stomper.plan.select_files import Selection, select_files
from stomper.settings import FileSettings, IgnoreSettings, Settings
from tests.kit.repo import GitRepo

FILES = ("a.py", "b.pyi", "c.txt", "app/a.py", "app/core/a.py", "app/core/[odd] name.py", "lib/x.py", "lib/gen/x.py")
PYTHON = sorted(path for path in FILES if path != "c.txt")


@pytest.fixture
def sample(repo: GitRepo) -> GitRepo:
    """A repository with these files, and untracked and ignored ones beside them."""
    for path in FILES:
        repo.write(path, "one\n")
    repo.write(".gitignore", "ignored/\n")
    repo.commit()
    repo.write("untracked.py", "one\n")
    repo.write("ignored/a.py", "one\n")
    return repo


def select(repo: GitRepo, *named: str | Path, settings: Settings | None = None) -> Selection:
    return select_files(repo.opened(), repo.head, settings or Settings(), [repo.path / name for name in named])


def patterns(*include: str, exclude: tuple[str, ...] = (), ignored: tuple[str, ...] = ()) -> Settings:
    files = FileSettings(include or FileSettings().include, exclude)
    return Settings(files=files, ignores=IgnoreSettings(files=ignored))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (patterns(), PYTHON),
        (patterns("*.py"), [path for path in PYTHON if path != "b.pyi"]),
        (patterns("/*.py"), ["a.py"]),
        (patterns("app/*.py"), ["app/a.py"]),
        (patterns("app/**/*.py"), ["app/a.py", "app/core/[odd] name.py", "app/core/a.py"]),
        (patterns("app"), ["app/a.py", "app/core/[odd] name.py", "app/core/a.py"]),
        (patterns("**/x.py", "c.txt"), ["c.txt", "lib/gen/x.py", "lib/x.py"]),
        (patterns("no.py"), []),
        (patterns(exclude=("app/",)), ["a.py", "b.pyi", "lib/gen/x.py", "lib/x.py"]),
        (patterns(exclude=("gen", "*.pyi", "core/a.py")), [p for p in PYTHON if "gen" not in p and "pyi" not in p]),
        (patterns(ignored=("lib/**", "app/**")), ["a.py", "b.pyi"]),
        (patterns("a.py", exclude=("app",), ignored=("/a.py",)), []),
    ],
)
def test_patterns(sample: GitRepo, settings: Settings, expected: list[str]) -> None:
    assert select(sample, settings=settings) == Selection(tuple(expected), {}, ())


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (["."], PYTHON),
        (["app"], ["app/a.py", "app/core/[odd] name.py", "app/core/a.py"]),
        (["app/core/"], ["app/core/[odd] name.py", "app/core/a.py"]),
        (["app/core/[odd] name.py"], ["app/core/[odd] name.py"]),
        (["app/../lib/gen"], ["lib/gen/x.py"]),
        (["lib/gen/.."], ["lib/gen/x.py", "lib/x.py"]),
        (["lib/x.py", "a.py", "lib/x.py"], ["a.py", "lib/x.py"]),
        (["c.txt"], ["c.txt"]),
        (["app", "c.txt"], ["app/a.py", "app/core/[odd] name.py", "app/core/a.py", "c.txt"]),
    ],
)
def test_names(sample: GitRepo, named: list[str], expected: list[str]) -> None:
    """A file named outright need not match the patterns; what is below a folder must."""
    assert select(sample, *named).paths == tuple(expected)


def test_names_count_from_the_current_folder(sample: GitRepo) -> None:
    os.chdir(sample.path / "app")
    found = select_files(sample.opened(), sample.head, Settings(), [Path("a.py"), Path("../lib/x.py")])
    assert found.paths == ("app/a.py", "lib/x.py")


def test_file_named_outright_beats_exclude_and_one_in_a_named_folder_does_not(sample: GitRepo) -> None:
    settings = patterns(exclude=("gen",))
    assert select(sample, "lib/gen/x.py", settings=settings).paths == ("lib/gen/x.py",)
    assert select(sample, "lib", settings=settings).paths == ("lib/x.py",)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.py", "none.py does not exist"),
        ("untracked.py", "untracked.py is not tracked by git"),
        ("ignored/a.py", "ignored/a.py is ignored by git"),
        ("ignored", "ignored is ignored by git"),
        ("..", " is outside the repository "),
        ("/etc/hostname", "/etc/hostname is outside the repository "),
    ],
)
def test_name_that_cannot_be_worked_on(sample: GitRepo, name: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        select(sample, name)
    assert message in caught.value.message
    assert caught.value.hint


def test_link_is_skipped_only_where_it_was_named_and_never_followed(sample: GitRepo) -> None:
    (sample.path / "link.py").symlink_to("a.py")
    (sample.path / "folder").symlink_to("lib")
    sample.commit()
    assert select(sample).skipped == ()
    assert "link.py" not in select(sample).paths
    named = select(sample, "link.py")
    assert named == Selection((), {}, (Skipped(path="link.py", before=(), reason="is a symbolic link"),))
    assert select(sample, "folder/x.py").paths == ("lib/x.py",)


def test_name_that_is_not_utf8_is_skipped_and_shown_in_escapes(sample: GitRepo) -> None:
    (sample.path / "untracked.py").unlink()
    sample.commit_file(b"latin-\xe9.py", "one\n")
    found = select(sample)
    assert found.skipped == (Skipped(path="latin-\\xe9.py", before=(), reason="its name is not valid UTF-8"),)
    assert found.paths == tuple(PYTHON)


def test_submodule_is_another_repositorys(sample: GitRepo) -> None:
    inner = GitRepo(sample.path / "sub.py")
    inner.commit_file("a.py", "one\n")
    sample.git("-c", "advice.addEmbeddedRepo=false", "add", "sub.py")
    sample.git("commit", "--quiet", "-m", "sub")
    assert select(sample, "sub.py").skipped == (Skipped(path="sub.py", before=(), reason="is a submodule"),)
    with pytest.raises(UsageError) as caught:
        select(sample, "sub.py/a.py")
    assert caught.value.message == "sub.py/a.py is in the submodule sub.py"


def test_what_the_user_has_changed_is_held(sample: GitRepo) -> None:
    sample.write("a.py", "edited\n")
    sample.write("app/a.py", "staged\n")
    sample.git("add", "app/a.py")
    (sample.path / "lib/x.py").unlink()
    sample.write("c.txt", "not looked at\n")
    found = select(sample)
    assert found.paths == tuple(PYTHON)
    assert found.held == dict.fromkeys(["a.py", "app/a.py", "lib/x.py"], "uncommitted changes")


def test_what_a_sparse_checkout_leaves_out_is_held(sample: GitRepo) -> None:
    sample.git("sparse-checkout", "set", "--no-cone", "/*", "!/lib/gen/")
    assert not (sample.path / "lib/gen").exists()
    assert select(sample).held == {"lib/gen/x.py": "outside the sparse checkout"}


def test_files_are_those_of_the_commit_not_of_the_checkout(sample: GitRepo) -> None:
    sample.git("rm", "--quiet", "--cached", "a.py")
    sample.write("staged.py", "one\n")
    sample.git("add", "staged.py")
    found = select(sample)
    assert "a.py" in found.paths
    assert "staged.py" not in found.paths
