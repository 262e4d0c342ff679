"""The pipeline of `stomper fix`: one call per stage, data in, data out."""

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.checkers import check_files
from stomper.delivery import Delivery, deliver
from stomper.errors import CheckerError
from stomper.git.commits import commits_between, delete_ref
from stomper.git.repository import Repository
from stomper.git.worktrees import make_patch
from stomper.journal import History
from stomper.landing import Landed, Lander, fixed_codes, in_plan_order
from stomper.models import Diagnostic, Failed, Fixed, FixTask, Outcome, Partial, Plan, Skipped
from stomper.planning import plan_tasks, wanted, wanted_of
from stomper.pool import run_tasks
from stomper.process.crash import crash_point
from stomper.progress import Progress
from stomper.report import RunReport, to_json, to_toml
from stomper.report.build import build_report
from stomper.selection import select_files
from stomper.session import Run, new_run
from stomper.settings import Settings
from stomper.worktree import worktree

MOST_STARTS = 3
KILLS_ITS_RUN = f"the run ended {MOST_STARTS} times while this file was being worked on; it is not tried again"


@dataclass(frozen=True, slots=True)
class Finished:
    """What a run gives: its report, where it is on disk, and the whole change as one diff."""

    report: RunReport
    folder: Path
    diff: bytes


def fix(repository: Repository, settings: Settings, named: Sequence[Path], progress: Progress) -> Finished:
    """Find, plan, fix in parallel, land, check the whole, deliver, report.

    `named` are the files and folders to look at, all where empty. Raises StomperError where the run
    cannot start or be trusted; the user's checkout is then as it was.
    """
    with new_run(repository, settings, named, progress) as run:
        plan = make_plan(run)
        return carry_out(run, plan, History())


def make_plan(run: Run) -> Plan:
    """Select, check and plan; on the disk before any work begins."""
    run.progress.stage("looking for diagnostics")
    named = [Path(name) for name in run.header.named]
    selection = select_files(run.repository, run.header.base, run.settings, named)
    found = check_commit(run, run.header.base, selection.paths, "survey")
    plan = plan_tasks(found, selection, run.settings)
    run.folder.write_plan(plan)
    crash_point("planned")
    return plan


def check_commit(run: Run, commit: str, paths: Sequence[str], name: str) -> tuple[Diagnostic, ...]:
    """What the checkers say of `paths` as they are in a commit. Raises CheckerError."""
    if not paths:
        return ()
    with worktree(run.job.site, name, commit) as tree:
        there = [path for path in paths if path in tree.contents.entries]
        return check_files(run.job.checkers, tree.root, there)


def carry_out(run: Run, plan: Plan, history: History) -> Finished:
    """Do what of the plan is not done yet, and bring the result home."""
    landed, head = fix_and_land(run, plan, history)
    process.withdraw_stop()  # what is finished is still checked and delivered; a second ^C stops that too
    after, untrusted = recheck(run, plan, head)
    diff = make_patch(run.repository.top, run.header.base, head)
    delivery = hand_over(run, head, untrusted)
    report = build_report(run.header, run.folder, plan, landed, after, delivery, untrusted, run.interrupts.stopping)
    run.folder.finish(report.exit_code, {"report.json": to_json(report), "report.toml": to_toml(report)})
    return Finished(report, run.folder.path, diff)


def fix_and_land(run: Run, plan: Plan, history: History) -> tuple[list[Landed], str]:
    """One outcome and at most one commit for each task, landed in plan order while later ones are being fixed.

    What an earlier session of the run has brought to the branch stays as it is there.
    """
    lander = make_lander(run)
    home = set(commits_between(run.repository.top, run.header.base, run.tip))
    there = {index: commit for index, commit in history.commits.items() if commit in home}
    run.progress.begin(len(plan.tasks), plan.before)
    landed = []
    try:
        for task, outcome in in_plan_order(outcomes(run, plan, history)):
            done = there.get(task.index)
            landed.append(Landed(task, outcome, done) if done else lander.land(task, outcome))
    finally:
        run.progress.end()
    return landed, lander.head


def make_lander(run: Run) -> Lander:
    def before_move(task: FixTask, commit: str) -> None:
        run.folder.append("landing", index=task.index, commit=commit)

    index = run.job.site.folder / "index"
    style = run.settings.git.commit_style
    return Lander(run.repository.top, index, run.header.run, run.tip, style, before_move)


def outcomes(run: Run, plan: Plan, history: History) -> Iterator[tuple[FixTask, Outcome]]:
    """Every task with its outcome: those already on disk first, then the others as they are done.

    A task that was in flight twice when its run ended is a suspect: it runs alone, in a process of
    its own, after the others. After a third time it is not tried again.
    """

    def on_start(task: FixTask) -> None:
        run.folder.started(task)
        run.progress.started(task)

    workers, todo = run.settings.workflow.max_parallel_files, []
    for task in plan.tasks:
        if task.index in history.outcomes:
            yield task, history.outcomes[task.index]
        elif history.starts[task.index] >= MOST_STARTS:
            yield task, Failed(task.path, task.diagnostics, (), None, KILLS_ITS_RUN)
        else:
            todo.append(task)
    suspects = [task for task in todo if history.starts[task.index] == MOST_STARTS - 1]
    others = [task for task in todo if task not in suspects]
    results = [
        run_tasks(run.job, others, workers, run.interrupts, on_start),
        run_tasks(run.job, suspects, 1, run.interrupts, on_start, in_process=False),
    ]
    for task, outcome in itertools.chain(*results):
        if not isinstance(outcome, Skipped):
            run.folder.store(task, outcome)
        crash_point("stored")
        run.progress.finished(task, outcome, count_fixed(outcome))
        yield task, outcome


def count_fixed(outcome: Outcome) -> int:
    """How many diagnostics a worker's outcome takes away."""
    match outcome:
        case Fixed() | Partial():
            return sum(fixed_codes(outcome.before, outcome.after).values())
        case _:
            return 0


def recheck(run: Run, plan: Plan, head: str) -> tuple[tuple[Diagnostic, ...], str]:
    """What was wanted and is still there on the landed tree; and why that cannot be trusted, or ''."""
    if head == run.header.base or run.interrupts.stop_now:
        return wanted_of(plan, run.settings), ""
    run.progress.stage("checking the result as a whole")
    crash_point("recheck")
    try:
        found = check_commit(run, head, plan.paths, "landed")
    except CheckerError as error:
        return (), f"the result could not be checked: {error.message}"
    return tuple(diagnostic for diagnostic in found if wanted(diagnostic, run.settings)), ""


def hand_over(run: Run, head: str, untrusted: str) -> Delivery:
    """Deliver a result that can be trusted; what cannot, or what git would not take, stays on the run's ref."""
    here = run.start.branch or "HEAD"
    if run.interrupts.stop_now:
        delete_ref(run.repository.top, run.ref)  # the patches are on disk: `resume` lands them again
        return Delivery(here, run.start.commit)
    if untrusted:
        hint = f"The result is on {run.ref}: git log {run.header.base[:12]}..{run.ref}"
        return Delivery(run.ref, head, untrusted, hint)
    delivery = deliver(run.repository, run.start, run.header.base, head, run.folder, run.settings.landing)
    crash_point("delivered")
    if record := delivery.record(head):
        run.folder.append("delivered", **dataclasses.asdict(record))
    if not delivery.problem:
        delete_ref(run.repository.top, run.ref)
    return delivery
