"""`stomper undo --revert`, and results that the run could not deliver."""

import pytest

from tests.kit.cli import Stomper
from tests.kit.leaks import Leaks
from tests.kit.repo import CheckoutState, GitRepo
from tests.kit.runs import Held, assert_refused, held_repo, last_run, report_of
from tests.kit.samples import finding_path, findings_repo, fixed_content

TOUCHED = finding_path(0)


@pytest.fixture
def before(repo: GitRepo) -> CheckoutState:
    findings_repo(repo, 3)
    return repo.checkout_state()


def test_revert_makes_one_commit_a_file_on_top(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    stomper.run(repo, "fix", "-q").check()
    made = repo.git("rev-list", f"{before.head}..HEAD").split()
    repo.commit_file("later.txt", "later\n")
    repo.commit_file(TOUCHED, fixed_content(0).replace(b"number_0", b"renamed"))  # beside the run's change
    top = repo.head
    repo.write("untracked.txt", "mine\n")
    assert "taken back by 3 commits" in stomper.run(repo, "undo", "--revert").check().out
    assert repo.rev("HEAD~3") == top
    subjects = repo.git("log", "-3", "--format=%s").splitlines()
    assert subjects == [f'Revert "{subject}"' for subject, _ in reversed(repo.log(f"{made[0]}")[1:])][::-1]
    for number, commit in enumerate(made):
        message = repo.message(f"HEAD~{2 - number}")
        assert f"This reverts commit {commit}." in message
        assert f"Stomper-Run: {last_run(repo).run}" in message
        assert len(repo.git("diff", "--name-only", f"HEAD~{3 - number}", f"HEAD~{2 - number}").split()) == 1
    assert repo.read(TOUCHED) == repo.content(TOUCHED, before.head).replace(b"number_0", b"renamed")
    assert repo.content(finding_path(1)) == repo.content(finding_path(1), before.head)
    assert repo.status() == ["?? untracked.txt"]


@pytest.mark.thorough
def test_revert_is_done_once(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    stomper.run(repo, "fix", "-q").check()
    stomper.run(repo, "undo", "--revert").check()
    assert repo.tree() == repo.tree(before.head)
    assert_refused(repo, stomper, "is taken back already", "undo", "--revert")


def test_revert_in_conflict_is_refused_as_a_whole(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    stomper.run(repo, "fix", "-q").check()
    repo.commit_file(TOUCHED, "import json\n\nprint(json)\n")
    assert_refused(repo, stomper, "later changes stand on 'fix(quality): resolve 2 issues", "undo", "--revert")


@pytest.mark.thorough
def test_hint_of_undo_is_one_that_works(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    """Commits stand on the result. The way by commits on top is named if it is open, and what is in the way if not."""
    stomper.run(repo, "fix", "-q").check()
    first, last = repo.rev("HEAD~2"), repo.head
    repo.commit_file("later.txt", "later\n")
    hint = "stomper undo --revert"
    assert hint in stomper.run(repo, "undo").check(2).err
    conflict = repo.commit_file(TOUCHED, "import json\n\nprint(json)\n")
    refused = stomper.run(repo, "undo").check(2).err
    assert hint not in refused
    assert "later changes stand on 'fix(quality): resolve 2 issues" in refused
    assert f"git revert {first[:12]}^..{last[:12]}" in refused
    repo.git("revert", "--no-edit", conflict)
    stomper.run(repo, "undo", "--revert").check()
    again = stomper.run(repo, "undo").check(2).err
    assert hint not in again
    assert "It is taken back already" in again


@pytest.mark.thorough
def test_revert_is_stopped_by_edits_in_the_way(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    stomper.run(repo, "fix", "-q").check()
    repo.write(TOUCHED, repo.read(TOUCHED) + b"# mine\n")
    assert_refused(repo, stomper, TOUCHED, "undo", "--revert")


@pytest.mark.thorough
def test_revert_of_a_branch_that_was_merged(repo: GitRepo, before: CheckoutState, stomper: Stomper) -> None:
    stomper.run(repo, "fix", "-q", "--branch", "fixes").check()
    assert_refused(repo, stomper, "does not have the commits", "undo", "--revert")
    repo.commit_file("later.txt", "later\n")
    repo.git("merge", "--quiet", "--no-ff", "--message", "merge", "fixes")
    stomper.run(repo, "undo", "--revert").check()
    assert repo.content(TOUCHED) == repo.content(TOUCHED, before.head)
    assert repo.read("later.txt") == b"later\n"


@pytest.fixture
def kept(repo: GitRepo, stomper: Stomper, leaks: Leaks, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A run whose branch was moved by its user meanwhile: the result stays on the run's ref, which this names."""
    held: Held = held_repo(repo, 2, tmp_path_factory.mktemp("held"))
    running = stomper.start(repo, "fix", "-j2", "-q")
    held.wait_for(2)
    repo.commit_file("meanwhile.txt", "mine\n")
    held.release()
    running.result().check(3)
    ref = f"refs/stomper/{last_run(repo).run}/head"
    assert repo.refs("refs/stomper").keys() == {ref}
    leaks.allow("ref", "refs/stomper/*", reason="a result that was not delivered, or was undone")
    return ref


def test_undo_and_redo_of_a_kept_result(repo: GitRepo, kept: str, stomper: Stomper) -> None:
    here, result = repo.checkout_state(), repo.rev(kept)
    for _ in range(2):
        stomper.run(repo, "undo").check()
        assert repo.refs("refs/stomper") == {kept.replace("/head", "/undone"): result}
        stomper.run(repo, "cleanup").check()
        stomper.run(repo, "redo").check()
        assert repo.refs("refs/stomper") == {kept: result}
    assert repo.checkout_state() == here


@pytest.mark.thorough
def test_kept_result_that_was_merged_is_taken_back_by_revert(repo: GitRepo, kept: str, stomper: Stomper) -> None:
    base = repo.rev("HEAD~1")
    repo.git("merge", "--quiet", "--message", "take it", kept)
    assert_refused(repo, stomper, "the result of run", "undo")
    stomper.run(repo, "undo", "--revert").check()
    assert repo.content(TOUCHED) == repo.content(TOUCHED, base)
    assert repo.read("meanwhile.txt") == b"mine\n"
    assert {file["outcome"]["status"] for file in report_of(repo)["files"]} == {"fixed"}, "as it was when it was kept"
