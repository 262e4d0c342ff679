"""The middle of a run: tasks through the pool, outcomes to disk, patches to commits."""

import contextlib
from collections.abc import Callable, Iterator, Set
from functools import partial
from typing import TypeAlias

from stomper.disk.private_files import ForeignError
from stomper.fixers.base import is_ours
from stomper.git.signatures import Signatures
from stomper.git.trees import tree_entries
from stomper.journal.history import History
from stomper.landing.credits import fixed_in
from stomper.landing.lander import Landed, Lander, in_plan_order
from stomper.landing.last_guard import refuse_landing
from stomper.landing.wording import Wording
from stomper.models import (
    Changed,
    Failed,
    FixTask,
    Outcome,
    Plan,
    Skipped,
    has_escaped,
    printable,
)
from stomper.outcome_cache.reuse import Reuse, no_reuse, reuse_of
from stomper.process.crash import crash_point
from stomper.run.session import Run
from stomper.text.counts import plural, shorten
from stomper.worker.fix_file import Job, refusals, refusing_formatters
from stomper.worker.pool import run_tasks

MOST_STARTS = 3
SHOWN = 2
Work: TypeAlias = Callable[[list[FixTask], list[FixTask]], Iterator[tuple[FixTask, Outcome]]]
KILLS_ITS_RUN = f"the run ended {MOST_STARTS} times while this file was being worked on; it is not tried again"


def fix_and_land(run: Run, job: Job, plan: Plan, history: History, lander: Lander) -> list[Landed]:
    """One outcome and at most one commit for each task, landed in plan order while later ones are being fixed.

    What an earlier session of the run has brought to the branch stays as it is there.
    """
    there = {index: commit for index, commit in history.commits.items() if commit in run.delivered}
    ours = frozenset(fixer.name for fixer in job.fixers if is_ours(fixer))
    landed = []
    first = plan.tasks[0].index if plan.tasks else 0
    run.progress.begin(sum(task.index not in history.outcomes for task in plan.tasks), plan.before)
    try:
        for task, outcome in in_plan_order(outcomes(plan, history, partial(_worked, run, job)), first):
            if done := there.get(task.index):
                landed.append(Landed(task, outcome, done))
            else:
                read = task.index in history.outcomes or run.elsewhere is not None
                landed.append(_told(run, lander.land(task, _fit(run, job, outcome, ours if not read else frozenset()))))
        lander.settle()
    finally:
        run.progress.end()
        run.crew.dismiss()
    for why in refusals(job.site):
        run.progress.note(f"worktrees: workers were refused a mount namespace ({why}), and had recycled ones")
    if words := refusing_formatters(job.site):
        run.progress.note(f"not formatted: {shorten(words, SHOWN)}")
    return landed


def _told(run: Run, item: Landed) -> Landed:
    """Tell of a commit. The branch does not have it yet, and tests may still drop it."""
    if item.commit:
        run.progress.event("landed", {"path": item.task.path, "commit": item.commit})
    return item


def _fit(run: Run, job: Job, outcome: Outcome, ours: Set[str]) -> Outcome:
    """The outcome, rejected if it must not land, or if its fix cannot be brought to the run's destination.

    An outcome that was read from disk, or comes from elsewhere, is believed as little as one that others had a hand in:
    no fixer of it is `ours`.
    """
    if not isinstance(outcome, Changed):
        return outcome
    problem = _refusal(job, outcome, ours) or run.destination.misfit(run.folder, run.base, outcome.patch.blobs)
    return outcome.rejected(problem) if problem else outcome


def _refusal(job: Job, outcome: Changed, ours: Set[str]) -> str:
    """Look again at what may have been made under the eyes of others; if all fixers are ours that costs nothing."""
    if outcome.attempts and all(attempt.fixer in ours for attempt in outcome.attempts):
        return ""
    return refuse_landing(job.site.top, tree_entries(job.site.top, job.base), outcome, job.settings)


def make_lander(run: Run) -> Lander:
    """A lander on the run's tip; each commit is in the journal before the run's ref moves to it."""
    top, git = run.repository.top, run.settings.git
    wording = Wording(run.header.run, git, Signatures(top).signer() if git.signoff else "")
    return Lander.begin(top, run.set_up.site.folder / "index", run.tip, wording, run.folder.landing)


def outcomes(plan: Plan, history: History, work: Work) -> Iterator[tuple[FixTask, Outcome]]:
    """Every task with its outcome: those already on disk first, then the others as `work` does them.

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
    yield from work([task for task in todo if task not in suspects], suspects)


def _worked(run: Run, job: Job, others: list[FixTask], suspects: list[FixTask]) -> Iterator[tuple[FixTask, Outcome]]:
    """Take what is known from the cache, and fix the other files in worker processes.

    Each outcome is on the disk before anybody hears of it.
    """
    known = set()
    with contextlib.closing(_cache_of(run, job)) as cache:
        for task, outcome in cache.known(others):
            if run.interrupts.stopping:
                break
            known.add(task.index)
            yield task, _stored(run, task, outcome)
        if known:
            run.progress.stage(f"{plural(len(known), 'file')} as in an earlier run (--no-cache works on them again)")
        for task, outcome in _fixed_by_workers(run, job, [t for t in others if t.index not in known], suspects):
            cache.keep(task, outcome)
            yield task, _stored(run, task, outcome)


def _cache_of(run: Run, job: Job) -> Reuse:
    try:
        return reuse_of(job, run.repository.state)
    except ForeignError as error:
        run.progress.note(f"warning: the cache is not used: {error.message}")
        return no_reuse(job, run.repository.state)


def _fixed_by_workers(
    run: Run, job: Job, others: list[FixTask], suspects: list[FixTask]
) -> Iterator[tuple[FixTask, Outcome]]:
    def on_start(task: FixTask) -> None:
        run.folder.started(task)
        crash_point("started")
        run.progress.started(task)

    together, alone = job.settings.workflow.max_parallel_files, 1
    here = run.set_up.trees if job.frozen is None and together == 1 else run.crew
    yield from run_tasks(job, others, together, run.interrupts, on_start, run.elsewhere or here)
    yield from run_tasks(job, suspects, alone, run.interrupts, on_start, run.elsewhere or run.crew)


def _stored(run: Run, task: FixTask, outcome: Outcome) -> Outcome:
    """Bring an outcome to the disk, and tell of it."""
    if not isinstance(outcome, Skipped):
        outcome = run.folder.store(task, outcome)
    crash_point("stored")
    run.progress.finished(task, outcome, count_fixed(outcome))
    if has_escaped(outcome.attempts):
        run.progress.note(f"warning: an agent at work on {printable(task.path)} {outcome.reason}")
    return outcome


def count_fixed(outcome: Outcome) -> int:
    """Count the diagnostics that a worker's outcome fixes. Suppressed ones are not fixed."""
    return sum(fixed_in(outcome).values())
