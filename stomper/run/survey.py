"""Before anything is fixed: what the checkers find, what the tests say, and the plan."""

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.checkers.caches import keep_caches
from stomper.checkers.completeness import Looks, unchecked_lines
from stomper.errors import StomperError, StoppedError, ToolError
from stomper.git.trees import tree_entries
from stomper.models import Diagnostic, Plan
from stomper.plan.baseline_file import Entry, commit_reader, read_entries, sort_out
from stomper.plan.narrow_files import choose_files
from stomper.plan.plan_file import missing
from stomper.plan.select_files import Selection, select_files
from stomper.plan.tasks import plan_tasks
from stomper.process.crash import crash_point
from stomper.run.base_tests import Tests, run_baseline
from stomper.run.same_findings import prove_alike, twins
from stomper.run.session import Run
from stomper.text.counts import shorten
from stomper.trust.suite import has_tests
from stomper.unchanged_checkout import Lookout
from stomper.worker.run_checkers import look_at_worktree
from stomper.workspace.worktree import Worktree, worktree

SHOWN = 5
WHOLE = "survey"  # the name of the check whose caches later ones begin with


@dataclass(frozen=True, slots=True)
class Survey:
    """The base commit as it is: the plan, what was found in all `paths` of the project, and how its tests went.

    `entries` is the baseline of known diagnostics, None where the project has none; `beside` are files that no checker
    was asked about, and whose fault makes what is found uncertain.
    """

    plan: Plan
    paths: tuple[str, ...]
    found: tuple[Diagnostic, ...]
    tests: Tests
    entries: tuple[Entry, ...] | None = None
    beside: tuple[Diagnostic, ...] = ()


def survey(run: Run) -> Survey:
    """Select, check, test and plan. The plan is on the disk before any work begins.

    Raises CheckerError where a checker, ToolError where the tests that were asked for give no
    result, UsageError for a file that cannot be worked on.
    """
    entries = read_entries(run.repository.top, run.settings.baseline)
    selection = choose_files(run.repository, run.header.base, run.settings, [Path(n) for n in run.header.named])
    paths, looks, tests = look(run, selection)
    found = looks.found
    chosen = set(selection.paths)
    mine = [diagnostic for diagnostic in found if diagnostic.path in chosen]
    plan = plan_tasks(mine, selection, run.settings, known_of(run, mine, entries))
    run.folder.write_plan(plan)
    if lost := missing(plan, run.settings):
        run.progress.note("planned, and not found: " + shorten(lost, SHOWN))
    if plan.turn:
        taken = sum(len(task.diagnostics) for task in plan.tasks)
        run.progress.stage(f"this run takes up {plan.turn} only: {taken} of {plan.before} diagnostics")
    crash_point("planned")
    return Survey(plan, paths, found, tests, entries, looks.beside)


def known_of(run: Run, found: Sequence[Diagnostic], entries: Sequence[Entry] | None) -> tuple[Diagnostic, ...]:
    """Those of the base commit's diagnostics that the baseline has."""
    if not entries:
        return ()
    read = commit_reader(run.repository.top, run.header.base, (diagnostic.path for diagnostic in found))
    return sort_out(found, entries, read).known


def survey_again(run: Run, plan: Plan) -> Survey:
    """The same for a run that has its plan already."""
    entries = read_entries(run.repository.top, run.settings.baseline)
    paths, looks, tests = look(run, Selection(plan.paths, {}, ()))
    return Survey(plan, paths, looks.found, tests, entries, looks.beside)


def look(run: Run, selection: Selection) -> tuple[tuple[str, ...], Looks, Tests]:
    """Check all files of the project, and run its tests at the same time, on the base commit."""
    run.progress.stage("looking for diagnostics")
    everything = select_files(run.repository, run.header.base, run.settings, ()).paths
    paths = tuple(sorted({*everything, *selection.paths}))
    with ThreadPoolExecutor(1) as threads:
        tests = threads.submit(run_baseline, run, tree_entries(run.repository.top, run.header.base))
        try:
            looks = check_commit(run, run.header.base, paths, WHOLE)
            known = tests.result()
        except BaseException as error:
            process.request_stop(0)  # whichever of the two is still running
            if run.interrupts.stopping and isinstance(error, StomperError):
                raise _stopped() from None
            raise
    if run.interrupts.stopping:
        raise _stopped()
    if known.reason:
        # Tests that cannot be run are a surprise, also with -q.
        tell = run.progress.stage if known.absent else run.progress.note
        tell(f"no tests are run: {known.reason}")
    if known.remark:
        run.progress.note(f"warning: {known.remark}")
    tell_gaps(run, looks, selection.paths)
    return paths, looks, known


def tell_gaps(run: Run, looks: Looks, chosen: Collection[str]) -> None:
    """Say which of the chosen files a checker leaves out, and which ones none could look at."""
    for line in looks.left_out(chosen):
        run.progress.stage(line)
    for line in unchecked_lines([*(d for d in looks.found if d.path in chosen), *looks.beside]):
        run.progress.note(line)


def _stopped() -> StoppedError:
    return StoppedError("stopped before anything was planned", "Nothing was changed. Start again: stomper fix")


def _prove_alike(run: Run, tree: Worktree, paths: Sequence[str], found: Sequence[Diagnostic]) -> None:
    """Raises CheckerError where the user's checkout shows the checkers something else than the worktree."""
    runs = run.settings.workflow.test_validation != "none" and has_tests(run.settings, tree.contents.entries)
    tests = runs or "pytest" in run.settings.checkers
    pair = twins(run.job.project, tree, paths)
    lookout = Lookout(run.repository, run.progress.note)
    if note := prove_alike(pair, run.job.checkers, found, tests, lambda one, *where: lookout.check([one], *where)):
        run.progress.note(note)


def check_commit(run: Run, commit: str, paths: Sequence[str], name: str) -> Looks:
    """What the checkers say of `paths` as they are in a commit. Raises ToolError, StoppedError after a ^C."""
    if not paths:
        return Looks()
    run.guarded()
    with worktree(run.job.site, name, commit) as tree:
        there = [path for path in paths if path in tree.contents.entries]
        try:
            run.job.project.prepare(tree)
            looks = look_at_worktree(run.job.checkers, tree, there)
            if name == WHOLE and commit == run.start.commit:
                _prove_alike(run, tree, there, looks.found)
            if name == WHOLE:
                keep_caches(tree.scratch, run.job.site.warm)
            return looks
        except ToolError:
            if run.interrupts.stopping:
                raise StoppedError("stopped while checking", "Nothing was changed.") from None
            raise
