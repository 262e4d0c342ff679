"""The pipeline of `stomper fix`: one call per stage, data in, data out."""

import contextlib
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import __version__
from stomper.cluster.abroad import abroad
from stomper.errors import StomperError
from stomper.fixers.versions import versions_of
from stomper.git.commits import delete_ref
from stomper.git.repository import Repository
from stomper.git.worktrees import make_patch
from stomper.journal.history import History
from stomper.journal.run_folder import RunFolder
from stomper.landing.destination import Delivery, Result
from stomper.landing.lander import Landed
from stomper.landing.not_landed import guilty_in
from stomper.learning.broken import broken_of
from stomper.learning.records import records_of
from stomper.learning.store import Store
from stomper.metering.metered_fixer import unknown_costs
from stomper.models import Diagnostic, Plan, is_cached
from stomper.plan.tasks import beyond, wanted
from stomper.process.crash import crash_point
from stomper.progress import Progress
from stomper.report import RunReport, to_json, to_toml
from stomper.report.model import STATUSES
from stomper.run.build_report import build_report
from stomper.run.final_commits import final_commits
from stomper.run.fix_and_land import make_lander
from stomper.run.rounds import in_rounds
from stomper.run.session import Run, new_run
from stomper.run.survey import Survey, survey
from stomper.settings import Settings


@dataclass(frozen=True, slots=True)
class Finished:
    """The result of a run: its report, and the report's folder. It goes from the commit `base` to `head`."""

    report: RunReport
    folder: Path
    base: str
    head: str

    def diff(self) -> bytes:
        """Make the whole change as one diff. It may be large, and few ask for it."""
        return make_patch(Path(self.report.repository), self.base, self.head)


def fix(
    repository: Repository, settings: Settings, named: Sequence[Path], progress: Progress, cluster: str = ""
) -> Finished:
    """Find, plan, fix in parallel, land, check and test the whole, deliver, report.

    `named` are the files and folders to look at, all if empty. Raises StomperError if the run
    cannot start or be trusted; the user's checkout is then as it was. The files are fixed by the workers of the
    `cluster`, if one is named.
    """
    with abroad(cluster, settings) as elsewhere, new_run(repository, settings, named, progress, elsewhere) as run:
        with run.stopwatch.measure("survey"):
            surveyed = survey(run)
        return carry_out(run, surveyed, History())


def carry_out(run: Run, surveyed: Survey, history: History) -> Finished:
    """Do what of the plan is not done yet, in rounds, and bring the result home."""
    run.progress.event("started", _start_facts(run, surveyed))
    for warning in unknown_costs(run.settings):
        run.progress.note(warning)
    with contextlib.closing(make_lander(run)) as lander:
        rounds = in_rounds(run, surveyed, history, lander)
        final = final_commits(run, surveyed, rounds, lander)
    rounds, passed = final.rounds, final.rounds[-1].passed
    with run.stopwatch.measure("deliver"):
        delivery = hand_over(run, passed.head, passed.problem, final.problem)
    crash_point("handed-over")
    learn(run, [item for done in rounds for item in done.passed.landed], history)
    report = build_report(run, surveyed, rounds, delivery, left(surveyed.plan, passed.after, run.settings), history)
    finish(run.folder, report, complete=not final.problem)
    crash_point("finished")
    run.progress.event("finished", _end_facts(run, report))
    return Finished(report, run.folder.path, run.base, passed.head)


def _start_facts(run: Run, surveyed: Survey) -> dict[str, object]:
    """Give what programs want to know of a run that begins, or goes on."""
    plan = surveyed.plan
    return {
        "run": run.header.run,
        "stomper_version": __version__,
        "base_commit": run.base,
        "branch": run.start.branch,
        "files": len(plan.tasks),
        "diagnostics": plan.before,
    }


def _end_facts(run: Run, report: RunReport) -> dict[str, object]:
    """Give what programs want to know of a run that is over; the rest is in the report."""
    counts = {"before": report.diagnostics_before, "after": report.diagnostics_after, "fixed": report.fixed}
    return {
        "run": report.run,
        "exit_code": report.exit_code,
        "delivered": report.delivered,
        "head_commit": report.head_commit,
        "diagnostics": {**counts, "suppressed": report.suppressed},
        "files": {status: count for status in STATUSES if (count := report.count(status))},
        "report": str(run.folder.path / "report.json"),
    }


def finish(folder: RunFolder, report: RunReport, complete: bool = True) -> None:
    """Write the report to the run's folder, and note in what state the run is over.

    It is not `complete` if its commits could not be made as the user wants them: then a resumed run makes them anew.
    """
    texts = {"report.json": to_json(report), "report.toml": to_toml(report)}
    folder.finish(
        report.exit_code,
        texts,
        held=bool(report.held_files),
        judged=complete and not report.untrusted,
        undelivered=report.undelivered,
        waiting=len(report.files_waiting),
        seconds=round(report.seconds, 3),
        figures=figures_of(report),
    )


def figures_of(report: RunReport) -> dict[str, int]:
    """Give the numbers of diagnostics that the journal has of a report."""
    counts = {"before": report.diagnostics_before, "fixed": report.fixed, "suppressed": report.suppressed}
    return {**counts, "would_fix": report.ending.would_fix}


def left(plan: Plan, after: Sequence[Diagnostic], settings: Settings) -> tuple[Diagnostic, ...]:
    """Give the diagnostics that were asked for and are still there."""
    paths = set(plan.paths)
    return beyond((d for d in after if d.path in paths and wanted(d, settings)), plan.aside)


def hand_over(run: Run, head: str, untrusted: str, unfinished: str = "") -> Delivery:
    """Deliver a result that can be trusted; what cannot, or what git would not take, stays on the run's ref.

    `unfinished` says why the commits are not as the user wants them.
    """
    result = Result(run.folder, run.start, run.base, head)
    if run.interrupts.stop_now or (run.interrupts.stopping and untrusted):
        delivery = result.undelivered()  # the patches are on disk: `resume` lands them again
    elif untrusted:
        delivery = run.destination.withhold(result, untrusted)
    else:
        go_on = f"stomper resume {run.header.run}"
        delivery = result.kept(unfinished, go_on) if unfinished else run.destination.deliver(result)
        crash_point("delivered")
        if record := delivery.record(head):
            run.folder.append("delivered", **dataclasses.asdict(record))
        crash_point("recorded")
    if delivery.branch != run.ref:
        delete_ref(run.repository.top, run.ref)
    return delivery


def learn(run: Run, landed: Sequence[Landed], history: History) -> None:
    """Record what came of the attempts of agents and of the user's own fixers, and what tests took out of all of them.

    What is recorded already is not recorded again.
    """
    settings = run.settings
    names = {name for name in settings.all_fixers if settings.agent(name)} | {fixer.name for fixer in settings.commands}
    new = [item.outcome for item in landed if item.task.index not in history.learned]
    records = records_of([outcome for outcome in new if not is_cached(outcome)], names)
    broken = broken_of(map(guilty_in, new), versions_of(settings, run.repository.top))
    if not settings.learning or not (records or broken):
        return
    try:
        Store(run.repository.state).add_run(f"{run.header.run}.{history.records}", records, broken)
    except StomperError as error:
        run.progress.note(f"warning: nothing is learned from this run: {error.message}")
    crash_point("learned")
    run.folder.append("learned")
