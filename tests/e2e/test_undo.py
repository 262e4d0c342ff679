"""`stomper undo` and `redo`: exactly what was there before, and exactly what the run had made."""

import pytest

from tests.kit.cli import Stomper
from tests.kit.repo import CheckoutState, GitRepo
from tests.kit.runs import BOTH_WAYS, assert_refused, fixed, last_run, runs
from tests.kit.samples import finding_path, findings_repo

TOUCHED = finding_path(0)


@pytest.fixture
def before(repo: GitRepo) -> CheckoutState:
    """A repository with findings, a file that no run touches, and an untracked one."""
    repo.write("notes.txt", "one\ntwo\n")
    findings_repo(repo, 3)
    repo.write("untracked.txt", "mine\n")
    return repo.checkout_state()


@BOTH_WAYS
def test_undo_and_redo_twice(repo: GitRepo, before: CheckoutState, stomper: Stomper, how: str) -> None:
    after = fixed(repo, stomper)
    assert after.head != before.head
    for _ in range(2):
        said = stomper.run(repo, "undo").check().out
        assert f"stomper redo {last_run(repo).run}" in said
        assert repo.checkout_state() == before
        stomper.run(repo, "redo").check()
        assert repo.checkout_state() == after
    assert_refused(repo, stomper, "no run that could be redone", "redo")


@pytest.mark.thorough
def test_undone_run_is_not_undone_again(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    fixed(repo, stomper)
    stomper.run(repo, "undo").check()
    assert_refused(repo, stomper, "no run that could be undone", "undo")
    assert_refused(repo, stomper, "cannot be undone", "undo", last_run(repo).run)
    stomper.run(repo, "redo").check()


@pytest.mark.parametrize("staged", [True, False])
def test_undo_keeps_edits_of_other_files(repo: GitRepo, before: CheckoutState, stomper: Stomper, staged: bool) -> None:
    fixed(repo, stomper)
    repo.write("notes.txt", "one\n2\n")
    repo.write("new.txt", "new\n")
    if staged:
        repo.git("add", "notes.txt", "new.txt")
        repo.write("notes.txt", "one\n2\nthree\n")
    mine = repo.status()
    stomper.run(repo, "undo").check()
    assert repo.head == before.head
    assert repo.status() == mine
    assert repo.read("notes.txt") == (b"one\n2\nthree\n" if staged else b"one\n2\n")
    stomper.run(repo, "redo").check()
    assert repo.status() == mine


@pytest.mark.parametrize("staged", [True, False])
def test_edited_file_of_the_run_is_in_the_way(
    repo: GitRepo, before: CheckoutState, stomper: Stomper, staged: bool
) -> None:
    fixed(repo, stomper)
    repo.write(TOUCHED, repo.read(TOUCHED) + b"# mine\n")
    if staged:
        repo.git("add", TOUCHED)
    assert_refused(repo, stomper, TOUCHED, "undo")


@pytest.mark.thorough
def test_edited_file_is_in_the_way_of_redo(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    fixed(repo, stomper)
    stomper.run(repo, "undo").check()
    mine = repo.write(TOUCHED, repo.read(TOUCHED) + b"# mine\n").read_bytes()
    assert_refused(repo, stomper, TOUCHED, "redo")
    repo.git("checkout", "--quiet", "--", TOUCHED)
    assert mine != repo.read(TOUCHED)
    stomper.run(repo, "redo").check()


def test_commits_on_top_are_in_the_way(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    fixed(repo, stomper)
    repo.commit_file("later.txt", "later\n")
    assert_refused(repo, stomper, f"1 commit was made on top of run {last_run(repo).run}", "undo")
    repo.commit_file("later.txt", "latest\n")
    assert_refused(repo, stomper, "2 commits were made on top of run", "undo")


@pytest.mark.thorough
def test_head_elsewhere_is_in_the_way(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    after = fixed(repo, stomper)
    repo.git("reset", "--quiet", "--hard", before.head)
    repo.git("commit", "--quiet", "--allow-empty", "-m", "other")
    assert_refused(repo, stomper, "HEAD is at", "undo")
    repo.git("reset", "--quiet", "--hard", after.head)
    stomper.run(repo, "undo").check()
    assert repo.checkout_state() == before
    stomper.run(repo, "redo").check()


@pytest.mark.thorough
def test_merge_under_way_is_in_the_way(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    repo.git("branch", "side")
    fixed(repo, stomper)
    repo.git("checkout", "--quiet", "side")
    repo.commit_file("side.txt", "side\n")
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-commit", "--no-ff", "side")
    assert_refused(repo, stomper, "a merge is under way", "undo")
    assert_refused(repo, stomper, "a merge is under way", "redo")


@pytest.mark.thorough
def test_undo_by_the_beginning_of_an_id(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    first = fixed(repo, stomper, finding_path(0))
    second = fixed(repo, stomper, finding_path(1))
    assert len({before.head, first.head, second.head}) == 3
    old, new = (folder.run for folder in runs(repo))
    assert_refused(repo, stomper, "no run begins with 'x'", "undo", "x")
    assert_refused(repo, stomper, "several runs begin with '2'", "undo", "2")
    assert_refused(repo, stomper, "1 commit was made on top of run", "undo", old)
    stomper.run(repo, "undo", new).check()
    assert repo.checkout_state() == first
    stomper.run(repo, "undo", old).check()
    assert repo.checkout_state() == before
    assert_refused(repo, stomper, f"HEAD is at {before.head[:12]}", "redo", new)
    stomper.run(repo, "redo", old).check()
    stomper.run(repo, "redo", new).check()
    assert repo.checkout_state() == second


def test_nothing_to_undo(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    assert_refused(repo, stomper, "there is no run that could be undone", "undo")
    stomper.run(repo, "fix", "-q", "--dry-run").check()
    assert_refused(repo, stomper, "there is no run that could be undone", "undo")


def test_run_at_work_is_in_the_way(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    from stomper.journal.run_lock import run_lock

    fixed(repo, stomper)
    with run_lock(repo.git_dir / "stomper", "20240102-030405-beef"):
        assert_refused(repo, stomper, "run 20240102-030405-beef is at work", "undo")
