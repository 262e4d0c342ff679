"""The pipeline of `stomper fix`: one call per stage, data in, data out."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.errors import StomperError
from stomper.git.commits import delete_ref
from stomper.git.repository import Repository
from stomper.git.worktrees import make_patch
from stomper.journal.run_folder import History
from stomper.landing.deliver import Delivery, deliver
from stomper.landing.lander import Landed, Lander
from stomper.learning.records import records_of
from stomper.learning.store import Store
from stomper.metering.metered_fixer import unknown_costs
from stomper.models import Diagnostic
from stomper.plan.tasks import beyond, wanted
from stomper.process.crash import crash_point
from stomper.progress import Progress
from stomper.report import RunReport, to_json, to_toml
from stomper.run.build_report import build_report
from stomper.run.drop_stale_suppressions import without_needless
from stomper.run.fix_and_land import fix_and_land, make_lander
from stomper.run.gate import Gate, Passed, pass_gate
from stomper.run.session import Run, new_run
from stomper.run.survey import Survey, survey
from stomper.settings import Settings

INTERRUPTED = "interrupted before it was tested"


@dataclass(frozen=True, slots=True)
class Finished:
    """The result of a run: its report, the report's folder, and the whole change as one diff."""

    report: RunReport
    folder: Path
    diff: bytes


def fix(repository: Repository, settings: Settings, named: Sequence[Path], progress: Progress) -> Finished:
    """Find, plan, fix in parallel, land, check and test the whole, deliver, report.

    `named` are the files and folders to look at, all where empty. Raises StomperError where the run
    cannot start or be trusted; the user's checkout is then as it was.
    """
    with new_run(repository, settings, named, progress) as run:
        return carry_out(run, survey(run), History())


def carry_out(run: Run, base: Survey, history: History) -> Finished:
    """Do what of the plan is not done yet, and bring the result home."""
    if base.tests.tester is not None:
        run = dataclasses.replace(run, job=dataclasses.replace(run.job, tester=base.tests.tester))
    for warning in unknown_costs(run.settings):
        run.progress.note(warning)
    lander = make_lander(run)
    landed = fix_and_land(run, base.plan, history, lander)
    process.withdraw_stop()  # what is finished is still looked at; a second ^C stops that too
    passed = check_whole(run, base, landed, lander)
    diff = make_patch(run.repository.top, run.header.base, passed.head)
    delivery = hand_over(run, passed.head, passed.problem)
    crash_point("handed-over")
    learn(run, passed.landed, history)
    report = build_report(run, base, passed, delivery, left(run, base, passed))
    texts = {"report.json": to_json(report), "report.toml": to_toml(report)}
    run.folder.finish(report.exit_code, texts, held=bool(report.held), judged=not report.untrusted)
    crash_point("finished")
    return Finished(report, run.folder.path, diff)


def learn(run: Run, landed: Sequence[Landed], history: History) -> None:
    """Record what came of the attempts of agents and of the user's own fixers; not again what is recorded already."""
    settings = run.settings
    names = {name for name in settings.fixers if settings.agent(name)} | {fixer.name for fixer in settings.commands}
    new = [item.outcome for item in landed if item.task.index not in history.learned]
    records = records_of(new, names) if settings.learning else ()
    if not records:
        return
    try:
        Store(run.repository.state).add_run(f"{run.header.run}.{history.records}", records)
    except StomperError as error:
        run.progress.note(f"warning: nothing is learned from this run: {error.message}")
    crash_point("learned")
    run.folder.append("learned")


def check_whole(run: Run, base: Survey, landed: Sequence[Landed], lander: Lander) -> Passed:
    """Let the landed tree pass the gate; files that break it are dropped."""
    as_it_is = Passed(tuple(landed), lander.head, base.found)
    if lander.head == run.header.base or run.interrupts.stop_now:
        return as_it_is
    if run.interrupts.stopping and base.tests.suite is not None:
        return dataclasses.replace(as_it_is, problem=INTERRUPTED)
    run.progress.stage("checking the result as a whole")
    crash_point("recheck")
    gate = Gate(run, base.tests.suite, base.tests.baseline, base.paths, base.found)
    return pass_gate(gate, without_needless(gate, landed, lander), lander)


def left(run: Run, base: Survey, passed: Passed) -> tuple[Diagnostic, ...]:
    """Give the diagnostics that were asked for and are still there."""
    paths = set(base.plan.paths)
    asked = (d for d in passed.after if d.path in paths and wanted(d, run.settings))
    return beyond(asked, base.plan.aside)


def hand_over(run: Run, head: str, untrusted: str) -> Delivery:
    """Deliver a result that can be trusted; what cannot, or what git would not take, stays on the run's ref."""
    here = run.start.branch or "HEAD"
    if run.interrupts.stop_now or (run.interrupts.stopping and untrusted):
        delete_ref(run.repository.top, run.ref)  # the patches are on disk: `resume` lands them again
        return Delivery(here, run.start.commit)
    uncommitted = run.settings.choice.uncommitted is not None
    if untrusted and uncommitted:
        delete_ref(run.repository.top, run.ref)  # it would hold on to the user's own unfinished work
        return Delivery(here, run.start.commit, untrusted, f"The fixes are in {run.folder.patches}")
    if untrusted:
        hint = f"The result is on {run.ref}: git log {run.header.base[:12]}..{run.ref}"
        return Delivery(run.ref, head, untrusted, hint)
    delivery = deliver(run.repository, run.start, run.header.base, head, run.folder, run.settings)
    crash_point("delivered")
    if record := delivery.record(head):
        run.folder.append("delivered", **dataclasses.asdict(record))
    crash_point("recorded")
    if uncommitted or not delivery.problem:
        delete_ref(run.repository.top, run.ref)
    return delivery
