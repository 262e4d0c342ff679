"""Patches to commits on the run's own ref, one after the other, in plan order. Only the parent lands."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from stomper.git.commit_stream import CommitStream, PatchRefusedError
from stomper.git.commits import move_ref
from stomper.git.worktrees import NOTHING
from stomper.grades import Part
from stomper.landing.credits import credits_of, elsewhere_in, fixed_codes, fixed_grades, in_words
from stomper.models import (
    Changed,
    FixTask,
    Outcome,
    Step,
    codes_of,
    printable,
    suppressed_in,
)
from stomper.process.crash import crash_point
from stomper.settings import CommitStyle
from stomper.text.counts import plural

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

    def __init__(
        self,
        top: Path,
        index: Path,
        run: str,
        head: str,
        style: CommitStyle,
        before_move: BeforeMove,
    ) -> None:
        self.top, self.run, self.style = top, run, style
        self.before_move = before_move
        self.head = self.settled = head
        self.ref = run_ref(run)
        self.stream = CommitStream(top, index)
        self.waiting: list[tuple[FixTask, str]] = []
        self.since = 0.0

    @classmethod
    def begin(
        cls, top: Path, index: Path, run: str, base: str, style: CommitStyle, before_move: BeforeMove
    ) -> "Lander":
        """Make the run's ref, at `base`, and a lander that goes on from there."""
        move_ref(top, run_ref(run), base, NOTHING)
        return cls(top, index, run, base, style, before_move)

    def land(self, task: FixTask, outcome: Outcome) -> Landed:
        """Apply and commit an outcome's patch. One that leads to anything but the worker's own content is rejected."""
        if not isinstance(outcome, Changed):
            return Landed(task, outcome)
        start, commits = self.head, []
        for part in parts_of(outcome):
            try:
                tree = self.stream.tree_with(self.stream.tree_of(self.head), part.patch)
            except PatchRefusedError as refusal:
                self.go_back(start)
                return Landed(task, outcome.rejected(refusal.message))
            commits.append(self._commit(task, part, tree, () if outcome.steps else outcome.parts))
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

    def _commit(self, task: FixTask, part: Step, tree: str, parts: Sequence[Part]) -> str:
        message = commit_message(task.path, part, self.run, self.style, parts)
        self.head = self.stream.commit(tree, self.head, message)
        self.since = self.since if self.waiting else time.monotonic()
        self.waiting.append((task, self.head))
        return self.head


def parts_of(outcome: Changed) -> tuple[Step, ...]:
    """Divide an outcome into the parts that get their own commits: its steps, or all of it."""
    whole = Step(outcome.before, outcome.after, outcome.patch, outcome.attempts, suppressed_in(outcome))
    return outcome.steps or (whole,)


def commit_message(path: str, part: Step, run: str, style: CommitStyle, parts: Sequence[Part] = ()) -> str:
    """Subject, codes with counts and with their grades if these are not all `safe`, and trailers."""
    fixed, suppressed = fixed_codes(part.before, (*part.after, *part.suppressed)), codes_of(part.suppressed)
    elsewhere = elsewhere_in(part.attempts)
    what = f"{_done(sum(fixed.values()), sum(suppressed.values()), sum(elsewhere.values()))} {printable(path)}"
    kind = "fix(quality)" if fixed or not suppressed else "chore(quality)"
    subject = f"{kind}: {what}" if style == "conventional" else what[0].upper() + what[1:]
    tools = {diagnostic.code: diagnostic.tool for diagnostic in part.before}
    credits = credits_of(part.attempts, parts)
    grades = fixed_grades(fixed, credits)
    lines = [f"- {printable(code)} ({tools[code]}): {in_words(n, grades.get(code, {}))}" for code, n in fixed.items()]
    lines += [f"- {printable(code)} ({tools[code]}): {n} suppressed" for code, n in suppressed.items()]
    lines += [f"- {printable(code)} ({tool}): {n} in other files" for (tool, code), n in elsewhere.items()]
    body = "\n".join(lines)
    fixers = dict.fromkeys(f"Stomper-Fixer: {credit.fixer}" for credit in credits)
    trailers = "\n".join([f"Stomper-Run: {run}", *fixers])
    return f"{subject}\n\n{body}\n\n{trailers}\n"


def _done(fixed: int, suppressed: int, elsewhere: int) -> str:
    """Say what a commit does; that it helps other files only where the file itself wins nothing."""
    if elsewhere and not fixed and not suppressed:
        return f"resolve {plural(elsewhere, 'issue')} of other files in"
    done = [("resolve", fixed)] if fixed or not suppressed else []
    done += [("suppress", suppressed)] if suppressed else []
    *first, (verb, number) = done
    return " and ".join([*(f"{verb} {number}" for verb, number in first), f"{verb} {plural(number, 'issue')}"]) + " in"
