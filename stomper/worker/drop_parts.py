"""Let tests judge a fixed file in its worker, and drop the smallest part of its change that breaks them."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stomper import process
from stomper.checkers import Checker
from stomper.errors import CheckerError
from stomper.models import (
    INTERRUPTED,
    Changed,
    Diagnostic,
    Failed,
    FixTask,
    Outcome,
    Skipped,
    Timing,
    count_keys,
    left_of,
    suppressed_in,
)
from stomper.plan.tasks import beyond
from stomper.project_tests.per_file import Tester
from stomper.project_tests.verdict import Verdict
from stomper.text.counts import shorten
from stomper.units.bisect import first_red
from stomper.units.division import Division, divide, prefix
from stomper.worker.conclude import conclude
from stomper.worker.dropped_words import reason_of
from stomper.worker.formatting import Formatting
from stomper.worker.remnant import Remnant
from stomper.worker.run_checkers import check_worktree
from stomper.worker.whole_drop import by_whom, dropped_whole
from stomper.workspace.worktree import Worktree

SHOWN = 3
MOST_DROPPED = 8  # of one file; each costs a search


@dataclass(frozen=True, slots=True)
class Trial:
    """The fixed file of a task before its tests. `tree` is its worktree, `timing` gives the time until now.

    `log` takes the words of the tests. What is left of the file is laid out by `formatting`.
    """

    task: FixTask
    tree: Worktree
    tester: Tester
    checkers: Sequence[Checker]
    timing: Callable[[], Timing]
    log: Callable[[str], None]
    formatting: Formatting

    def outcome_of(self, fixed: Changed) -> Outcome:
        """The fixed file, which is in the worktree, as tests see it.

        It is as it was, or without the parts that break tests, or rejected if that cannot be done.
        """
        for _ in range(MOST_DROPPED):
            verdict = self._judged()
            if ended := self._ended(fixed, verdict):
                return ended
            shorter = self._without_guilty(fixed, verdict)
            if shorter is None:
                return self._rejected(fixed, verdict)
            fixed = shorter
        verdict = self._judged()
        return self._ended(fixed, verdict) or self._rejected(fixed, verdict)

    def _judged(self) -> Verdict:
        verdict = self.tester.judge(self.tree, self.task.path)
        self.log(verdict.log)
        return verdict

    def _ended(self, fixed: Changed, verdict: Verdict) -> Outcome | None:
        """The outcome, unless tests are red."""
        path, before, attempts = fixed.path, fixed.before, fixed.attempts
        if process.stop_due():
            return Skipped(path=path, before=before, reason=INTERRUPTED)
        timing = self.timing()
        if verdict.problem:
            reason = f"tests: {verdict.problem}"
            return Failed(path=path, before=before, attempts=attempts, timing=timing, reason=reason)
        return None if verdict.red else dataclasses.replace(fixed, timing=timing)

    def _rejected(self, fixed: Changed, verdict: Verdict) -> Outcome:
        base = self.tree.contents.base_bytes(self.task.path)
        gone = dropped_whole(fixed, base, verdict.witnesses)
        words = f"tests: breaks {shorten(verdict.witnesses, SHOWN)}{by_whom(gone)}"
        rejected = dataclasses.replace(fixed, timing=self.timing()).rejected(words, verdict.witnesses)
        return dataclasses.replace(rejected, dropped=(*fixed.dropped, *gone))

    def _without_guilty(self, fixed: Changed, verdict: Verdict) -> Changed | None:
        """The file without the part that breaks tests, which is then in the worktree; None if nothing good is left."""
        division = self._division(fixed)
        if division is None:
            return None
        reds = {len(division.units): verdict.tests}

        def probe(lengths: Sequence[int]) -> list[bool]:
            reds.update({length: self._red(division, length) & verdict.tests for length in lengths})
            return [bool(reds[length]) for length in lengths]

        length = first_red(probe, 0, len(division.units))
        remnant = Remnant(fixed, division, division.fallen(length - 1))
        if not remnant.kept or not remnant.is_sound or process.stop_due():
            return None
        self._write(remnant.content)
        return self._shortened(remnant, tuple(sorted(reds[length])))

    def _division(self, fixed: Changed) -> Division | None:
        """The units of the change of a file that has one commit; None if it has not several."""
        if fixed.steps or [blob.path for blob in fixed.patch.blobs] != [self.task.path]:
            return None
        contents, (blob,) = self.tree.contents, fixed.patch.blobs
        before, landed = contents.base_bytes(self.task.path), contents.bytes_of(blob)
        return divide(self.task.path, before, fixed.parts, landed, self.formatting.tried)

    def _red(self, division: Division, length: int) -> frozenset[str]:
        """The tests that the first units break; none once the user has stopped the run."""
        if process.stop_due():
            return frozenset()
        self._write(division.content(prefix(length)))
        return self.tester.judge(self.tree, self.task.path).tests

    def _write(self, content: bytes) -> None:
        self.tree.restore({})
        (self.tree.root / self.task.path).write_bytes(content)

    def _shortened(self, remnant: Remnant, broken: tuple[str, ...]) -> Changed | None:
        """The outcome of what is left of a change, if checkers find nothing new in it and the file has gained."""
        now, task, before = self.tree.snapshot(), self.task, remnant.outcome
        try:
            found = check_worktree(self.checkers, self.tree, [task.path], now)
        except CheckerError:
            return None
        left = left_of(task.diagnostics, found, task.others)
        if count_keys(found) - count_keys((*task.diagnostics, *task.others)) or len(left) >= len(task.diagnostics):
            return None
        return self._concluded(remnant, left, beyond(left, before.after), broken)

    def _concluded(
        self, remnant: Remnant, left: tuple[Diagnostic, ...], back: tuple[Diagnostic, ...], broken: tuple[str, ...]
    ) -> Changed | None:
        before, dropped = remnant.outcome, remnant.dropped(back, broken)
        reason = f"tests: {reason_of(dropped, f'breaks {shorten(broken, SHOWN)}')}"
        made = conclude(
            self.task,
            left=left,
            suppressed=beyond(suppressed_in(before), back),
            patch=self.tree.patch(self.tree.snapshot()),
            steps=(),
            attempts=remnant.attempts(before.attempts, broken),
            timing=self.timing(),
            reason="; ".join(filter(None, (before.reason, reason))),
            parts=remnant.parts(back),
            withheld=before.withheld,
        )
        if not isinstance(made, Changed):
            return None
        return dataclasses.replace(made, dropped=(*before.dropped, *dropped), withheld=before.withheld)
