"""The middle of a run: tasks through the pool, outcomes to disk, patches to commits."""

import itertools
from collections.abc import Iterator

from stomper.fixers.base import is_ours
from stomper.journal.run_folder import History
from stomper.landing.deliver_uncommitted import misfit_of
from stomper.landing.lander import Landed, Lander, fixed_codes, in_plan_order
from stomper.landing.last_guard import refuse_landing
from stomper.models import (
    Changed,
    Failed,
    Fixed,
    FixTask,
    Outcome,
    Partial,
    Plan,
    Skipped,
    Suppressed,
    has_escaped,
    printable,
    suppressed_in,
)
from stomper.process.crash import crash_point
from stomper.run.session import Run
from stomper.worker.pool import run_tasks
from stomper.workspace.worktree import entries_of

MOST_STARTS = 3
KILLS_ITS_RUN = f"the run ended {MOST_STARTS} times while this file was being worked on; it is not tried again"


def fix_and_land(run: Run, plan: Plan, history: History, lander: Lander) -> list[Landed]:
    """One outcome and at most one commit for each task, landed in plan order while later ones are being fixed.

    What an earlier session of the run has brought to the branch stays as it is there.
    """
    there = {index: commit for index, commit in history.commits.items() if commit in run.at_home}
    landed = []
    run.progress.begin(len(plan.tasks) - len(history.outcomes), plan.before)
    try:
        for task, outcome in in_plan_order(outcomes(run, plan, history)):
            done = there.get(task.index)
            checked = outcome if done else at_home(run, outcome, read=task.index in history.outcomes)
            landed.append(Landed(task, outcome, done) if done else lander.land(task, checked))
    finally:
        run.progress.end()
    return landed


def at_home(run: Run, outcome: Outcome, read: bool = False) -> Outcome:
    """The outcome, rejected where it must not land, or is for uncommitted files that it cannot be brought into.

    One that was `read` from disk is believed as little as one that others had a hand in.
    """
    if not isinstance(outcome, Changed):
        return outcome
    if problem := _refused(run, outcome, read) or _misfit(run, outcome):
        return outcome.rejected(problem)
    return outcome


def _refused(run: Run, outcome: Changed, read: bool) -> str:
    """Look again at what may have been made under the eyes of others; where all fixers are ours that costs nothing."""
    ours = {fixer.name for fixer in run.job.fixers if is_ours(fixer)}
    if not read and all(attempt.fixer in ours for attempt in outcome.attempts):
        return ""
    top, base = run.repository.top, run.header.base
    return refuse_landing(top, entries_of(top, base), outcome, run.settings)


def _misfit(run: Run, outcome: Changed) -> str:
    choice = run.settings.choice
    if choice.uncommitted is None:
        return ""
    return misfit_of(run.repository, run.folder, choice, run.header.base, outcome.patch.blobs)


def make_lander(run: Run) -> Lander:
    """A lander on the run's tip; each commit is in the journal before the run's ref moves to it."""

    def before_move(task: FixTask, commit: str) -> None:
        run.folder.append("landing", index=task.index, commit=commit)

    index = run.job.site.folder / "index"
    style = run.settings.git.commit_style
    return Lander.begin(run.repository.top, index, run.header.run, run.tip, style, before_move)


def outcomes(run: Run, plan: Plan, history: History) -> Iterator[tuple[FixTask, Outcome]]:
    """Every task with its outcome: those already on disk first, then the others as they are done.

    A task that was in flight twice when its run ended is a suspect: it runs alone, in a process of
    its own, after the others. After a third time it is not tried again.
    """
    todo = []
    for task in plan.tasks:
        if task.index in history.outcomes:
            yield task, history.outcomes[task.index]
        elif history.starts[task.index] >= MOST_STARTS:
            yield task, Failed(path=task.path, before=task.diagnostics, reason=KILLS_ITS_RUN)
        else:
            todo.append(task)
    suspects = [task for task in todo if history.starts[task.index] == MOST_STARTS - 1]
    for task, outcome in _worked(run, [task for task in todo if task not in suspects], suspects):
        if not isinstance(outcome, Skipped):
            run.folder.store(task, outcome)
        crash_point("stored")
        run.progress.finished(task, outcome, count_fixed(outcome))
        if has_escaped(outcome.attempts):
            run.progress.note(f"warning: an agent at work on {printable(task.path)} {outcome.reason}")
        yield task, outcome


def _worked(run: Run, others: list[FixTask], suspects: list[FixTask]) -> Iterator[tuple[FixTask, Outcome]]:
    def on_start(task: FixTask) -> None:
        run.folder.started(task)
        crash_point("started")
        run.progress.started(task)

    workers = run.settings.workflow.max_parallel_files
    return itertools.chain(
        run_tasks(run.job, others, workers, run.interrupts, on_start),
        run_tasks(run.job, suspects, 1, run.interrupts, on_start, in_process=False),
    )


def count_fixed(outcome: Outcome) -> int:
    """How many diagnostics a worker's outcome fixes. What it suppresses is not fixed."""
    match outcome:
        case Fixed() | Suppressed() | Partial():
            return sum(fixed_codes(outcome.before, (*outcome.after, *suppressed_in(outcome))).values())
        case _:
            return 0
