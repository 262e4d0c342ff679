"""Attributes: the user's do not matter; the repository's own are obeyed, but never change a file that nobody fixed."""

from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.contents import HARD_FROM, HARD_TO
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import assert_round_trip, commit_exactly
from tests.kit.samples import finding_path, findings_repo, fixed_content

LOUD = {
    "diff.loud.textconv": "tr a-z A-Z <",
    "diff.loud.command": "false",
    "filter.loud.clean": "tr a-z A-Z",
    "filter.loud.smudge": "tr A-Z a-z",
}


@pytest.mark.parametrize(
    "attributes",
    ["* text", "* text=auto", "* text eol=crlf", "* -text", "* diff=loud", "* -diff", "* binary", "* ident",
     "* whitespace=trailing-space", "* working-tree-encoding=UTF-16", "* filter=loud"],
)  # fmt: skip
def test_the_users_attributes_do_not_matter(repo: GitRepo, hermetic: Hermetic, tmp_path: Path, attributes: str) -> None:
    """They lie on the user's machine, not in the repository: the worktree is to be what the commit has."""
    file = tmp_path / "attributes"
    file.write_text(attributes + "\n")
    for name, value in {"core.attributesFile": str(file), **LOUD}.items():
        hermetic.set_git_config(name, value)
    assert_round_trip(repo, tmp_path, HARD_FROM, HARD_TO)


ATTRIBUTES = [
    b"* text", b"* text=auto", b"* text eol=crlf", b"* text eol=lf", b"* ident", b"* filter=loud", b"* diff=loud",
    b"* -diff", b"* working-tree-encoding=UTF-16", b"* binary", b"* whitespace=cr-at-eol",
    b"*.py export-ignore merge=ours",
]  # fmt: skip


@pytest.mark.parametrize("attributes", ATTRIBUTES)
def test_the_repositorys_attributes_do_not_change_a_worktree(repo: GitRepo, tmp_path: Path, attributes: bytes) -> None:
    """Blobs are carried over as they are, also those that were committed before the attribute and never normalised.

    git itself would normalise such a file at the next `git add --all`: a change to a file that nobody fixed.
    """
    for name, value in LOUD.items():
        repo.config(name, value)
    before = {**HARD_FROM, b"ident.py": b"$Id: 1234 $\n", b".gitattributes": attributes + b"\n"}
    assert_round_trip(repo, tmp_path, before, {**HARD_TO, b"ident.py": b"$Id: 1234 $\nx\n"})


def test_the_users_checkout_obeys_the_repositorys_attributes(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1)
    repo.commit_file(".gitattributes", "*.py text eol=crlf\n")
    repo.path.joinpath(finding_path(0)).unlink()
    repo.git("checkout", "--quiet", finding_path(0))
    assert b"\r\n" in repo.read(finding_path(0))
    stomper.run(repo, "fix").check(0)
    assert repo.content(finding_path(0)) == fixed_content(0)
    assert repo.read(finding_path(0)) == fixed_content(0).replace(b"\n", b"\r\n")
    assert repo.status() == []


def test_a_run_is_not_stopped_by_files_that_were_never_normalised(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 2)
    commit_exactly(repo, {b".gitattributes": b"legacy.txt text\n", b"legacy.txt": b"never\r\nnormalised\r\n"})
    repo.git("reset", "--quiet", "--hard")
    legacy = repo.rev("HEAD:legacy.txt")
    stomper.run(repo, "fix").check(0)
    assert repo.rev("HEAD:legacy.txt") == legacy
    assert [repo.content(finding_path(n)) for n in range(2)] == [fixed_content(n) for n in range(2)]


def test_a_filter_that_is_not_installed_does_not_matter(repo: GitRepo, tmp_path: Path) -> None:
    """git-lfs, on a machine without it."""
    for name in ("clean", "smudge", "process"):
        repo.config(f"filter.lfs.{name}", f"no-such-program {name}")
    repo.config("filter.lfs.required", "true")
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 1\n"
    before = {b".gitattributes": b"*.bin filter=lfs -text\n", b"x.bin": pointer, b"a.py": b"one\n"}
    assert_round_trip(repo, tmp_path, before, {b"a.py": b"two\n"})
