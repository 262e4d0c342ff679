"""The surroundings of a run: lock, folder, marks, guardian, signals. All of it is gone again on every way out."""

import contextlib
import dataclasses
import functools
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import __version__, process
from stomper.checkers import make_checkers, take_turns
from stomper.config import load_settings
from stomper.config.executing_settings import differing
from stomper.disk.remove_trees import delete_what_goes
from stomper.errors import UsageError
from stomper.fixers import make_fixers
from stomper.fixers.prompts import TEMPLATE, check_template
from stomper.git.changed_files import commit_in_hand, commit_uncommitted, index_in_use
from stomper.git.command import held_back
from stomper.git.commits import commits_between, delete_ref
from stomper.git.repository import Head, Repository, read_head, require_identity, require_quiet
from stomper.git.trees import file_at, tree_entries
from stomper.journal.cleanup import Tidied, snapshot_folder, tidy_up
from stomper.journal.run_folder import FORMAT, Header, RunFolder, runs_folder
from stomper.journal.run_lock import run_lock
from stomper.landing.deliver import AUTOMATIC, landing_branch
from stomper.landing.lander import run_ref
from stomper.learning.store import Store
from stomper.metering.metered_fixer import deadline_of, meter
from stomper.process.crash import crash_point
from stomper.process.guardian import guardian, start_tracker
from stomper.process.interrupts import Interrupts
from stomper.process.semaphores import name_semaphores
from stomper.progress import Progress
from stomper.project.environment import find_project, furnished, suited
from stomper.project_tests.suite import LOCK_NAME
from stomper.run.sandboxes import find_rooms
from stomper.settings import Settings
from stomper.worker.checkout_watch import confine
from stomper.worker.fix_file import Job
from stomper.workspace.worktree import Site, clear_site, open_site, worktrees_folder

NO_SANDBOX = "no sandbox works here: agents are watched, not kept, from writing to your checkout (stomper doctor)"


@dataclass(frozen=True)
class Run:
    """A run being worked on: where, by which settings, from which commit, and who is told.

    `start` is what the user has checked out; it must be the same when the result is delivered. `tip` is
    the commit to land on: the base, or what an earlier session of the run has delivered already.
    `guarded` waits until whatever is started can no longer outlive a kill of this process.
    """

    repository: Repository
    folder: RunFolder
    header: Header
    start: Head
    tip: str
    job: Job
    interrupts: Interrupts
    progress: Progress
    guarded: Callable[[], None]

    @property
    def settings(self) -> Settings:
        return self.header.settings

    @functools.cached_property
    def at_home(self) -> frozenset[str]:
        """The commits that an earlier session of the run has delivered."""
        return frozenset(commits_between(self.repository.top, self.header.base, self.tip))

    @property
    def ref(self) -> str:
        return run_ref(self.header.run)


def require_ready(repository: Repository, settings: Settings, own: Collection[str] = ()) -> Head:
    """Give the checked out commit. Raises UsageError if the repository cannot be worked in.

    `own` are commits of the run itself, which its branch may have.
    """
    start = read_head(repository)
    if settings.choice.uncommitted is None:
        require_quiet(repository)
        _require_free_head(repository, settings)
    if settings.landing.commit and not settings.landing.dry_run:
        require_identity(repository)
    landing_branch(repository, settings.landing, start.commit, own)
    return start


def _require_free_head(repository: Repository, settings: Settings) -> None:
    """Raises UsageError in a hook of `git commit`: the commit in hand would fail where HEAD moved under it."""
    landing = settings.landing
    moves = landing.commit and landing.branch is None and not landing.dry_run
    if moves and commit_in_hand(repository, process.surrounding_index()):
        raise UsageError(
            "a commit is under way, and this would move HEAD under it",
            "In a hook, fix what is about to be committed: stomper fix --git-staged",
        )


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
def new_run(repository: Repository, settings: Settings, named: Sequence[Path], progress: Progress) -> Iterator[Run]:
    """A run that begins now. Raises StomperError, with nothing changed, where it cannot."""
    start = require_ready(repository, settings)
    name = new_run_id(time.time())
    given = differing(settings, load_settings(repository.top, {}))
    settings = with_branch_name(settings, name)
    with run_lock(repository.state, name):
        crash_point("locked")
        note_left(tidy_up(repository), progress)
        base = base_commit(repository, settings, start)
        header = Header(
            run=name,
            format=FORMAT,
            version=__version__,
            top=str(repository.top),
            folder=str(worktrees_folder(repository.top) / name),
            base=base,
            branch=start.branch,
            started=time.time(),
            named=tuple(os.path.abspath(path) for path in named),  # noqa: PTH100  # links must stay as they are
            settings=settings,
            given=given,
        )
        folder = RunFolder(runs_folder(repository.state) / name)
        with at_work(repository, folder, header, start, base, progress) as run:
            yield run


def base_commit(repository: Repository, settings: Settings, start: Head) -> str:
    """Give the base commit of a new run: the checked out one, or one made of uncommitted changes."""
    choice = settings.choice
    if choice.uncommitted is None:
        return start.commit
    index = index_in_use(repository, choice.index)
    try:
        return commit_uncommitted(repository, start, choice.uncommitted, index, snapshot_folder(repository) / "index")
    finally:
        delete_what_goes(snapshot_folder(repository))


def confined(job: Job, repository: Repository, progress: Progress) -> Job:
    """The job with what keeps its agents, if there are any, from the user's checkout."""
    sandbox, watch = confine(repository, job.settings, job.fixers, job.site.folder)
    if watch is not None and job.settings.sandbox != "off":
        progress.stage(NO_SANDBOX)
    return dataclasses.replace(job, sandbox=sandbox, watch=watch)


def require_template(repository: Repository, commit: str) -> None:
    """Raises ConfigError where the commit has a template for prompts that cannot be used."""
    content = file_at(repository.top, commit, TEMPLATE)
    if content is not None:
        check_template(content)


def make_job(repository: Repository, folder: RunFolder, header: Header, site: Site) -> Job:
    """Make the job that the tasks of a run share. Raises ConfigError and ToolError."""
    settings = header.settings
    entries = tree_entries(repository.top, header.base)
    project = find_project(repository.top, entries, settings.environment, settings.tests)
    project = furnished(project, header.base, entries, settings.environment)
    # Type checkers and tests have to see the worktree's code also where an editable install names the user's checkout.
    settings = dataclasses.replace(settings, tests=dataclasses.replace(settings.tests, pythonpath=project.roots))
    checkers = make_checkers(settings, repository.top)
    if not settings.tests.parallel:
        checkers = take_turns(checkers, repository.state / LOCK_NAME)
    learned = Store(repository.state).load().records if settings.learning else ()
    deadline = deadline_of(settings)
    fixers = meter(make_fixers(settings, repository.top), settings, folder.path, deadline, learned)
    rooms = find_rooms(repository, settings, project, fixers, site.folder)
    if settings.prompts.own and any(fixer.learns for fixer in fixers):
        require_template(repository, header.base)
    return Job(
        suited(site, project, entries),
        header.base,
        header.settings,
        dataclasses.replace(project, room=rooms.tests),
        rooms.checkers(checkers, repository.top),
        fixers,
        folder.logs,
        folder.active,
        room=rooms.tools,
        learned=learned,
        deadline=deadline,
        held_back=held_back(),
    )


@contextlib.contextmanager
def at_work(
    repository: Repository, folder: RunFolder, header: Header, start: Head, tip: str, progress: Progress
) -> Iterator[Run]:
    """Set a run up and, on every way out, take down what it set up. The caller holds the repository's lock."""
    site = Site(repository.top, repository.state, worktrees_folder(repository.top) / header.run, header.run)
    job = make_job(repository, folder, header, site)
    interrupts = Interrupts(header.settings.workflow.interrupt_grace)
    start_tracker()
    process.mark_own_environment(header.run)
    name_semaphores(header.run)
    process.withdraw_stop()
    folder.create(header)
    crash_point("created")
    with interrupts.listen():  # to the very end: a ^C must not cut the taking down short
        try:
            open_site(site)
            job = confined(job, repository, progress)
            with guardian(header.run, process.unpacked_folder()) as guarded:
                yield Run(repository, folder, header, start, tip, job, interrupts, progress, guarded)
        except BaseException:
            delete_ref(repository.top, run_ref(header.run))
            if not folder.has_plan:
                folder.delete()
            raise
        finally:
            if why := clear_site(site):
                progress.note(f"warning: left alone: {site.folder}: {why}")
            name_semaphores(None)
            process.unmark_own_environment()
