"""`stomper undo` and `redo` where the run did not land on the branch that is checked out."""

from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.repo import CheckoutState, GitRepo
from tests.kit.runs import assert_refused, fixed
from tests.kit.samples import finding_path, findings_repo, fixed_content

TOUCHED = finding_path(0)


@pytest.fixture
def before(repo: GitRepo) -> CheckoutState:
    """A repository with findings, a file that no run touches, and an untracked one."""
    repo.write("notes.txt", "one\ntwo\n")
    findings_repo(repo, 3)
    repo.write("untracked.txt", "mine\n")
    return repo.checkout_state()


def test_detached_run_is_not_undone_on_a_branch(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    repo.git("checkout", "--quiet", "--detach")
    fixed(repo, stomper)
    repo.git("checkout", "--quiet", "-b", "taken")
    assert_refused(repo, stomper, "the run was on a detached HEAD, and taken is checked out", "undo")


@pytest.mark.thorough
def test_undo_on_a_detached_head(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    repo.git("checkout", "--quiet", "--detach")
    detached = repo.checkout_state()
    after = fixed(repo, stomper)
    assert after.head != detached.head
    stomper.run(repo, "undo").check()
    assert repo.checkout_state() == detached
    stomper.run(repo, "redo").check()
    assert repo.checkout_state() == after
    assert repo.rev("main") == before.head


@pytest.mark.parametrize("elsewhere", ["--detach", "-b"])
def test_branch_of_the_run_is_undone_while_another_is_checked_out(
    repo: GitRepo, before: CheckoutState, stomper: Stomper, elsewhere: str
) -> None:
    """What is not checked out is a ref and no more: moving it is exact too."""
    fixed(repo, stomper)
    repo.git("checkout", "--quiet", elsewhere, *(["elsewhere"] if elsewhere == "-b" else []), before.head)
    repo.commit_file("other.txt", "other\n")
    here = repo.checkout_state()
    stomper.run(repo, "undo").check()
    assert repo.checkout_state() == here
    assert repo.rev("main") == before.head
    stomper.run(repo, "redo").check()


@pytest.mark.parametrize("there", [True, False])
def test_undo_of_a_run_on_a_branch(repo: GitRepo, before: CheckoutState, stomper: Stomper, there: bool) -> None:
    if there:
        repo.git("branch", "fixes")
    refs = repo.refs("refs/heads")
    assert fixed(repo, stomper, "--branch", "fixes") == before
    made = repo.refs("refs/heads")
    assert made["refs/heads/fixes"] != before.head
    stomper.run(repo, "undo").check()
    assert repo.refs("refs/heads") == refs
    stomper.run(repo, "redo").check()
    assert repo.refs("refs/heads") == made
    repo.git("checkout", "--quiet", "fixes")
    repo.commit_file("later.txt", "later\n")
    repo.git("checkout", "--quiet", "main")
    assert_refused(repo, stomper, "refs/heads/fixes is not where the run left it", "undo")


@pytest.mark.thorough
def test_undo_of_a_run_on_a_branch_that_is_checked_out_since(
    repo: GitRepo, before: CheckoutState, stomper: Stomper, tmp_path: Path
) -> None:
    fixed(repo, stomper, "--branch", "fixes")
    repo.git("worktree", "add", "--quiet", tmp_path / "other", "fixes")
    repo.own_worktrees.append((tmp_path / "other").resolve())
    assert_refused(repo, stomper, "checked out in another worktree", "undo")


@pytest.mark.thorough
def test_undo_without_commits(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    repo.write("notes.txt", "one\n2\n")
    dirty = repo.checkout_state()
    after = fixed(repo, stomper, "--no-commit")
    assert (after.head, after.index) == (dirty.head, dirty.index)
    assert repo.read(TOUCHED) == fixed_content(0)
    for _ in range(2):
        stomper.run(repo, "undo").check()
        assert repo.checkout_state() == dirty
        stomper.run(repo, "redo").check()
        assert repo.checkout_state() == after
    repo.write(TOUCHED, "import sys\n")
    assert_refused(repo, stomper, "the files are not as the run left them", "undo")
    assert_refused(repo, stomper, "does not have the commits", "undo", "--revert")
