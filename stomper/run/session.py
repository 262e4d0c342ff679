"""The session of a run: lock, folder, marks, guardian, signals. All of it is gone again on every way out."""

import contextlib
import dataclasses
import functools
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stomper import __version__, process
from stomper.config import load_settings
from stomper.config.executing_settings import differing
from stomper.errors import StomperError, StoppedError
from stomper.git.commits import commits_between, delete_ref
from stomper.git.repository import Head, Repository
from stomper.journal.cleanup import Tidied, tidy_up
from stomper.journal.find_run import runs_folder
from stomper.journal.run_folder import FORMAT, Header, RunFolder
from stomper.journal.run_lock import run_lock
from stomper.landing.destination import Destination
from stomper.landing.destinations import destination_of
from stomper.landing.lander import run_ref
from stomper.process.crash import crash_point
from stomper.process.guardian import guardian, start_tracker
from stomper.process.interrupts import Interrupts
from stomper.progress import Progress
from stomper.run.set_up import SetUp, set_up
from stomper.run.stopwatch import Stopwatch
from stomper.settings import Settings
from stomper.worker.checkout_watch import Watch, confine
from stomper.worker.crew import Crew
from stomper.worker.pool import Elsewhere
from stomper.workspace.worktree import clear_site, open_site, worktrees_folder

AUTOMATIC = "auto"
NO_SANDBOX = "no sandbox is available: agents' writes to your checkout are detected but not prevented (stomper doctor)"


@dataclass(frozen=True)
class Run:
    """A run being worked on: where, by which settings, from which commit, and who is told.

    `start` is what the user has checked out; it must be the same when the result is delivered. `tip` is
    the commit to land on: the base, or what an earlier session of the run has delivered already.
    Agents' programs are kept in by `sandbox`; without one `watch` tells where they have been. Files that are fixed at
    the same time are fixed by the `crew`, or `elsewhere`. `stopwatch` has the times of the stages of this session.
    """

    repository: Repository
    folder: RunFolder
    header: Header
    start: Head
    tip: str
    destination: Destination
    set_up: SetUp
    sandbox: process.Sandbox | None
    watch: Watch | None
    interrupts: Interrupts
    progress: Progress
    crew: Crew
    stopwatch: Stopwatch = field(default_factory=Stopwatch)
    elsewhere: Elsewhere | None = None

    @property
    def settings(self) -> Settings:
        return self.set_up.settings

    @property
    def base(self) -> str:
        """The commit that the fixes are made from."""
        return self.header.base

    @functools.cached_property
    def delivered(self) -> frozenset[str]:
        """The commits that an earlier session of the run has delivered."""
        return frozenset(commits_between(self.repository.top, self.base, self.tip))

    @property
    def ref(self) -> str:
        return run_ref(self.header.run)


def new_run_id(now: float) -> str:
    """An id that sorts by time, to some 15 microseconds; `now` is in seconds since 1970."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime(now))}-{int(now % 1 * 0x10000):04x}"


def with_branch_name(settings: Settings, run: str) -> Settings:
    """`--branch auto` is a branch of the run's own: its id below `git.branch_prefix`."""
    if settings.landing.branch != AUTOMATIC:
        return settings
    branch = f"{settings.git.branch_prefix}/{run}"
    return dataclasses.replace(settings, landing=dataclasses.replace(settings.landing, branch=branch))


def note_left(tidied: Tidied, progress: Progress) -> None:
    """Say what the clean-up has found and left alone."""
    for remark in tidied.remarks():
        progress.note(f"warning: {remark}")


@contextlib.contextmanager
def new_run(
    repository: Repository,
    settings: Settings,
    named: Sequence[Path],
    progress: Progress,
    elsewhere: Elsewhere | None = None,
) -> Iterator[Run]:
    """A run that begins now. Raises StomperError, with nothing changed, if it cannot."""
    name = new_run_id(time.time())
    given = differing(settings, load_settings(repository.top, {}))
    settings = with_branch_name(settings, name)
    destination = destination_of(repository, settings)
    start = destination.ready()
    with run_lock(repository.state, name):
        crash_point("locked")
        note_left(tidy_up(repository, settings.history), progress)
        header = Header(
            run=name,
            format=FORMAT,
            version=__version__,
            top=str(repository.top),
            folder=str(worktrees_folder(repository.top) / name),
            base=destination.begin(start),
            branch=start.branch,
            started=time.time(),
            named=tuple(os.path.abspath(path) for path in named),  # noqa: PTH100  # links must stay as they are
            settings=settings,
            given=given,
        )
        folder = RunFolder(runs_folder(repository.state) / name)
        with at_work(repository, folder, header, start, header.base, destination, progress, elsewhere=elsewhere) as run:
            yield run


@contextlib.contextmanager
def at_work(
    repository: Repository,
    folder: RunFolder,
    header: Header,
    start: Head,
    tip: str,
    destination: Destination,
    progress: Progress,
    recorded: Header | None = None,
    elsewhere: Elsewhere | None = None,
) -> Iterator[Run]:
    """Set a run up and, on every way out, take down what it set up. The caller holds the repository's lock.

    `recorded` is what the run's folder says until the run has a plan for the base in `header`.
    """
    process.withdraw_stop()
    interrupts = Interrupts(header.settings.workflow.interrupt_grace)
    with (
        marked_run(header.run),
        interrupts.listen(),  # to the very end: a ^C must not cut the taking down short
        guardian(header.run, process.unpacked_folder()) as guarded,
        Crew(header.settings.workflow.start_method) as crew,
    ):
        if header.settings.workflow.max_parallel_files > 1 and elsewhere is None:
            crew.prepare()
        made = _set_up(repository, header, folder, interrupts)
        folder.create(recorded or header)
        crash_point("created")
        try:
            open_site(made.site)
            if remark := made.trees.rung.remark:
                progress.stage(remark)
            for note in made.formatters.notes:
                progress.note(note)
            sandbox, watch = confine(repository, made.settings, made.fixers, made.site.folder)
            if watch is not None and made.settings.sandbox != "off":
                progress.stage(NO_SANDBOX)
            guarded()  # whatever is started from here on cannot outlive a kill of this process
            places = (repository, folder, header, start, tip, destination)
            yield Run(*places, made, sandbox, watch, interrupts, progress, crew, elsewhere=elsewhere)
        except BaseException:
            delete_ref(repository.top, run_ref(header.run))
            if not folder.has_plan:
                folder.delete()
            raise
        finally:
            crew.close()  # nobody may be at work in what is cleared now
            made.trees.close()
            if why := clear_site(made.site):
                progress.note(f"warning: left alone: {made.site.folder}: {why}")


@contextlib.contextmanager
def marked_run(run: str) -> Iterator[None]:
    """Mark what is started within the `with` as part of a run."""
    start_tracker()
    process.mark_own_environment(run)
    try:
        yield
    finally:
        process.unmark_own_environment()


def _set_up(repository: Repository, header: Header, folder: RunFolder, interrupts: Interrupts) -> SetUp:
    """Set the run up. Raises StoppedError where that fails because the user wants it to stop."""
    try:
        return set_up(repository, header.settings, header.base, header.run, folder.path)
    except StomperError:
        if interrupts.stopping:
            raise StoppedError("stopped before anything was planned", "Nothing was changed.") from None
        raise
