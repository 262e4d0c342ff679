"""What a commit holds, which paths match, and what the user has changed: names of every kind included."""

import os
from pathlib import Path

import pytest

from stomper.git.trees import (
    GITLINK,
    SYMLINK,
    dirty_paths,
    file_at,
    is_ignored,
    match_tracked,
    sparse_paths,
    staged_entries,
    staged_listing,
    tree_entries,
)
from tests.kit.contents import ODD_NAMES
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo

ODD = sorted(os.fsdecode(name) for name in ODD_NAMES)


@pytest.fixture
def odd(repo: GitRepo) -> GitRepo:
    for name in ODD:
        repo.write(name, "one\n")
    repo.commit()
    return repo


def test_entries_of_a_commit(repo: GitRepo) -> None:
    repo.write("plain.py", "x")
    repo.write("program.py", "x", executable=True)
    repo.path.joinpath("link.py").symlink_to("plain.py")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    repo.git("add", "--", "plain.py", "program.py", "link.py")
    repo.git("commit", "--quiet", "-m", "all kinds")
    entries = tree_entries(repo.path, "HEAD")
    assert {path: entry.mode for path, entry in entries.items()} == {
        "plain.py": "100644",
        "program.py": "100755",
        "link.py": SYMLINK,
        "sub": GITLINK,
    }
    assert entries["plain.py"].blob == repo.rev("HEAD:plain.py")


def test_a_commit_is_listed_once_and_a_name_anew(repo: GitRepo) -> None:
    first = repo.commit_file("a.py", "one\n")
    entries, by_name = tree_entries(repo.path, first), tree_entries(repo.path, "HEAD")
    repo.commit_file("b.py", "two\n")
    assert tree_entries(repo.path, first) is entries
    assert (sorted(by_name), sorted(tree_entries(repo.path, "HEAD"))) == (["a.py"], ["a.py", "b.py"])


def test_a_listing_of_the_index_says_what_it_had(odd: GitRepo) -> None:
    listing, entries = staged_listing(odd.path), staged_entries(odd.path)
    assert sorted(entries) == ODD
    odd.git("rm", "--cached", "--quiet", "--", ODD[0])
    assert staged_listing(odd.path) != listing
    assert staged_entries(odd.path, listing) == entries != staged_entries(odd.path)


def test_odd_names_are_told_as_they_are(odd: GitRepo) -> None:
    assert sorted(tree_entries(odd.path, "HEAD")) == ODD
    assert sorted(match_tracked(odd.path, ["**"], [])) == ODD
    for name in ODD:
        odd.write(name, "two\n")
    assert dirty_paths(odd.path) == set(ODD)
    assert file_at(odd.path, "HEAD", ODD[0]) == b"one\n"


def test_content_of_a_path_in_a_commit(repo: GitRepo) -> None:
    repo.commit_file("a.py", b"\xef\xbb\xbfone\r\n\xff\0")
    repo.commit_file("a.py", b"")
    assert file_at(repo.path, "HEAD~1", "a.py") == b"\xef\xbb\xbfone\r\n\xff\0"
    assert file_at(repo.path, "HEAD", "a.py") == b""
    assert file_at(repo.path, "HEAD", "b.py") is None


TRACKED = (
    "a.py",
    "b.pyi",
    "c.txt",
    "app/a.py",
    "app/core/a.py",
    "app/core/d.txt",
    "lib/app/x.py",
    "tests/a.py",
    "[x].py",
)


@pytest.mark.parametrize(
    ("include", "exclude", "found"),
    [
        (["**/*.py"], [], ["[x].py", "a.py", "app/a.py", "app/core/a.py", "lib/app/x.py", "tests/a.py"]),
        (["*.py"], [], ["[x].py", "a.py", "app/a.py", "app/core/a.py", "lib/app/x.py", "tests/a.py"]),
        (["/*.py"], [], ["[x].py", "a.py"]),
        (["*.py", "*.pyi"], ["tests"], ["[x].py", "a.py", "app/a.py", "app/core/a.py", "b.pyi", "lib/app/x.py"]),
        (["app"], [], ["app/a.py", "app/core/a.py", "app/core/d.txt", "lib/app/x.py"]),
        (["/app"], [], ["app/a.py", "app/core/a.py", "app/core/d.txt"]),
        (["app/"], ["*.txt"], ["app/a.py", "app/core/a.py", "lib/app/x.py"]),
        (["app/*.py"], [], ["app/a.py"]),
        (["app/**/*.py"], [], ["app/a.py", "app/core/a.py"]),
        (["app/core"], [], ["app/core/a.py", "app/core/d.txt"]),
        (["a.py"], ["app/core/**", "tests/"], ["a.py", "app/a.py"]),
        (["**/core/*"], [], ["app/core/a.py", "app/core/d.txt"]),
        (["[[]x].py"], [], ["[x].py"]),
        (["nothing/*.py"], [], []),
        (["*.txt"], ["*"], []),
    ],
)
def test_patterns(repo: GitRepo, include: list[str], exclude: list[str], found: list[str]) -> None:
    for name in TRACKED:
        repo.write(name, "")
    repo.commit()
    repo.write("untracked.py", "")
    assert sorted(match_tracked(repo.path, include, exclude)) == found


def test_a_path_in_conflict_is_matched_and_dirty(repo: GitRepo) -> None:
    blobs = [repo.git("hash-object", "-w", "--stdin", stdin=text) for text in (b"1", b"2", b"3")]
    stages = "".join(f"100644 {blob} {n}\ta.py\n" for n, blob in enumerate(blobs, 1))
    repo.commit_file("b.py", "")
    repo.git("update-index", "--index-info", stdin=stages.encode())
    assert set(match_tracked(repo.path, ["*.py"], [])) == {"a.py", "b.py"}
    assert dirty_paths(repo.path) == {"a.py"}


def make_dirty(repo: GitRepo, way: str) -> None:
    file = repo.path / "a b.py"
    if way in ("edited", "staged", "staged and edited back", "assumed unchanged", "skipped"):
        file.write_text("two\n")
    if way in ("staged", "staged and edited back"):
        repo.git("add", "a b.py")
    if way == "staged and edited back":
        file.write_text("one\n")
    if way == "deleted":
        file.unlink()
    if way == "removed from the index":
        repo.git("rm", "--quiet", "--cached", "a b.py")
    if way == "mode":
        file.chmod(0o755)
    if way == "link instead":
        file.unlink()
        file.symlink_to("other.py")
    if way == "assumed unchanged":
        repo.git("update-index", "--assume-unchanged", "a b.py")
    if way == "skipped":
        repo.git("update-index", "--skip-worktree", "a b.py")


@pytest.mark.parametrize(
    "way",
    ["edited", "staged", "staged and edited back", "deleted", "removed from the index", "mode", "link instead",
     "assumed unchanged", "skipped"],
)  # fmt: skip
def test_dirty_paths_are_found_whatever_way_they_changed(repo: GitRepo, way: str) -> None:
    repo.write("other.py", "")
    repo.commit_file("a b.py", "one\n")
    assert dirty_paths(repo.path) == frozenset()
    make_dirty(repo, way)
    repo.write("untracked.py", "")
    before = repo.checkout_state()
    assert dirty_paths(repo.path) == {"a b.py"}
    assert repo.checkout_state() == before


def test_a_renamed_file_is_told_by_both_names(repo: GitRepo, hermetic: Hermetic) -> None:
    hermetic.set_git_config("status.renames", "copies")
    repo.commit_file("old.py", "same\n" * 20)
    repo.git("mv", "old.py", "new.py")
    assert dirty_paths(repo.path) == {"old.py", "new.py"}


def test_an_intended_addition_is_dirty(repo: GitRepo) -> None:
    repo.commit_file("a.py", "")
    repo.write("soon.py", "x\n")
    repo.git("add", "--intent-to-add", "soon.py")
    assert dirty_paths(repo.path) == {"soon.py"}


def test_line_ends_that_only_the_user_has_are_not_dirty(repo: GitRepo) -> None:
    repo.commit_file("a.py", "one\ntwo\n")
    repo.config("core.autocrlf", "true")
    repo.path.joinpath("a.py").unlink()
    repo.git("checkout", "--quiet", "a.py")
    assert repo.read("a.py") == b"one\r\ntwo\r\n"
    assert dirty_paths(repo.path) == frozenset()


def test_a_sparse_checkouts_missing_paths(repo: GitRepo) -> None:
    for name in ("top.py", "in/a.py", "out/b.py", "out/deep/c d.py"):
        repo.write(name, "")
    repo.commit()
    assert sparse_paths(repo.path) == frozenset()
    repo.git("sparse-checkout", "set", "in")
    assert sparse_paths(repo.path) == {"out/b.py", "out/deep/c d.py"}
    assert dirty_paths(repo.path) == frozenset()
    repo.write("out/b.py", "there again\n")
    assert sparse_paths(repo.path) == {"out/deep/c d.py"}
    assert dirty_paths(repo.path) == {"out/b.py"}


def test_ignored_paths(repo: GitRepo) -> None:
    repo.write(".gitignore", "*.log\n/built/\n!keep.log\n")
    repo.commit()
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    named = ["a.log", "built/x.py", "keep.log", "a.py", "-x.log", "no\u00e9.log"]
    assert [is_ignored(repo.path, name) for name in named] == [True, True, False, False, True, True]


def test_nothing_is_read_from_above_the_repository(repo: GitRepo, tmp_path: Path) -> None:
    """A repository in a repository: the inner one is what counts."""
    inner = repo.path / "inner"
    repo.commit_file("outer.py", "")
    nested = GitRepo(inner)
    nested.commit_file("a.py", "")
    assert match_tracked(inner, ["**"], []) == ["a.py"]
