"""Which files are taken up by pattern, by branch and by what is not committed: each against git's own word."""

from pathlib import Path

import pytest

from stomper.errors import UsageError
from stomper.git.changed_files import commit_in_hand, commit_uncommitted, index_of_commit
from stomper.git.repository import read_head
from stomper.plan.narrow_files import choose_files, is_narrowed
from stomper.settings import ChoiceSettings, FileSettings, Settings, Uncommitted
from tests.kit.repo import GitRepo

FILES = ("a.py", "app/b.py", "app/core/c.py", "d.pyi", "e.txt", "lib/f.py")


@pytest.fixture
def sample(repo: GitRepo) -> GitRepo:
    for path in FILES:
        repo.write(path, "one\n")
    repo.write(".gitignore", "*.log\n/ignored.py\n")
    repo.commit("base")
    return repo


def chosen(repo: GitRepo, choice: ChoiceSettings, commit: str = "", files: FileSettings | None = None) -> list[str]:
    settings = Settings(files=files or FileSettings(), choice=choice)
    return list(choose_files(repo.opened(), commit or repo.head, settings, ()).paths)


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (("app/**",), ["app/b.py", "app/core/c.py"]),
        (("app/*",), ["app/b.py", "app/core/c.py"]),
        (("app/*.py",), ["app/b.py"]),
        (("*.pyi", "/a.py"), ["a.py", "d.pyi"]),
        (("lib", "core"), ["app/core/c.py", "lib/f.py"]),
    ],
)
def test_patterns_narrow_what_is_looked_at(sample: GitRepo, patterns: tuple[str, ...], expected: list[str]) -> None:
    assert chosen(sample, ChoiceSettings(patterns)) == expected


def test_patterns_do_not_bring_back_what_is_excluded(sample: GitRepo) -> None:
    assert chosen(sample, ChoiceSettings(("app/**",)), files=FileSettings(exclude=("core",))) == ["app/b.py"]


def test_a_file_that_is_skipped_is_known_by_its_own_name(sample: GitRepo) -> None:
    sample.commit_file(b"app/latin-\xe9.py", "one\n")
    settings = Settings(choice=ChoiceSettings(("app/latin*",)))
    found = choose_files(sample.opened(), sample.head, settings, ())
    assert (found.paths, [skipped.path for skipped in found.skipped]) == ((), ["app/latin-\udce9.py"])


@pytest.mark.parametrize("pattern", ["nowhere/*", "*.txt", "*.log", "A.PY"])
def test_a_pattern_that_matches_nothing_is_an_error(sample: GitRepo, pattern: str) -> None:
    with pytest.raises(UsageError) as caught:
        chosen(sample, ChoiceSettings((pattern, "a.py")))
    assert caught.value.message == f"--pattern '{pattern}' matches no file that is looked at"
    assert caught.value.hint
    assert "**/*.py" in caught.value.hint


@pytest.fixture
def forked(sample: GitRepo) -> GitRepo:
    """main and a branch of it, which is checked out, have both gone on."""
    sample.git("checkout", "--quiet", "-b", "work")
    sample.write("a.py", "two\n")
    sample.write("app/new.py", "two\n")
    sample.write("e.txt", "two\n")
    sample.git("rm", "--quiet", "lib/f.py")
    sample.git("mv", "d.pyi", "app/d.pyi")
    sample.commit("work")
    sample.git("checkout", "--quiet", "main")
    sample.commit_file("app/b.py", "changed on main\n")
    sample.git("checkout", "--quiet", "work")
    return sample


def test_since_a_branch_is_since_the_two_parted(forked: GitRepo) -> None:
    words = ["diff", "--name-only", "--no-renames", "--diff-filter=d", "main...HEAD", "--", "*.py", "*.pyi"]
    by_git = forked.git(*words).splitlines()
    assert chosen(forked, ChoiceSettings(since="main")) == by_git == ["a.py", "app/d.pyi", "app/new.py"]
    assert chosen(forked, ChoiceSettings(since="HEAD")) == []
    assert chosen(forked, ChoiceSettings(since="HEAD~1")) == by_git


@pytest.mark.parametrize("ref", ["nowhere", "--help", "-x", "HEAD:a.py", ""])
def test_since_what_is_no_commit(sample: GitRepo, ref: str) -> None:
    with pytest.raises(UsageError) as caught:
        chosen(sample, ChoiceSettings(since=ref))
    assert caught.value.message == f"'{ref}' is no commit, branch or tag here"
    assert "git fetch origin" in str(caught.value.hint)


def test_a_shallow_clone_is_told_what_to_fetch_and_then_gives_the_same(forked: GitRepo, tmp_path: Path) -> None:
    """As a CI service clones: the one commit, and the tip of the branch to compare with."""
    clone = GitRepo(tmp_path / "clone")
    url = forked.path.as_uri()
    clone.git("fetch", "--quiet", "--depth=1", url, "work", "+main:refs/remotes/origin/main")
    clone.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
    with pytest.raises(UsageError) as caught:
        chosen(clone, ChoiceSettings(since="origin/main"))
    assert "the clone is shallow" in caught.value.message
    assert "git fetch --deepen=100" in str(caught.value.hint)
    assert "git fetch --unshallow" in str(caught.value.hint)
    clone.git("fetch", "--quiet", "--deepen=100", url, "work", "+main:refs/remotes/origin/main")
    assert chosen(clone, ChoiceSettings(since="origin/main")) == chosen(forked, ChoiceSettings(since="main"))


def test_branches_without_a_commit_in_common(sample: GitRepo) -> None:
    sample.git("checkout", "--quiet", "--orphan", "other")
    sample.commit("another beginning")
    with pytest.raises(UsageError) as caught:
        chosen(sample, ChoiceSettings(since="main"))
    assert caught.value.message == "HEAD and main have no commit in common"


@pytest.fixture
def unfinished(sample: GitRepo) -> GitRepo:
    """Changes of every kind: staged, not staged, both, new, meant to be added, deleted, ignored, untracked."""
    sample.write("a.py", "staged\n")
    sample.write("new.py", "staged\n")
    sample.git("add", "a.py", "new.py")
    sample.write("a.py", "staged\nnot staged\n")
    sample.write("new.py", "changed since\n")
    sample.write("app/b.py", "not staged\n", executable=True)
    sample.write("untracked.py", "new\n")
    sample.write("ignored.py", "new\n")
    sample.write("intended.py", "meant\n")
    sample.git("add", "--intent-to-add", "intended.py")
    sample.git("rm", "--quiet", "d.pyi")
    (sample.path / "lib/f.py").unlink()
    nested = GitRepo(sample.path / "nested")
    nested.commit_file("inside.py", "not ours\n")
    GitRepo(sample.path / "empty").write("inside.py", "not ours\n")
    return sample


def snapshot(repo: GitRepo, kind: Uncommitted, tmp_path: Path) -> str:
    opened, scratch = repo.opened(), tmp_path / "scratch" / "index"
    return commit_uncommitted(opened, read_head(opened), kind, opened.git_dir / "index", scratch)


def contents(repo: GitRepo, commit: str, *paths: str) -> list[bytes]:
    return [repo.content(path, commit) for path in paths]


def test_staged_is_the_index(unfinished: GitRepo, tmp_path: Path) -> None:
    before = unfinished.checkout_state(), unfinished.refs()
    commit = snapshot(unfinished, "staged", tmp_path)
    by_git = unfinished.git("diff", "--cached", "--name-only", "--diff-filter=d").splitlines()
    # `git diff --cached` does not show an entry that is only meant to be added, either.
    assert chosen(unfinished, ChoiceSettings(uncommitted="staged"), commit) == by_git == ["a.py", "new.py"]
    assert contents(unfinished, commit, "a.py", "new.py", "app/b.py") == [b"staged\n", b"staged\n", b"one\n"]
    assert unfinished.rev(f"{commit}^") == unfinished.head
    assert (unfinished.checkout_state(), unfinished.refs()) == before


def test_changed_is_all_that_differs_from_head(unfinished: GitRepo, tmp_path: Path) -> None:
    before = unfinished.checkout_state(), unfinished.refs()
    commit = snapshot(unfinished, "changed", tmp_path)
    expected = ["a.py", "app/b.py", "intended.py", "new.py", "untracked.py"]
    assert chosen(unfinished, ChoiceSettings(uncommitted="changed"), commit) == expected
    assert contents(unfinished, commit, *expected) == [(unfinished.path / path).read_bytes() for path in expected]
    assert unfinished.git("ls-tree", commit, "app/b.py").startswith("100755 ")
    missing = {"d.pyi", "lib/f.py", "ignored.py", "nested", "nested/inside.py", "empty/inside.py"}
    assert not missing & set(unfinished.git("ls-tree", "-r", "--name-only", commit).splitlines())
    assert (unfinished.checkout_state(), unfinished.refs()) == before


def test_line_ends_are_those_that_git_would_commit(sample: GitRepo, tmp_path: Path) -> None:
    sample.config("core.autocrlf", "true")
    sample.config("core.safecrlf", "true")
    sample.write("a.py", "one\r\ntwo\r\n")
    sample.write("mixed.py", "one\r\ntwo\n")
    commit = snapshot(sample, "changed", tmp_path)
    assert contents(sample, commit, "a.py", "mixed.py") == [b"one\ntwo\n"] * 2


def test_a_file_that_git_overlooks_is_held(sample: GitRepo, tmp_path: Path) -> None:
    sample.write("a.py", "two\n")
    sample.git("add", "a.py")
    sample.git("update-index", "--assume-unchanged", "a.py")
    commit = snapshot(sample, "changed", tmp_path)
    settings = Settings(choice=ChoiceSettings(uncommitted="changed"))
    assert choose_files(sample.opened(), commit, settings, ()).untouched == {"a.py": "uncommitted changes"}


def test_files_in_conflict_are_refused(sample: GitRepo, tmp_path: Path) -> None:
    sample.write("a.py", "stashed\n")
    sample.git("stash")
    sample.commit_file("a.py", "other\n")
    with pytest.raises(AssertionError, match="CONFLICT"):
        sample.git("stash", "pop")
    with pytest.raises(UsageError, match=r"a\.py is in conflict"):
        snapshot(sample, "staged", tmp_path)
    sample.git("reset", "--quiet", "--hard")
    sample.git("stash", "drop", "--quiet")


def test_a_commit_in_hand_is_known_by_its_index(sample: GitRepo) -> None:
    opened, elsewhere = sample.opened(), "/nowhere/index"
    assert not commit_in_hand(opened, None)
    assert not commit_in_hand(opened, elsewhere)
    assert not commit_in_hand(opened, ".git/index")  # as in a post-commit hook: there is nothing more to commit
    sample.write("a.py", "two\n")
    sample.git("add", "a.py")
    assert commit_in_hand(opened, ".git/index")
    assert commit_in_hand(opened, str(opened.git_dir / "index"))
    assert not commit_in_hand(opened, elsewhere)
    assert index_of_commit(opened, ".git/index", written=True) is None
    for name in ("index.lock", "next-index-7.lock"):
        (opened.git_dir / name).write_bytes((opened.git_dir / "index").read_bytes())
    place = str(opened.git_dir / "index.lock")
    assert index_of_commit(opened, ".git/index.lock", written=True) == place
    assert index_of_commit(opened, ".git/next-index-7.lock", written=False) is not None
    with pytest.raises(UsageError, match="git commit PATHS"):
        index_of_commit(opened, ".git/next-index-7.lock", written=True)
    for name in ("index.lock", "next-index-7.lock"):
        (opened.git_dir / name).unlink()


@pytest.mark.parametrize(
    ("choice", "named", "narrowed"),
    [
        (ChoiceSettings(), (), False),
        (ChoiceSettings(), (Path("a.py"),), True),
        (ChoiceSettings(patterns=("*.py",)), (), True),
        (ChoiceSettings(since="main"), (), True),
        (ChoiceSettings(uncommitted="changed"), (), True),
    ],
)
def test_all_files_are_known_to_be_all(choice: ChoiceSettings, named: tuple[Path, ...], narrowed: bool) -> None:
    assert is_narrowed(Settings(choice=choice), named) is narrowed
