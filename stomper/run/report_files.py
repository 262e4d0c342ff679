"""The files of a run's report: as the run has left them, and as the user has them now.

These differ if the result was not delivered: in a dry run, after ^C, or if nobody vouches for it or git would not take
it. What an earlier session of the run has delivered the user has all the same.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from stomper.journal.history import History
from stomper.journal.run_folder import RunFolder
from stomper.journal.stored_patch import StoredPatch
from stomper.landing.credits import fixed_in, grades_in
from stomper.landing.lander import Landed
from stomper.landing.not_landed import dropped_of, still_withheld
from stomper.models import Changed, Diagnostic, Outcome, Plan, Skipped, in_order, is_cached, suppressed_in
from stomper.plan.tasks import beyond, wanted_of
from stomper.report.merged import merged
from stomper.report.model import CHANGED, FileReport
from stomper.run.session import Run
from stomper.settings import Settings

WAITS = "{}, and waits for `stomper resume`"
DRY = "dry run: it would be {}"
Reports: TypeAlias = list[FileReport]


def delivered_before(run: Run, history: History, landed: Iterable[Landed]) -> tuple[Landed, ...]:
    """Give the files that an earlier session of the run has delivered."""
    return tuple(item for item in landed if item.task.index in history.delivered_tasks or item.commit in run.delivered)


def remaining_of(plan: Plan, settings: Settings, had: Iterable[Landed]) -> tuple[Diagnostic, ...]:
    """Give the diagnostics of a user who has these files of the plan, and no others.

    That is by what their workers found: there is no tree of it that the checkers have seen as a whole.
    """
    outcomes = [item.outcome for item in had if isinstance(item.outcome, Changed)]
    gone = [d for outcome in outcomes for d in beyond(outcome.before, outcome.after)]
    return in_order(beyond(beyond(wanted_of(plan, settings), plan.aside), gone))


def files_of(landed: Iterable[Landed], folder: RunFolder, remaining: Iterable[Diagnostic], commits: bool) -> Reports:
    """Report files as a run has left them; `commits` says whether theirs can be found."""
    left = Counter(diagnostic.path for diagnostic in remaining)
    return merged(_task_report(item, left, folder, commits) for item in landed)


def files_now(whole: Iterable[FileReport], had: Iterable[FileReport], dry_run: bool) -> Reports:
    """Give the files of a run as a user has them who `had` some; with what the `whole` run came to, if that is more."""
    now = {file.path: file for file in had}
    return [_now(file, now.get(file.path), DRY if dry_run else WAITS) for file in whole]


def _now(file: FileReport, had: FileReport | None, reason: str) -> FileReport:
    if had is not None:
        return had if had.fixed_codes == file.fixed_codes else replace(had, outcome=file)
    if file.status not in CHANGED:
        return file
    return replace(
        file,
        status="skipped",
        reason=reason.format(file.status),
        fixed_codes={},
        commit=None,
        commits=(),
        suppressed=(),
        grades={},
        outcome=file,
    )


def count_waiting(
    files: Iterable[FileReport], remaining: Sequence[Diagnostic], after: Sequence[Diagnostic] | None
) -> int:
    """Count the diagnostics that the user has, and the run's result has not.

    `after` are those of the result, None if nobody has looked at it as a whole: then the workers' word counts.
    """
    if after is not None:
        return max(0, len(remaining) - len(after))
    outcomes = [file.outcome for file in files if file.outcome]
    return min(len(remaining), sum(sum(file.fixed_codes.values()) + len(file.suppressed) for file in outcomes))


def _patch_of(outcome: Outcome) -> Path | None:
    """The file of an outcome's own patch; None if it has none on the disk."""
    patch = outcome.patch if isinstance(outcome, Changed) else None
    return patch.place if isinstance(patch, StoredPatch) else None


def _task_report(item: Landed, left: Counter[str], folder: RunFolder, commits: bool) -> FileReport:
    outcome = item.outcome
    log = folder.log(item.task)
    patch = _patch_of(outcome) or folder.patches / f"{item.task.index:05}.patch"
    return FileReport(
        path=item.task.path,
        status=outcome.status,
        reason=outcome.reason,
        before=len(outcome.before),
        after=left[item.task.path],
        fixed_codes=fixed_in(outcome),
        seconds=0.0 if isinstance(outcome, Skipped) or outcome.timing is None else outcome.timing.seconds,
        commit=item.commit if commits else None,
        attempts=outcome.attempts,
        patch=_if_there(patch),
        log=_if_there(log),
        commits=item.commits if commits and item.commit else (),
        suppressed=suppressed_in(outcome),
        cached=is_cached(outcome),
        grades=grades_in(outcome),
        withheld=still_withheld(outcome),
        dropped=dropped_of(outcome),
    )


def _if_there(path: Path) -> str | None:
    return str(path) if path.exists() else None
