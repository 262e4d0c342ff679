"""Patches to commits on the run's own ref, one after the other, in plan order. Only the parent lands."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from stomper.git.commit_stream import CommitStream, PatchRefusedError
from stomper.git.commits import move_ref
from stomper.git.worktrees import NOTHING
from stomper.landing.shares import Share, shares_of
from stomper.landing.wording import Wording
from stomper.models import Changed, FixTask, Outcome
from stomper.process.crash import crash_point

MOST_WAITING = 256
LONGEST_WAIT = 5.0


@dataclass(frozen=True, slots=True)
class Landed:
    """A task after landing: its outcome, and the commit if there is one.

    `commits` are all of them, of which that is the last, where this session has made them.
    """

    task: FixTask
    outcome: Outcome
    commit: str | None = None
    commits: tuple[str, ...] = ()


BeforeMove: TypeAlias = Callable[[Sequence[tuple[FixTask, str]]], None]


def run_ref(run: str) -> str:
    return f"refs/stomper/{run}/head"


def replaced_ref(run: str) -> str:
    """Give the ref that keeps the commits of a branch which a run has replaced, for `undo`."""
    return f"refs/stomper/{run}/replaced"


def undone_ref(run: str) -> str:
    """Give the ref that keeps the commits of an undone run for `redo`."""
    return f"refs/stomper/{run}/undone"


def in_plan_order(results: Iterable[tuple[FixTask, Outcome]], first: int = 0) -> Iterator[tuple[FixTask, Outcome]]:
    """Hold results back until all before them in the plan are there, so that -j does not change the order."""
    waiting: dict[int, tuple[FixTask, Outcome]] = {}
    for task, outcome in results:
        waiting[task.index] = task, outcome
        while first in waiting:
            yield waiting.pop(first)
            first += 1


class Lander:
    """Builds the run's commits in object space; the user's index is never touched.

    It goes on from `head`, where the run's ref is. Commits have their ids at once; they reach the repository, the
    journal and the run's ref in groups, in this order, when there are many, when the first of them has waited for
    `LONGEST_WAIT`, and by `settle`, which goes before whoever needs them there. Nothing is lost by a kill between: the
    outcomes are on the disk. `before_move` hears of the commits of a group (task, commit id) before the ref moves.
    Close it after use.
    """

    def __init__(self, top: Path, index: Path, head: str, wording: Wording, before_move: BeforeMove) -> None:
        self.top, self.wording = top, wording
        self.before_move = before_move
        self.head = self.settled = head
        self.ref = run_ref(wording.run)
        self.stream = CommitStream(top, index)
        self.waiting: list[tuple[FixTask, str]] = []
        self.since = 0.0

    @classmethod
    def begin(cls, top: Path, index: Path, base: str, wording: Wording, before_move: BeforeMove) -> "Lander":
        """Make the run's ref, at `base`, and a lander that goes on from there."""
        move_ref(top, run_ref(wording.run), base, NOTHING)
        return cls(top, index, base, wording, before_move)

    def land(self, task: FixTask, outcome: Outcome) -> Landed:
        """Apply and commit an outcome's patch. One that leads to anything but the worker's own content is rejected."""
        if not isinstance(outcome, Changed):
            return Landed(task, outcome)
        start, commits = self.head, []
        for share in shares_of(outcome):
            try:
                tree = self.stream.tree_with(self.stream.tree_of(self.head), share.step.patch)
            except PatchRefusedError as refusal:
                self.go_back(start)
                return Landed(task, outcome.rejected(refusal.message))
            commits.append(self._commit(task, share, tree))
        if len(self.waiting) >= MOST_WAITING or time.monotonic() - self.since >= LONGEST_WAIT:
            self.settle()
        return Landed(task, outcome, commits[-1], tuple(commits))

    def settle(self) -> None:
        """Have all commits so far in the repository, their ids in the journal, and the run's ref at the last one."""
        self.stream.store()
        if not self.waiting:
            return
        self.before_move(self.waiting)
        for _ in self.waiting:
            crash_point("land-move")
        move_ref(self.top, self.ref, self.head, self.settled)
        for _ in self.waiting:
            crash_point("landed")
        self.settled, self.waiting = self.head, []

    def go_back(self, commit: str) -> None:
        """Go on from an earlier commit of the chain; the run's ref does not stay behind it."""
        waiting = [commit for _, commit in self.waiting]
        self.waiting = self.waiting[: waiting.index(commit) + 1] if commit in waiting else []
        if commit not in (self.settled, *waiting):
            move_ref(self.top, self.ref, commit, self.settled)
            self.settled = commit
        self.head = commit

    def close(self) -> None:
        """End what stays of git. What is not settled is forgotten."""
        self.stream.close()

    def adopt(self, commit: str) -> None:
        """Go on from another commit, which is in the repository; the run's ref moves to it."""
        move_ref(self.top, self.ref, commit, self.settled)
        self.head = self.settled = commit

    def _commit(self, task: FixTask, share: Share, tree: str) -> str:
        self.head = self.stream.commit(tree, self.head, self.wording.message([share]))
        self.since = self.since if self.waiting else time.monotonic()
        self.waiting.append((task, self.head))
        return self.head
