"""Commits in object space, and refs moved by compare-and-swap."""

from pathlib import Path

import pytest

from stomper.errors import GitError
from stomper.git.commits import (
    branch_is_checked_out,
    commit_tree,
    commits_between,
    delete_ref,
    is_ancestor,
    list_refs,
    move_ref,
    read_ref,
    subject_of,
    tree_of,
    valid_branch_name,
)
from stomper.git.worktrees import NOTHING
from tests.kit.repo import GitRepo
from tests.kit.samples import later_commit

REF = "refs/heads/elsewhere"


@pytest.fixture
def later(repo: GitRepo) -> str:
    return later_commit(repo)


def test_a_commit_has_its_tree_and_parents_and_no_name(repo: GitRepo, later: str) -> None:
    before = repo.checkout_state()
    commit = commit_tree(repo.path, tree_of(repo.path, later), [repo.head], "message\n")
    assert (repo.tree(commit), repo.message(commit)) == (repo.tree(later), "message\n")
    assert repo.refs().keys() == {"refs/heads/main"}
    assert repo.checkout_state() == before
    merge = commit_tree(repo.path, repo.tree(), [commit, later], "merge")
    assert repo.git("log", "-1", "--format=%P", merge) == f"{commit} {later}"
    assert repo.git("log", "-1", "--format=%P", commit_tree(repo.path, repo.tree(), [], "root")) == ""


def test_a_ref_moves_only_from_where_it_was_seen(repo: GitRepo, later: str) -> None:
    base = repo.head
    with pytest.raises(GitError):
        move_ref(repo.path, REF, later, base)
    move_ref(repo.path, REF, base, NOTHING)
    with pytest.raises(GitError):
        move_ref(repo.path, REF, later, NOTHING)
    with pytest.raises(GitError):
        move_ref(repo.path, REF, base, later)
    assert read_ref(repo.path, REF) == base
    move_ref(repo.path, REF, later, base, message="stomper: land a.py")
    assert read_ref(repo.path, REF) == later
    assert repo.git("reflog", "-1", "--format=%gs", REF) == "stomper: land a.py"


def test_a_ref_is_not_moved_to_what_is_not_there(repo: GitRepo) -> None:
    repo.commit_file("a.py", "")
    with pytest.raises(GitError):
        move_ref(repo.path, REF, "1" * 40, NOTHING)
    assert read_ref(repo.path, REF) is None


def test_refs_are_listed_by_prefix_and_deleted(repo: GitRepo, later: str) -> None:
    for name in ("refs/stomper/r1/head", "refs/stomper/r2/head", "refs/stomperish/x"):
        move_ref(repo.path, name, later, NOTHING)
    assert list_refs(repo.path, "refs/stomper") == {"refs/stomper/r1/head": later, "refs/stomper/r2/head": later}
    for name in ("refs/stomper/r1/head", "refs/stomper/r2/head", "refs/stomper/r2/head", "refs/stomperish/x"):
        delete_ref(repo.path, name)
    assert list_refs(repo.path, "refs/stomper") == {}


def test_ancestry(repo: GitRepo, later: str) -> None:
    assert is_ancestor(repo.path, repo.head, later)
    assert is_ancestor(repo.path, later, later)
    assert not is_ancestor(repo.path, later, repo.head)


@pytest.mark.parametrize("name", ["stomper/r1", "caf\u00e9", "a.b", "a-b"])
def test_branch_names(repo: GitRepo, name: str) -> None:
    assert valid_branch_name(repo.path, name)


@pytest.mark.parametrize("name", ["-x", "a..b", "a b", "", "x.lock", "/x", "x/", "@", "HEAD", "@{-1}"])
def test_wrong_branch_names(repo: GitRepo, name: str) -> None:
    repo.commit_file("a.py", "")
    repo.git("checkout", "--quiet", "-b", "other")
    assert not valid_branch_name(repo.path, name)


def test_a_branch_checked_out_in_any_worktree_is_known(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file("a.py", "")
    repo.git("branch", "free")
    repo.add_worktree(tmp_path / "own", "-b", "taken")
    assert branch_is_checked_out(repo.path, "refs/heads/main")
    assert branch_is_checked_out(repo.path, "refs/heads/taken")
    assert not branch_is_checked_out(repo.path, "refs/heads/free")
    assert not branch_is_checked_out(repo.path, "refs/heads/take")


def test_commits_between_are_told_oldest_first(repo: GitRepo, later: str) -> None:
    last = commit_tree(repo.path, repo.tree(later), [later], "last")
    assert commits_between(repo.path, repo.head, last) == [later, last]
    assert commits_between(repo.path, last, repo.head) == []


@pytest.mark.parametrize("subject", ["fix(quality): resolve 3 issues in a.py", "caf\u00e9 \u65e5\u672c"])
def test_the_subject_of_a_commit(repo: GitRepo, subject: str) -> None:
    base = repo.commit_file("a.py", "")
    commit = commit_tree(repo.path, repo.tree(), [base], f"{subject}\n\nbody\n")
    assert subject_of(repo.path, commit) == subject
