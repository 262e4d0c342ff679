"""Runs that are killed, and what must be true afterwards."""

import contextlib
import signal
import time
from dataclasses import dataclass

import psutil

from stomper.process.environment import CRASH_POINT, RUN_MARK
from tests.kit.cli import Result, Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.leaks import of_test
from tests.kit.repo import CheckoutState, GitRepo
from tests.kit.wait import eventually

KILLED = -signal.SIGKILL
# The contract grants two seconds; a loaded machine gets more. The tests record how long it was.
DEADLINE = 10.0
NOTHING_TO_RESUME = "there is no run that could be resumed"


@dataclass(frozen=True)
class Outcome:
    """What a run led to: the tree that is checked out, and the subjects of all commits."""

    tree: str
    subjects: tuple[str, ...]


def outcome_of(repo: GitRepo, commit: str = "HEAD") -> Outcome:
    return Outcome(repo.tree(commit), tuple(subject for subject, _ in repo.log(commit)))


WAYS = {"worktree-put-back": "recycled", "worktree-": "fresh"}


def crash_at(point: str) -> dict[str, str]:
    """The environment in which Stomper dies at `name` or `name:N`; with worktrees that come to that point."""
    way = next((way for start, way in WAYS.items() if point.startswith(start)), "auto")
    return {CRASH_POINT: point, "STOMPER_WORKTREES": way}


def is_complete(repo: GitRepo, expected: Outcome) -> bool:
    """Whether branch, index and files are all what an unbroken run gives."""
    return outcome_of(repo) == expected and repo.status() == []


def assert_intact(repo: GitRepo, before: CheckoutState, expected: Outcome) -> None:
    """The user's checkout is as it was, or as it is to be: nothing between."""
    assert repo.checkout_state() == before or is_complete(repo, expected), repo.status()


def marked(hermetic: Hermetic) -> list[psutil.Process]:
    """The processes of this test that carry a run's mark."""
    found = []
    for process in of_test(hermetic):
        with contextlib.suppress(psutil.Error):
            if process.environ().get(RUN_MARK):
                found.append(process)
    return found


def seconds_until_none_is_marked(hermetic: Hermetic) -> float:
    """How long it takes until nothing of a killed run is alive. Fails where that is too long."""
    began = time.monotonic()
    eventually(lambda: not marked(hermetic), f"the end of {marked(hermetic)}", DEADLINE)
    return time.monotonic() - began


def resume_or_fix(stomper: Stomper, repo: GitRepo, *options: str) -> tuple[str, Result]:
    """Take the killed run up, or begin anew where it had not begun. Says which."""
    done = stomper.run(repo, "resume", "--quiet", *options)
    if done.code == 2 and NOTHING_TO_RESUME in done.err:
        return "fix", stomper.run(repo, "fix", "--quiet", *options)
    return "resume", done
