"""`--branch NAME` again, when the branch has commits that HEAD does not have: fail, append, replace."""

from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, crash_at, seconds_until_none_is_marked
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import assert_refused, report_of
from tests.kit.samples import finding_path, findings_repo, fixed_content


def old_branch(repo: GitRepo) -> str:
    """A branch with a commit of its own, which HEAD does not have; HEAD has one more by now."""
    findings_repo(repo, 2)
    repo.git("checkout", "--quiet", "-b", "fixes")
    old = repo.commit_file(finding_path(0), fixed_content(0))
    repo.git("checkout", "--quiet", "main")
    repo.commit_file("later.txt", "later\n")
    return old


def test_it_is_refused_by_default(repo: GitRepo, stomper: Stomper) -> None:
    old_branch(repo)
    words = "branch fixes exists and has commits that are not in HEAD"
    assert_refused(repo, stomper, words, "fix", "--branch", "fixes")


def test_append_works_on_the_branch_as_it_is(repo: GitRepo, stomper: Stomper, hermetic: Hermetic, leaks: Leaks) -> None:
    old, before = old_branch(repo), repo.checkout_state()
    words = ("fix", "-q", "-j1", "--branch", "fixes", "--branch-exists", "append")
    assert stomper.run(repo, *words, env=crash_at("delivered")).code == KILLED
    seconds_until_none_is_marked(hermetic)
    new = repo.rev("fixes")
    repo.git("checkout", "--quiet", "-b", "elsewhere")
    stomper.run(repo, "resume", "-q").check()
    assert repo.rev("fixes") == new
    assert repo.git("rev-list", f"{old}..fixes").split() == [new]
    assert repo.git("diff", "--name-only", old, "fixes") == finding_path(1)
    assert (report_of(repo)["base_commit"], report_of(repo)["branch"]) == (old, "refs/heads/fixes")
    stomper.run(repo, "undo").check()
    assert repo.rev("fixes") == old
    repo.git("checkout", "--quiet", "main")
    assert repo.checkout_state() == before
    leaks.expect("ref", "refs/stomper/*/undone", reason="`redo` needs it")


def test_replace_keeps_what_was_there_for_undo(repo: GitRepo, stomper: Stomper, leaks: Leaks) -> None:
    old, before = old_branch(repo), repo.checkout_state()
    done = stomper.run(repo, "fix", "-j1", "--branch", "fixes", "--branch-exists", "replace").check()
    assert f"branch fixes was at {old[:12]} before: stomper undo brings that back" in done.out
    new = repo.rev("fixes")
    assert repo.git("merge-base", "main", "fixes") == repo.rev("main")
    assert [repo.content(finding_path(n), "fixes") for n in (0, 1)] == [fixed_content(n) for n in (0, 1)]
    stomper.run(repo, "cleanup").check()
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "--quiet", "--prune=now")
    stomper.run(repo, "undo").check()
    assert (repo.rev("fixes"), repo.checkout_state()) == (old, before)
    stomper.run(repo, "redo").check()
    assert repo.rev("fixes") == new
    leaks.expect("ref", "refs/stomper/*/replaced", reason="`undo` needs it")
