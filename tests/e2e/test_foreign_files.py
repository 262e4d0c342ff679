"""Files whose stored content is not the text that the user works on: named, left alone, the rest is fixed."""

import codecs
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.plan.fixable_content import BINARY, POINTER, UNDECODABLE, illegible
from stomper.plan.select_files import select_files
from stomper.settings import Settings
from tests.kit.chains import chain_toml, file_report
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer, read_log
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.runs import states
from tests.kit.samples import PYPROJECT

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"
SECRET = 'import os\nTOKEN = "abc"\n'
TURNED = codecs.encode(SECRET, "rot13").encode()
ROT13 = "tr A-Za-z N-ZA-Mn-za-m"
FILTERED = "goes through the filter '{}': a worktree has what is stored, not what you see in your checkout"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", ""),
        (b"X = 1\n", ""),
        ("X = 'gr\xfc\xdfe'\n".encode(), ""),
        (codecs.BOM_UTF8 + b"X = 1\n", ""),
        (b"# coding: latin-1\nX = '\xe9'\n", ""),
        (b"#!/bin/sh\n# vim: set fileencoding=cp1252 :\nX = '\x80'\n", ""),
        (LFS, POINTER),
        (b"\0GITCRYPT\0\x01\x02", BINARY),
        ("X = 1\n".encode("utf-16"), BINARY),
        (b"X = 1\n" * 4000 + b"\0", BINARY),
        (b"X = '\xe9'\n", UNDECODABLE),
        (b"# coding: no-such-encoding\nX = '\xe9'\n", UNDECODABLE),
        (b"# coding: ascii\nX = '\xe9'\n", UNDECODABLE),
        (codecs.BOM_UTF8 + b"# coding: latin-1\nX = '\xe9'\n", UNDECODABLE),
        (bytes(range(128, 256)), UNDECODABLE),
    ],
)
def test_content_that_nobody_can_read_as_text(content: bytes, reason: str) -> None:
    assert illegible(content) == reason


def in_the_tree(repo: GitRepo, hermetic: Hermetic) -> None:
    repo.write(".gitattributes", "secret.py filter=crypt\n")


def in_a_folder(repo: GitRepo, hermetic: Hermetic) -> None:
    repo.write("sub/.gitattributes", "*.py filter=crypt\n")
    repo.write("sub/secret.py", SECRET)


def in_the_git_directory(repo: GitRepo, hermetic: Hermetic) -> None:
    repo.write(".git/info/attributes", "secret.py filter=crypt\n")
    repo.agreed_settings = repo.settings()


def of_the_user(repo: GitRepo, hermetic: Hermetic) -> None:
    (hermetic.home / "attributes").write_text("secret.py filter=crypt\n")
    hermetic.set_git_config("core.attributesFile", str(hermetic.home / "attributes"))


def by_a_macro(repo: GitRepo, hermetic: Hermetic) -> None:
    repo.write(".gitattributes", "[attr]hidden filter=crypt -diff\nsecret.py hidden\n")


@pytest.mark.parametrize("named", [in_the_tree, in_a_folder, in_the_git_directory, of_the_user, by_a_macro])
@pytest.mark.parametrize("kind", ["clean", "smudge", "process"])
def test_a_file_of_a_filter_is_skipped_wherever_that_is_set(
    repo: GitRepo, hermetic: Hermetic, named: Callable[[GitRepo, Hermetic], None], kind: str
) -> None:
    repo.write("secret.py", SECRET)
    repo.write("open.py", SECRET)
    named(repo, hermetic)
    for file in repo.path.rglob("*.py"):
        os.utime(file, (1e9, 1e9))  # git reads a file as new as its index, by the filter, which speaks no protocol
    repo.commit()
    hermetic.set_git_config(f"filter.crypt.{kind}", ROT13)
    found = select_files(repo.opened(), repo.head, Settings(), ())
    name = "sub/secret.py" if named is in_a_folder else "secret.py"
    assert [(file.path, file.reason) for file in found.skipped] == [(name, FILTERED.format("crypt"))]
    assert "open.py" in found.paths
    assert name not in found.paths
    assert select_files(repo.opened(), repo.head, Settings(), [repo.path / name]).skipped == found.skipped


def test_a_filter_that_is_not_set_up_does_nothing(repo: GitRepo, hermetic: Hermetic) -> None:
    repo.write(".gitattributes", "a.py filter=crypt\nb.py filter\nc.py -filter\n")
    for name in ("a.py", "b.py", "c.py"):
        repo.write(name, SECRET)
    repo.commit()
    hermetic.set_git_config("filter.other.clean", ROT13)
    assert select_files(repo.opened(), repo.head, Settings(), ()).skipped == ()


FOREIGN = {
    "secret.py": (TURNED, FILTERED.format("crypt")),
    "pointer.py": (LFS, POINTER),
    "locked.py": (b"\0GITCRYPT\0\x8f\x01", BINARY),
    "wide.py": ("import os\n".encode("utf-16"), BINARY),
    "latin.py": (b"import os\nX = '\xe9'\n", UNDECODABLE),
}


@pytest.fixture
def foreign(repo: GitRepo, tmp_path: Path) -> GitRepo:
    """One of each, and a file that can be fixed; a fixer writes down which files it is shown."""
    looker = fake_fixer("--log", tmp_path / "log")
    repo.write("pyproject.toml", PYPROJECT + chain_toml({"looker": looker, "ruff": None}))
    repo.config("filter.crypt.clean", ROT13)
    repo.config("filter.crypt.smudge", ROT13)
    repo.config("filter.crypt.required", "true")
    repo.write(".gitattributes", "secret.py filter=crypt\n")
    for name, (content, _) in FOREIGN.items():
        repo.write(name, SECRET if name == "secret.py" else content)
    repo.write("good.py", "import os\nX = 1\n")
    repo.commit()
    assert repo.content("secret.py") == TURNED
    return repo


def test_foreign_files_are_named_and_left_and_the_rest_is_fixed(
    foreign: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    result = stomper.run(foreign, "fix").check(1)
    assert states(foreign) == {**dict.fromkeys(FOREIGN, "skipped"), "good.py": "fixed"}
    for name, (content, reason) in FOREIGN.items():
        assert f"skipped {name}: {reason}" in result.out
        assert foreign.content(name) == content
        assert file_report(foreign, name)["reason"] == reason
        assert foreign.read(name) == (SECRET.encode() if name == "secret.py" else content)
    assert {row["file"] for row in read_log(tmp_path / "log")} == {"good.py"}
    assert foreign.read("good.py") == b"X = 1\n"
    assert foreign.status() == []


def test_check_names_foreign_files_too(foreign: GitRepo, stomper: Stomper) -> None:
    result = stomper.run(foreign, "check").check(1)
    assert "2 diagnostics in 1 file;" in result.out
    assert all(f"skipped {name}: {reason}" in result.err for name, (_, reason) in FOREIGN.items())
    found = json.loads(stomper.run(foreign, "check", "--format", "json", "latin.py").check(1).out)
    assert found["skipped"] == [{"path": "latin.py", "reason": UNDECODABLE}]


def test_a_fixer_that_may_touch_other_files_may_not_touch_those_of_a_filter(
    repo: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    both = fake_fixer("--run", "echo >> secret.txt; echo 'X = 1' > a.py")
    repo.write("pyproject.toml", PYPROJECT + chain_toml({"both": both}, keys="allow_other_files = true"))
    repo.config("filter.crypt.clean", ROT13)
    repo.config("filter.crypt.smudge", ROT13)
    repo.write(".gitattributes", "secret.txt filter=crypt\n")
    repo.write("secret.txt", "abc\n")
    repo.commit_file("a.py", "import os\nX = 1\n")
    stomper.run(repo, "fix").check(1)
    assert file_report(repo, "a.py")["status"] == "rejected"
    assert "touches secret.txt, which goes through a filter of yours" in file_report(repo, "a.py")["reason"]
    assert repo.read("secret.txt") == b"abc\n"
