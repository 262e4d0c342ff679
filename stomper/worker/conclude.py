"""Make the outcome of the work on a file. What changes a file's outcome later makes the new one here too."""

from collections.abc import Iterable

from stomper.models import (
    Attempt,
    AttemptResult,
    Changed,
    Diagnostic,
    Fixed,
    FixTask,
    Partial,
    Patch,
    Step,
    Suppressed,
    Timing,
    Unchanged,
)


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
) -> Changed | Unchanged:
    """Make the outcome of a task that `patch` changes, after which `left` is still found, and `suppressed` silenced.

    `reason` says why something is left, or why nothing was changed. Where nothing is left, the outcome's reason is what
    guards have warned of.
    """
    path, before = task.path, task.diagnostics
    if not patch.blobs:
        return Unchanged(path=path, before=before, attempts=attempts, timing=timing, reason=reason)
    if left:
        return Partial(
            path=path,
            before=before,
            after=left,
            suppressed=suppressed,
            patch=patch,
            steps=steps,
            attempts=attempts,
            timing=timing,
            reason=reason,
        )
    warnings = warnings_of(attempts)
    if suppressed:
        return Suppressed(
            path=path,
            before=before,
            suppressed=suppressed,
            patch=patch,
            steps=steps,
            attempts=attempts,
            timing=timing,
            reason=warnings,
        )
    return Fixed(path=path, before=before, patch=patch, steps=steps, attempts=attempts, timing=timing, reason=warnings)


def warnings_of(attempts: Iterable[Attempt]) -> str:
    """Say what guards objected to in changes that were kept all the same."""
    kept = [attempt.detail for attempt in attempts if attempt.result is AttemptResult.KEPT and attempt.warned]
    return "; ".join(dict.fromkeys(kept))
