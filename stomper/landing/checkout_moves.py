"""Ask, right before the user's checkout is changed, if it is still what it was; and be patient with its index."""

import time
from collections.abc import Callable
from typing import TypeVar

from stomper.errors import GitError
from stomper.git.command import LOCKED
from stomper.git.commits import broken_filters
from stomper.git.repository import Head, Repository, read_head, works_elsewhere
from stomper.git.worktrees import changed_blobs

LOCK_PATIENCE = 10.0
T = TypeVar("T")


def moved(repository: Repository, start: Head) -> str:
    """Give what the user did to HEAD, or to the place where git works, during the run; or nothing."""
    if elsewhere := works_elsewhere(repository):
        return f"git, started in {repository.top}, works elsewhere now: {elsewhere}"
    now = read_head(repository)
    if now.branch != start.branch:
        return f"{_short(now.branch)} is checked out now, not {_short(start.branch)}"
    return f"{_short(start.branch)} has moved during the run" if now.commit != start.commit else ""


def _short(branch: str | None) -> str:
    return branch.removeprefix("refs/heads/") if branch else "a detached HEAD"


def broken_filter(repository: Repository, start: Head, head: str) -> str:
    """Say which file git cannot write, because a filter fails: git itself would only find out half-way."""
    broken = broken_filters(repository.top, changed_blobs(repository.top, start.commit, head))
    return f"a filter of the working tree fails for {broken}" if broken else ""


def patiently(action: Callable[[], T]) -> T:
    """Try again while another program (an editor, a prompt) holds the index for a moment; its lock is never deleted."""
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            return action()
        except GitError as error:
            if LOCKED not in error.stderr or time.monotonic() > deadline:
                raise
        time.sleep(0.1)
