"""Before anything is fixed: what the checkers find, what the tests say, and the plan."""

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from stomper import process
from stomper.checkers.caches import keep_caches
from stomper.checkers.completeness import Looks, require_looked_at, unchecked_lines
from stomper.errors import StomperError, StoppedError, ToolError
from stomper.git.repository import Repository
from stomper.git.trees import tree_entries
from stomper.journal.phase_note import PhaseNote
from stomper.models import Diagnostic, Plan
from stomper.plan.baseline_file import Entry, commit_reader, read_entries, sort_out
from stomper.plan.narrow_files import choose_files, is_narrowed
from stomper.plan.plan_file import missing
from stomper.plan.select_files import Selection, select_files
from stomper.plan.tasks import plan_tasks
from stomper.process.crash import crash_point
from stomper.process.interrupts import Interrupts
from stomper.progress import Progress
from stomper.run.base_tests import Tests, run_base_tests
from stomper.run.phase import watched
from stomper.run.same_findings import prove_alike, twins
from stomper.run.session import Run
from stomper.run.set_up import SetUp
from stomper.run.tested import require_tests
from stomper.settings import Settings
from stomper.text.counts import shorten
from stomper.trust.suite import has_tests
from stomper.unchanged_checkout import Lookout, Tell
from stomper.worker.run_checkers import look_at_worktree
from stomper.workspace.worktree import Worktree

SHOWN = 5
LOOKING = "looking for diagnostics"
TESTING = "running the tests on the base commit"
BASE = "survey"  # the name of the worktree that the base commit is checked in


@dataclass(frozen=True, slots=True)
class Survey:
    """The base commit as it is: the plan, what was found in all `paths` of the project, and how its tests went.

    `entries` is the baseline of known diagnostics, None if the project has none; `beside` are files that no checker
    was asked about, and whose fault makes what is found uncertain. `looked_at` is the number of the chosen files that
    each checker has looked at.
    """

    plan: Plan
    paths: tuple[str, ...]
    found: tuple[Diagnostic, ...]
    tests: Tests
    entries: tuple[Entry, ...] | None = None
    beside: tuple[Diagnostic, ...] = ()
    looked_at: Mapping[str, int] = field(default_factory=dict)


def survey(run: Run) -> Survey:
    """Select, check, test and plan. The plan is on the disk before any work begins.

    Raises CheckerError if a checker, ToolError where the tests that were asked for give no result or none would judge
    the fixes, UsageError for a file that cannot be worked on.
    """
    entries = read_entries(run.repository.top, run.settings.baseline)
    named = [Path(name) for name in run.header.named]
    selection = choose_files(run.repository, run.base, run.settings, named)
    paths, looks, tests = _look(run, selection, whole=not is_narrowed(run.settings, named))
    chosen = set(selection.paths)
    require_looked_at(looks, chosen, run.settings.choice)
    mine = [diagnostic for diagnostic in looks.found if diagnostic.path in chosen]
    plan = plan_tasks(mine, selection, run.settings, known_of(run.repository, run.base, mine, entries))
    require_tests(plan, tests, run.settings, run.repository.top)
    run.folder.write_plan(plan)
    _tell_plan(plan, run.settings, run.progress)
    _tell_tests(tests, run.progress)
    crash_point("planned")
    return Survey(plan, paths, looks.found, tests, entries, looks.beside, looks.looked_at(chosen))


def survey_again(run: Run, plan: Plan) -> Survey:
    """The same for a run that has its plan already."""
    entries = read_entries(run.repository.top, run.settings.baseline)
    paths, looks, tests = _look(run, Selection(plan.paths, {}, ()))
    require_tests(plan, tests, run.settings, run.repository.top)
    _tell_tests(tests, run.progress)
    return Survey(plan, paths, looks.found, tests, entries, looks.beside, looks.looked_at(plan.paths))


def known_of(
    repository: Repository, base: str, found: Sequence[Diagnostic], entries: Sequence[Entry] | None
) -> tuple[Diagnostic, ...]:
    """Give the base commit's diagnostics that the baseline has."""
    if not entries:
        return ()
    read = commit_reader(repository.top, base, (diagnostic.path for diagnostic in found))
    return sort_out(found, entries, read).known


def _look(run: Run, selection: Selection, whole: bool = False) -> tuple[tuple[str, ...], Looks, Tests]:
    """Check all files of the project, and run its tests at the same time, on the base commit.

    `whole`: the selection has all of them.
    """
    run.progress.stage(LOOKING)
    if (width := run.settings.workflow.max_parallel_files) > 1 and run.elsewhere is None:
        run.crew.expect(min(width, len(selection.paths)), (run.set_up.checkers, run.set_up.fixers))
    paths = selection.paths
    if not whole:
        everything = select_files(run.repository, run.base, run.settings, ()).paths
        paths = tuple(sorted({*everything, *selection.paths}))
    looked = threading.Event()
    with watched(run.progress, run.folder, _note_of(looked)), ThreadPoolExecutor(1) as threads:
        entries = tree_entries(run.repository.top, run.base)
        testing = threads.submit(run_base_tests, run.set_up, entries, run.folder.path, run.start.branch)
        try:
            looks = check_base(run, paths)
            looked.set()
            tests = testing.result()
        except BaseException as error:
            process.request_stop(0)  # whichever of the two is still running
            if run.interrupts.stopping and isinstance(error, StomperError):
                raise _stopped() from None
            raise
    if run.interrupts.stopping:
        raise _stopped()
    _tell_gaps(looks, selection.paths, run.progress)
    return paths, looks, tests


def _note_of(looked: threading.Event) -> Callable[[], PhaseNote]:
    """Say what the survey waits for: the checkers, or when these have `looked` the tests."""
    began = time.time()
    return lambda: PhaseNote(TESTING if looked.is_set() else LOOKING, began)


def _tell_plan(plan: Plan, settings: Settings, progress: Progress) -> None:
    """Say what a plan file asked for and nobody found, and what is left for another run."""
    if lost := missing(plan, settings):
        progress.note("planned, and not found: " + shorten(lost, SHOWN))
    if plan.turn:
        taken = sum(len(task.diagnostics) for task in plan.tasks)
        progress.stage(f"this run takes up {plan.turn} only: {taken} of {plan.before} diagnostics")


def _tell_tests(tests: Tests, progress: Progress) -> None:
    """Say why no tests are run, and what is odd about those that are."""
    if tests.reason:
        # Tests that cannot be run are a surprise, also with -q.
        tell = progress.stage if tests.absent else progress.note
        tell(f"no tests are run: {tests.reason}")
    if tests.remark:
        progress.note(f"warning: {tests.remark}")
    if tests.record is not None and tests.record.why:
        progress.stage(f"not all lines that tests run are known: {tests.record.why}")


def _tell_gaps(looks: Looks, chosen: Collection[str], progress: Progress) -> None:
    """Say which of the chosen files a checker leaves out, and which ones none could look at."""
    for line in looks.left_out(chosen):
        progress.stage(line)
    for line in unchecked_lines([*(d for d in looks.found if d.path in chosen), *looks.beside]):
        progress.note(line)


def _stopped() -> StoppedError:
    return StoppedError("stopped before anything was planned", "Nothing was changed. Start again: stomper fix")


def check_base(run: Run, paths: Sequence[str]) -> Looks:
    """Check the base commit. Later checks begin with the caches of this one.

    Raises CheckerError also if the base is checked out, and the user's checkout shows them something else.
    """

    def prove_and_keep(tree: Worktree, there: Sequence[str], looks: Looks) -> None:
        if run.base == run.start.commit:
            _prove_alike(run.repository, run.set_up, run.progress.note, tree, there, looks.found)
        keep_caches(tree.scratch, run.set_up.site.warm)

    return check_commit(run.set_up, run.interrupts, run.base, paths, BASE, prove_and_keep)


def check_commit(
    made: SetUp,
    interrupts: Interrupts,
    commit: str,
    paths: Sequence[str],
    name: str,
    also: Callable[[Worktree, Sequence[str], Looks], None] = lambda *_: None,
) -> Looks:
    """Check `paths` as they are in a commit. Raises ToolError, StoppedError after a ^C.

    `also` is done in the worktree called `name` before it goes: with the paths that are there, and what was found.
    """
    if not paths:
        return Looks()
    with made.trees.open(name, commit) as tree:
        there = [path for path in paths if path in tree.contents.entries]
        try:
            made.project.prepare(tree)
            looks = look_at_worktree(made.checkers, tree, there)
            also(tree, there, looks)
            return looks
        except ToolError:
            if interrupts.stopping:
                raise StoppedError("stopped while checking", "Nothing was changed.") from None
            raise


def _prove_alike(
    repository: Repository, made: SetUp, tell: Tell, tree: Worktree, paths: Sequence[str], found: Sequence[Diagnostic]
) -> None:
    """Raises CheckerError if the user's checkout shows the checkers something else than the worktree."""
    settings = made.settings
    runs = settings.workflow.test_validation != "none" and has_tests(settings, tree.contents.entries)
    tests = runs or "pytest" in settings.checkers
    lookout = Lookout(repository, tell)
    pair = twins(made.project, tree, paths)
    if note := prove_alike(pair, made.checkers, found, tests, lambda one, *where: lookout.check([one], *where)):
        tell(note)
