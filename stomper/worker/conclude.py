"""Make the outcome of the work on a file. What changes a file's outcome later makes the new one here too."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from stomper.checkers.stubs import stub_packages
from stomper.grades import Part, Withheld
from stomper.models import (
    INTERRUPTED,
    Attempt,
    AttemptResult,
    Changed,
    Diagnostic,
    Failed,
    Fixed,
    FixTask,
    Outcome,
    Partial,
    Patch,
    Rejected,
    Skipped,
    Step,
    Suppressed,
    Timing,
    Unchanged,
    has_escaped,
)
from stomper.text.counts import and_more
from stomper.worker.vain_words import why_nobody_fixed
from stomper.workspace.contents import Snapshot

SHOWN = 2
SHOWN_REMARKS = 3  # the log of the file has all


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainResult:
    """The file of a task as a chain of fixers leaves it.

    `content` is the best that the chain came to, and `patch` leads there, in `steps` if there are several commits.
    `left` and `suppressed` are the task's own diagnostics. `remarks` say why a fixer did not do more, `held` why one
    could not be asked now (a budget, a provider's limits). `parts` are the kept guesses, as the gate can drop them,
    and `withheld` those that nothing stands behind.
    """

    content: Snapshot
    patch: Patch
    steps: tuple[Step, ...]
    left: tuple[Diagnostic, ...]
    suppressed: tuple[Diagnostic, ...]
    attempts: tuple[Attempt, ...]
    remarks: tuple[str, ...]
    held: str
    parts: tuple[Part, ...] = ()
    withheld: tuple[Withheld, ...] = ()

    def has(self, *results: AttemptResult) -> bool:
        """Say whether any attempt ended so."""
        return any(attempt.result in results for attempt in self.attempts)


def judge(task: FixTask, done: ChainResult, timing: Timing) -> Outcome:
    """The one state that a task ends in by the result of its chain."""
    path, before, attempts = task.path, task.diagnostics, done.attempts
    if done.has(AttemptResult.STOPPED):
        return Skipped(path=path, before=before, reason=INTERRUPTED)
    if has_escaped(attempts):
        escapes = (attempt.detail for attempt in attempts if attempt.result is AttemptResult.ESCAPED)
        reason = f"escaped: {'; '.join(escapes)}"
        return Rejected(path=path, before=before, attempts=attempts, timing=timing, reason=reason)
    if done.held and done.left and not done.patch.blobs:
        return Skipped(path=path, before=before, reason=done.held, held=True, attempts=attempts)
    reason = _why_left(done, task.barred) if done.left else ""
    if not done.patch.blobs and done.has(AttemptResult.REFUSED):
        rejected = Rejected(path=path, before=before, attempts=attempts, timing=timing, reason=reason)
        return replace(rejected, withheld=done.withheld)
    if not done.patch.blobs and done.has(AttemptResult.FAILED, AttemptResult.TIMEOUT):
        return Failed(path=path, before=before, attempts=attempts, timing=timing, reason=reason)
    return conclude(
        task,
        left=done.left,
        suppressed=done.suppressed,
        patch=done.patch,
        steps=done.steps,
        attempts=attempts,
        timing=timing,
        reason="; ".join(filter(None, (reason, warnings_of(attempts)))),
        parts=done.parts,
        withheld=done.withheld,
    )


def _why_left(done: ChainResult, barred: Set[tuple[str, str]]) -> str:
    """Say why something is left: what became of the attempts that led to nothing, else who found no fix for it."""
    codes = ", ".join(sorted({d.code for d in done.left}))
    quiet = (AttemptResult.KEPT, AttemptResult.NO_CHANGE, AttemptResult.WITHHELD)
    failed = (attempt for attempt in done.attempts if attempt.result not in quiet)
    said = [one.detail if one.own_words else f"{one.fixer}: {one.detail}" for one in failed]
    said += [_why_withheld(done.withheld)] if done.withheld else []
    said += _some(list(dict.fromkeys(done.remarks)))
    nobody = why_nobody_fixed((d.code for d in done.left), done.attempts, barred)
    why = f"{codes} left; {'; '.join(dict.fromkeys(said))}" if said else nobody
    packages = stub_packages(done.left)
    return f"{why}; mypy asks for {', '.join(packages)}" if packages else why


def _some(remarks: Sequence[str]) -> list[str]:
    """Give the first remarks; the last of them says how many more there are."""
    shown = remarks[:SHOWN_REMARKS]
    return [*shown[:-1], *(f"{last}{and_more(len(remarks) - len(shown))}" for last in shown[-1:])]


def _why_withheld(withheld: Sequence[Withheld]) -> str:
    """Give the guesses that were withheld, by what each needs."""
    codes: dict[str, set[str]] = {}
    for guess in withheld:
        codes.setdefault(guess.needs, set()).add(guess.code)
    needs = [f"{', '.join(sorted(mine))} need{'s' if len(mine) == 1 else ''} {what}" for what, mine in codes.items()]
    return f"withheld: {'; '.join(needs[:SHOWN])}{and_more(len(needs) - SHOWN)}"


def conclude(
    task: FixTask,
    *,
    left: tuple[Diagnostic, ...],
    suppressed: tuple[Diagnostic, ...],
    patch: Patch,
    steps: tuple[Step, ...],
    attempts: tuple[Attempt, ...],
    timing: Timing,
    reason: str,
    parts: tuple[Part, ...] = (),
    withheld: tuple[Withheld, ...] = (),
) -> Changed | Unchanged:
    """Make the outcome of a task that `patch` changes, after which `left` is still found, and `suppressed` silenced.

    `reason` says why something is left, or why nothing was changed. If nothing is left, the outcome's reason is what
    guards have warned of.
    """
    worked: dict[str, Any] = {"path": task.path, "before": task.diagnostics, "attempts": attempts, "timing": timing}
    if not patch.blobs:
        return Unchanged(**worked, reason=reason, withheld=withheld)
    worked |= {"patch": patch, "steps": steps, "parts": parts}
    if left:
        return Partial(**worked, after=left, suppressed=suppressed, reason=reason, withheld=withheld)
    warnings = warnings_of(attempts)
    if suppressed:
        return Suppressed(**worked, suppressed=suppressed, reason=warnings)
    return Fixed(**worked, reason=warnings)


def warnings_of(attempts: Iterable[Attempt]) -> str:
    """Say what guards objected to in changes that were kept all the same."""
    kept = [attempt.detail for attempt in attempts if attempt.result is AttemptResult.KEPT and attempt.warned]
    return "; ".join(dict.fromkeys(kept))
