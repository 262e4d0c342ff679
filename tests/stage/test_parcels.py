"""Commits as bytes: what comes out is what went in, and what is not whole is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.errors import GitError
from stomper.git.parcels import Parcel, has_changes, identity_of, make_repository, pack_up, size_of, unpack
from tests.kit.hermetic import IDENTITY
from tests.kit.repo import GitRepo

MakeRepo = Callable[[str], GitRepo]


def made(repo: GitRepo) -> tuple[str, str]:
    """Commit twice; give both commits."""
    first = repo.commit_file("a.txt", "one\n")
    repo.commit_file("b.txt", "two\n")
    return (first or repo.rev("HEAD~")), repo.head


def test_a_commit_with_its_history_and_what_is_new_in_the_next(repo: GitRepo, tmp_path: Path) -> None:
    first, second = made(repo)
    there = tmp_path / "there"
    make_repository(there)
    unpack(there, there / ".git", pack_up(repo.path, repo.git_dir, first), first)
    thin = pack_up(repo.path, repo.git_dir, second, first)
    assert len(thin.pack) < size_of(repo.path, second) + 200
    unpack(there, there / ".git", thin, second, first)
    assert GitRepo.tree(repo, second) == GitRepo(there).tree(second)
    assert pack_up(repo.path, repo.git_dir, second, second) == Parcel()


def test_a_history_that_was_cut_off_stays_so(repo: GitRepo, tmp_path: Path) -> None:
    _, second = made(repo)
    cut, there = tmp_path / "cut", tmp_path / "there"
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(cut))
    make_repository(there)
    unpack(there, there / ".git", pack_up(cut, cut / ".git", second), second)
    assert GitRepo(there).git("rev-list", "--count", second) == "1"


def test_what_is_not_whole_is_refused(repo: GitRepo, tmp_path: Path) -> None:
    first, second = made(repo)
    there = tmp_path / "there"
    make_repository(there)
    with pytest.raises(GitError):
        unpack(there, there / ".git", pack_up(repo.path, repo.git_dir, second, first), second)
    with pytest.raises(GitError, match="has not come"):
        unpack(there, there / ".git", Parcel(), "c" * 40)


def test_who_commits_and_what_is_changed(repo: GitRepo) -> None:
    made(repo)
    assert identity_of(repo.path) == IDENTITY
    assert not has_changes(repo.path)
    repo.write("a.txt", "other\n")
    assert has_changes(repo.path)
