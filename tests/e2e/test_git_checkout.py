"""The moments at which the user's checkout moves: whole or not at all, and never over local changes."""

from pathlib import Path

import pytest

from stomper.errors import GitError
from stomper.git.commits import (
    apply_to_working_tree,
    fast_forward,
    fits_working_tree,
    move_checkout,
)
from stomper.git.worktrees import make_patch
from tests.kit.repo import CheckoutState, GitRepo
from tests.kit.samples import later_commit


@pytest.fixture
def later(repo: GitRepo) -> str:
    return later_commit(repo)


@pytest.mark.parametrize("detached", [False, True])
def test_fast_forward_moves_branch_index_and_files_together(repo: GitRepo, later: str, detached: bool) -> None:
    if detached:
        repo.git("checkout", "--quiet", "--detach")
    repo.write("trace.log", "ignored")
    repo.write("untracked.txt", "mine")
    branch = repo.branch or None
    fast_forward(repo.path, later, branch, "stomper: r1")
    assert (repo.head, repo.branch or None) == (later, branch)
    assert repo.status() == ["?? untracked.txt"]
    assert (repo.read("a.py"), repo.read("new.py"), repo.read("untracked.txt")) == (b"fixed\n", b"new\n", b"mine")
    assert repo.git("reflog", "-1", "--format=%gs").startswith("stomper: r1")
    assert "refs/stash" not in repo.refs()


def test_fast_forward_leaves_changes_that_are_not_in_the_way(repo: GitRepo, later: str) -> None:
    repo.write("b.py", "edited\n")
    fast_forward(repo.path, later, repo.branch, "stomper: r1")
    assert repo.status() == [" M b.py"]
    assert repo.read("b.py") == b"edited\n"


def spoil(repo: GitRepo, way: str) -> CheckoutState:
    if way == "unstaged":
        repo.write("a.py", "edited\n")
    elif way == "staged":
        repo.write("a.py", "edited\n")
        repo.git("add", "a.py")
    elif way == "staged, then undone in the tree":
        repo.write("a.py", "edited\n")
        repo.git("add", "a.py")
        repo.write("a.py", "one\n")
    elif way == "untracked":
        repo.write("new.py", "mine\n")
    elif way == "branch moved":
        repo.commit_file("b.py", "the user's own commit\n")
    return repo.checkout_state()


@pytest.mark.parametrize("autostash", [False, True])
@pytest.mark.parametrize("way", ["unstaged", "staged", "staged, then undone in the tree", "untracked", "branch moved"])
def test_fast_forward_refuses_what_is_in_the_way_and_changes_nothing(
    repo: GitRepo, later: str, way: str, autostash: bool
) -> None:
    if autostash:
        repo.config("merge.autoStash", "true")
        repo.config("branch.main.mergeOptions", "--autostash --no-ff")
    before = spoil(repo, way)
    with pytest.raises(GitError):
        fast_forward(repo.path, later, repo.branch, "stomper: r1")
    assert repo.checkout_state() == before


@pytest.mark.parametrize("config", [("merge.ff", "false"), ("branch.main.mergeOptions", "--no-ff --squash --no-commit"),
                                    ("merge.verifySignatures", "true"), ("merge.stat", "true"),
                                    ("core.autocrlf", "input"), ("submodule.recurse", "true")])  # fmt: skip
def test_the_users_merge_configuration_does_not_matter(repo: GitRepo, later: str, config: tuple[str, str]) -> None:
    repo.config(*config)
    fast_forward(repo.path, later, repo.branch, "stomper: r1")
    assert (repo.head, repo.status()) == (later, [])


def test_fast_forward_gives_the_user_their_own_line_ends(repo: GitRepo, later: str) -> None:
    repo.config("core.autocrlf", "true")
    fast_forward(repo.path, later, repo.branch, "stomper: r1")
    assert repo.read("a.py") == b"fixed\r\n"
    assert repo.status() == []


def test_fast_forward_does_not_run_the_users_hooks(repo: GitRepo, later: str, tmp_path: Path) -> None:
    for name in ("post-merge", "pre-merge-commit", "post-checkout", "reference-transaction"):
        repo.hook(name, f"echo ran >> '{tmp_path}/ran'; exit 1")
    fast_forward(repo.path, later, repo.branch, "stomper: r1")
    assert not (tmp_path / "ran").exists()


def test_a_lock_of_anothers_stops_the_fast_forward_whole(repo: GitRepo, later: str) -> None:
    lock = repo.git_dir / "index.lock"
    lock.touch()
    before = repo.checkout_state()
    with pytest.raises(GitError, match=r"index\.lock"):
        fast_forward(repo.path, later, repo.branch, "stomper: r1")
    assert repo.checkout_state() == before
    lock.unlink()


def test_a_patch_of_the_working_tree_touches_files_only(repo: GitRepo, later: str) -> None:
    patch = make_patch(repo.path, repo.head, later)
    before = repo.checkout_state()
    apply_to_working_tree(repo.path, patch)
    assert repo.status() == [" M a.py", "?? new.py"]
    assert repo.checkout_state().index == before.index
    apply_to_working_tree(repo.path, patch, reverse=True)
    assert repo.checkout_state() == before


@pytest.mark.parametrize("way", ["unstaged", "untracked"])
def test_a_patch_of_the_working_tree_applies_whole_or_not_at_all(repo: GitRepo, later: str, way: str) -> None:
    before = spoil(repo, way)
    with pytest.raises(GitError):
        apply_to_working_tree(repo.path, make_patch(repo.path, "HEAD", later))
    assert repo.checkout_state() == before


@pytest.mark.parametrize("autocrlf", ["true", "input", "false"])
def test_a_patch_of_the_working_tree_keeps_the_users_line_ends(repo: GitRepo, later: str, autocrlf: str) -> None:
    repo.config("core.autocrlf", autocrlf)
    repo.path.joinpath("a.py").unlink()
    repo.git("checkout", "--quiet", "a.py")
    apply_to_working_tree(repo.path, make_patch(repo.path, "HEAD", later))
    assert repo.read("a.py") == (b"fixed\r\n" if autocrlf == "true" else b"fixed\n")
    assert repo.status() == [" M a.py", "?? new.py"]


@pytest.mark.parametrize("reverse", [False, True])
def test_whether_a_patch_fits_the_working_tree_is_told_beforehand(repo: GitRepo, later: str, reverse: bool) -> None:
    patch = make_patch(repo.path, *((later, "HEAD") if reverse else ("HEAD", later)))
    before = repo.checkout_state()
    assert fits_working_tree(repo.path, patch, reverse=reverse)
    assert not fits_working_tree(repo.path, b"")
    assert repo.checkout_state() == before
    repo.write("a.py", "edited\n")
    assert not fits_working_tree(repo.path, patch, reverse=reverse)


@pytest.mark.parametrize("detached", [False, True])
def test_the_checkout_moves_to_any_commit_and_keeps_other_changes(repo: GitRepo, later: str, detached: bool) -> None:
    base = repo.head
    fast_forward(repo.path, later, repo.branch, "stomper: r1")
    if detached:
        repo.git("checkout", "--quiet", "--detach")
    branch = repo.branch or None
    repo.write("b.py", "staged\n")
    repo.git("add", "b.py")
    repo.write("b.py", "edited\n")
    move_checkout(repo.path, base, branch)
    assert (repo.head, repo.branch or None, repo.status()) == (base, branch, ["MM b.py"])
    assert (repo.read("a.py"), repo.read("b.py")) == (b"one\n", b"edited\n")
    assert not (repo.path / "new.py").exists()


def test_the_checkout_does_not_move_over_local_changes(repo: GitRepo, later: str) -> None:
    base = repo.head
    fast_forward(repo.path, later, repo.branch, "stomper: r1")
    repo.write("a.py", "edited\n")
    before = repo.checkout_state()
    with pytest.raises(GitError):
        move_checkout(repo.path, base, repo.branch)
    assert repo.checkout_state() == before
