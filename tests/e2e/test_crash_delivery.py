"""Killed at or around the moment in which the user's branch or files move; and at the steps of undo and redo."""

import shlex
import signal
from pathlib import Path

import pytest

from tests.kit.chains import chain_toml
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, crash_at, outcome_of, seconds_until_none_is_marked
from tests.kit.leaks import Leaks
from tests.kit.repo import CheckoutState, GitRepo
from tests.kit.runs import unbroken
from tests.kit.samples import finding_path, findings_repo, fixed_content
from tests.kit.wait import eventually

FILES = 3
WAYS = {
    "commits": (),
    "files only": ("--no-commit",),
    "branch": ("--branch", "fixes"),
    "old branch": ("--branch", "old"),
}
MOMENTS = ["recheck", "delivered", "recorded", "report-written", "finished"]
UNDOING = ["undo-kept", "undo-moved", "undone"]
REDOING = ["redo-moved", "redone"]


def moments_and_ways(moments: list[str]) -> pytest.MarkDecorator:
    """Each way with every second moment, each moment with every second way: half of all there are."""
    pairs = [(moment, way) for m, moment in enumerate(moments) for w, way in enumerate(WAYS) if (m + w) % 2 == 0]
    return pytest.mark.parametrize(
        ("moment", "words"), [pytest.param(moment, WAYS[way], id=f"{moment}-{way}") for moment, way in pairs]
    )


State = tuple[CheckoutState, dict[str, str]]


@pytest.fixture
def before(repo: GitRepo) -> State:
    """A repository with findings, and a branch that is behind."""
    repo.commit_file("first", "")
    repo.git("branch", "old")
    findings_repo(repo, FILES)
    return state_of(repo)


def state_of(repo: GitRepo) -> State:
    """The checkout, and the branches."""
    return repo.checkout_state(), repo.refs("refs/heads")


def assert_delivered(repo: GitRepo, words: tuple[str, ...], before: State) -> None:
    """The result is where it was asked for, and nowhere else."""
    name = words[1] if len(words) > 1 else "HEAD"
    if words == ("--no-commit",):
        assert repo.refs("refs/heads") == before[1]
        assert [repo.read(finding_path(n)) for n in range(FILES)] == [fixed_content(n) for n in range(FILES)]
        return
    assert [repo.content(finding_path(n), name) for n in range(FILES)] == [fixed_content(n) for n in range(FILES)]
    if name != "HEAD":
        assert repo.checkout_state() == before[0]


@pytest.mark.matrix
@moments_and_ways(MOMENTS)
def test_a_delivery_that_was_cut_off_is_completed_and_undone_exactly(
    moment: str,
    words: tuple[str, ...],
    repo: GitRepo,
    before: State,
    stomper: Stomper,
    hermetic: Hermetic,
    leaks: Leaks,
) -> None:
    assert stomper.run(repo, "fix", "-q", *words, env=crash_at(moment)).code == KILLED
    seconds_until_none_is_marked(hermetic)
    if moment == "recheck":
        assert state_of(repo) == before
    else:
        assert_delivered(repo, words, before)
    stomper.run(repo, "resume", "-q").check(2 if moment == "finished" else 0)
    stomper.run(repo, "cleanup").check()
    assert_delivered(repo, words, before)
    eventually(lambda: not leaks.find(), "nothing left behind")
    stomper.run(repo, "undo").check()
    assert state_of(repo) == before
    leaks.allow("ref", "refs/stomper/*/undone", reason="`redo` needs it")


@pytest.mark.matrix
@moments_and_ways(UNDOING)
def test_an_undo_that_was_cut_off_is_undone_by_the_next(
    moment: str, words: tuple[str, ...], repo: GitRepo, before: State, stomper: Stomper, leaks: Leaks
) -> None:
    stomper.run(repo, "fix", "-q", *words).check()
    after = state_of(repo)
    assert stomper.run(repo, "undo", env=crash_at(moment)).code == KILLED
    assert state_of(repo) == (after if moment == "undo-kept" else before)
    stomper.run(repo, "cleanup").check()
    stomper.run(repo, "undo").check(2 if moment == "undone" else 0)
    assert state_of(repo) == before
    stomper.run(repo, "redo").check()
    assert state_of(repo) == after
    eventually(lambda: not leaks.find(), "nothing left behind")


@pytest.mark.thorough
@pytest.mark.matrix
@moments_and_ways(REDOING)
def test_a_redo_that_was_cut_off_is_completed_by_the_next(
    moment: str, words: tuple[str, ...], repo: GitRepo, before: State, stomper: Stomper, leaks: Leaks
) -> None:
    stomper.run(repo, "fix", "-q", *words).check()
    after = state_of(repo)
    stomper.run(repo, "undo").check()
    assert stomper.run(repo, "redo", env=crash_at(moment)).code == KILLED
    assert state_of(repo) == after
    stomper.run(repo, "redo").check(2 if moment == "redone" else 0)
    stomper.run(repo, "cleanup").check()
    assert state_of(repo) == after
    eventually(lambda: not leaks.find(), "nothing left behind")
    stomper.run(repo, "undo").check()
    assert state_of(repo) == before
    leaks.allow("ref", "refs/stomper/*/undone", reason="`redo` needs it")


def test_a_kill_while_git_moves_the_checkout_lets_git_finish(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic, leaks: Leaks, tmp_path: Path
) -> None:
    """A slow smudge filter holds git in the middle of it: with some files written and the others not."""
    begun, gate = tmp_path / "begun", tmp_path / "gate"
    # Files are tried through the filter before; only the git that moves the checkout has this variable.
    hold = f"touch {begun}; while ! test -e {gate}; do sleep 0.01; done"
    wait = f'if test -n "$GIT_REFLOG_ACTION"; then {hold}; fi; cat'
    # Files of a filter that is there before the run are left alone: it comes during the run.
    arm = f"git config filter.slow.clean cat; git config filter.slow.smudge {shlex.quote(wait)}"
    findings_repo(repo, FILES, pyproject=chain_toml({"armer": fake_fixer("--run", arm), "ruff": None}))
    repo.write(".gitattributes", "*.py filter=slow\n")
    before = repo.commit_file("last", "")
    gate.touch()
    expected = unbroken(repo, tmp_path / "twin", stomper)
    gate.unlink()
    begun.unlink()
    running = stomper.start(repo, "fix", "-q")
    eventually(begun.exists, "git to write files")
    running.send(signal.SIGKILL)
    running.result()
    seconds_until_none_is_marked(hermetic)
    repo.agreed_settings = repo.settings()
    gate.touch()
    eventually(lambda: not (repo.git_dir / "index.lock").exists() and repo.head != before, "git to finish")
    assert (repo.log(), repo.status()) == (expected, [])
    stomper.run(repo, "resume", "-q").check()
    assert repo.log() == expected
    eventually(lambda: not leaks.find(), "nothing left behind")
    stomper.run(repo, "undo").check()
    assert (repo.head, repo.status()) == (before, [])
    assert outcome_of(repo).tree == repo.tree(before)
    leaks.expect("ref", "refs/stomper/*/undone", reason="`redo` needs it")
