"""Patches to commits on the run's own ref, one at a time, in plan order. Only the parent lands."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from stomper.errors import GitError
from stomper.git.commits import apply_patch, commit_tree, fill_index, move_ref, write_index_tree
from stomper.git.worktrees import NOTHING, staged_changes
from stomper.models import (
    AttemptResult,
    Changed,
    Diagnostic,
    FixTask,
    Outcome,
    Step,
    codes_of,
    count_keys,
    printable,
    suppressed_in,
)
from stomper.process.crash import crash_point
from stomper.settings import CommitStyle
from stomper.text.counts import plural


@dataclass(frozen=True, slots=True)
class Landed:
    """What a task came to after landing: its outcome, and the commit where there is one.

    `commits` are all of them, of which that is the last, where this session has made them.
    """

    task: FixTask
    outcome: Outcome
    commit: str | None = None
    commits: tuple[str, ...] = ()


BeforeMove: TypeAlias = Callable[[FixTask, str], None]


def run_ref(run: str) -> str:
    return f"refs/stomper/{run}/head"


def undone_ref(run: str) -> str:
    """What keeps the commits of an undone run for `redo`."""
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
    """Builds the run's commits in object space, on a private index; the user's index is never touched.

    It goes on from `head`, where the run's ref is. `before_move` hears of a commit (task, commit id) before the run's
    ref moves to it.
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
        self.top, self.index, self.run, self.style = top, index, run, style
        self.before_move = before_move
        self.head = head
        self.ref = run_ref(run)
        fill_index(top, index, head)

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
            if refusal := self._apply(part):
                self.go_back(start)
                return Landed(task, outcome.rejected(refusal))
            commits.append(self._commit(task, part))
        return Landed(task, outcome, commits[-1], tuple(commits))

    def go_back(self, commit: str) -> None:
        """Take the run's ref back to an earlier commit of the chain, and the index to what that has."""
        if commit != self.head:
            move_ref(self.top, self.ref, commit, self.head)
        self.head = commit
        fill_index(self.top, self.index, commit)

    def _apply(self, part: Step) -> str:
        """Bring the patch into the private index. Returns why not, or nothing."""
        try:
            apply_patch(self.top, self.index, part.patch.data)
        except GitError as error:
            return f"its patch does not apply to the run's head: {error.stderr}"
        expected = {blob.path: blob for blob in part.patch.blobs}
        found = {blob.path: blob for blob in staged_changes(self.top, self.index, self.head)}
        wrong = [printable(p) for p in sorted(expected.keys() | found.keys()) if expected.get(p) != found.get(p)]
        return f"its patch led to other content than the worker's: {', '.join(wrong)}" if wrong else ""

    def _commit(self, task: FixTask, part: Step) -> str:
        tree = write_index_tree(self.top, self.index)
        message = commit_message(task.path, part, self.run, self.style)
        commit = commit_tree(self.top, tree, [self.head], message, nameless_too=True)
        self.before_move(task, commit)
        crash_point("land-move")
        move_ref(self.top, self.ref, commit, self.head)
        crash_point("landed")
        self.head = commit
        return commit


def parts_of(outcome: Changed) -> tuple[Step, ...]:
    """What is committed by itself: the steps of an outcome, or all of it."""
    whole = Step(outcome.before, outcome.after, outcome.patch, outcome.attempts, suppressed_in(outcome))
    return outcome.steps or (whole,)


def fixed_codes(before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> dict[str, int]:
    """How many diagnostics of each code went away, by code."""
    gone = count_keys(before) - count_keys(after)
    codes: Counter[str] = Counter()
    for (_, code, _), count in gone.items():
        codes[code] += count
    return dict(sorted(codes.items()))


def commit_message(path: str, part: Step, run: str, style: CommitStyle) -> str:
    """Subject, codes with counts, and trailers."""
    fixed, suppressed = fixed_codes(part.before, (*part.after, *part.suppressed)), codes_of(part.suppressed)
    done = [("resolve", sum(fixed.values()))] if fixed or not suppressed else []
    done += [("suppress", sum(suppressed.values()))] if suppressed else []
    *first, (verb, number) = done
    words = [*(f"{verb} {number}" for verb, number in first), f"{verb} {plural(number, 'issue')}"]
    what = f"{' and '.join(words)} in {printable(path)}"
    kind = "fix(quality)" if fixed or not suppressed else "chore(quality)"
    subject = f"{kind}: {what}" if style == "conventional" else what[0].upper() + what[1:]
    tools = {diagnostic.code: diagnostic.tool for diagnostic in part.before}
    lines = [f"- {printable(code)} ({tools[code]}): {number}" for code, number in fixed.items()]
    body = "\n".join(
        [*lines, *(f"- {printable(code)} ({tools[code]}): {n} suppressed" for code, n in suppressed.items())]
    )
    fixers = dict.fromkeys(a.fixer for a in part.attempts if a.result is AttemptResult.KEPT)
    trailers = "\n".join([f"Stomper-Run: {run}", *(f"Stomper-Fixer: {fixer}" for fixer in fixers)])
    return f"{subject}\n\n{body}\n\n{trailers}\n"
