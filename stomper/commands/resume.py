"""`stomper resume`: take up a run that was cut off, and end in the tree of an unbroken one."""

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from stomper.cluster.abroad import abroad
from stomper.commands.fix import Finished, carry_out, fix
from stomper.config import load_settings
from stomper.config.executing_settings import differing
from stomper.config.stored_secrets import is_incomplete, with_secrets
from stomper.disk.validate import UnsoundError, require_path
from stomper.errors import EXIT_UNTRUSTED, StomperError, UsageError
from stomper.git.commits import delete_ref, move_ref, read_ref
from stomper.git.repository import Head, Repository
from stomper.git.worktrees import NOTHING
from stomper.journal.cleanup import tidy_up
from stomper.journal.find_run import find_run
from stomper.journal.history import History
from stomper.journal.run_folder import Header, RunFolder
from stomper.journal.run_lock import run_lock
from stomper.landing.destinations import destination_of
from stomper.landing.lander import run_ref, undone_ref
from stomper.landing.taken_by_hand import was_taken
from stomper.models import Status
from stomper.plan.tasks import limited
from stomper.progress import Progress
from stomper.run.edited import hold_edited
from stomper.run.rebase import rebase_run
from stomper.run.session import at_work, note_left
from stomper.run.survey import survey, survey_again
from stomper.settings import Settings

Change: TypeAlias = Callable[[Settings, Settings, str], tuple[Settings, Settings]]
"""Makes of the project's settings and of those of a run, named by its id, what it would go on with, and what it goes on
with: options of now, and what the user agrees to."""


def resume(
    repository: Repository, wanted: str | None, progress: Progress, change: Change, cluster: str = ""
) -> Finished:
    """Do what is left of a run: what landed stays, stored patches are landed, the rest is fixed.

    `wanted` is the beginning of a run's id; if None, the last one that was cut off or not delivered. `change` makes
    the settings it goes on with out of its own. The files are fixed by the workers of the `cluster`, if one is named.
    Raises UsageError if there is no such run.
    """

    def suits(history: History) -> bool:
        return history.resumable and not (history.undelivered and was_taken(repository, history))

    folder = find_run(repository.state, wanted, suits, "resumed")
    with run_lock(repository.state, folder.run):
        note_left(tidy_up(repository, load_settings(repository.top, {}).history, folder.run), progress)
        header, plan = own_header(repository, folder, change), folder.read_plan()
        history = folder.history(plan=plan)
        destination = destination_of(repository, header.settings)
        own = {header.base, *history.made, *destination.resumable(header)}
        start = destination.ready(own)
        moved = plan is not None and destination.follows(header, start, own)
        now = dataclasses.replace(header, base=start.commit, branch=start.branch) if moved else header
        tip = start.commit if moved else destination.tip(header, start, own)
        with (
            kept_if_stopped(repository, folder, history),
            abroad(cluster, header.settings) as elsewhere,
            at_work(repository, folder, now, start, tip, destination, progress, header, elsewhere) as run,
        ):
            for old in (run.ref, undone_ref(folder.run)):  # of a result that is now landed again
                delete_ref(repository.top, old)
            folder.append("resumed", at=time.time())
            if plan is None:
                with run.stopwatch.measure("survey"):
                    surveyed = survey(run)
                return carry_out(run, surveyed, history)
            # Earlier versions did not write down which codes a task may touch.
            plan = dataclasses.replace(plan, tasks=tuple(limited(task, header.settings) for task in plan.tasks))
            if moved:
                progress.note(follows_head(start, header))
                plan, history = rebase_run(run, header.base, plan, history)
            with run.stopwatch.measure("survey"):
                surveyed = survey_again(run, plan)
            history.edited = frozenset(destination.edited(folder))
            hold_edited(run, plan, history)
            return carry_out(run, surveyed, history)


@contextlib.contextmanager
def kept_if_stopped(repository: Repository, folder: RunFolder, history: History) -> Iterator[None]:
    """Keep a result that could not be delivered for the user if an error stops the run that goes on from it."""
    kept, why, waiting = history.delivered, history.undelivered, history.waiting
    try:
        yield
    except BaseException:
        if why and kept is not None and kept.kept:
            move_ref(
                repository.top, run_ref(folder.run), kept.new, read_ref(repository.top, run_ref(folder.run)) or NOTHING
            )
            folder.append("delivered", **dataclasses.asdict(kept))
            folder.finish(EXIT_UNTRUSTED, {}, judged=True, undelivered=why, waiting=waiting)
        raise


def follows_head(start: Head, header: Header) -> str:
    """Say that the run goes on from what is checked out now."""
    return f"HEAD is at {start.commit[:12]} now, no longer at {header.base[:12]}: taking over what still applies"


def own_header(repository: Repository, folder: RunFolder, change: Change) -> Header:
    """Give the run's header with the options of now. Raises UsageError if nobody here gave its orders.

    Those of its settings that start programs, reach out or let something through have to be what the project says now,
    or what this user gave to the run and has sealed. A run's folder alone commands nothing.
    """
    header = header_of(repository, folder)
    now, settings = change(load_settings(repository.top, {}), header.settings, header.run)
    given = header.given if folder.is_sealed() else ()
    if wrong := [key for key in differing(settings, now) if key not in given]:
        raise UsageError(
            f"run {folder.run} was told something else than the project says now: {', '.join(wrong)}",
            "Set these as they were then (options count too), or start again: stomper fix",
        )
    require_own_index(repository, header)
    return dataclasses.replace(header, settings=settings)


def require_own_index(repository: Repository, header: Header) -> None:
    """Raises UsageError if the run would write an index that is none of this repository's."""
    index = header.settings.choice.index
    if index is not None and (Path(index).parent != repository.git_dir or Path(index).is_symlink()):
        raise UsageError(f"run {header.run} names an index that is not this repository's: {index}", "Start again.")


def header_of(repository: Repository, folder: RunFolder) -> Header:
    """The header of a run, with the secrets that are not in it from the configuration as it is now."""
    header = folder.read_header()
    if is_incomplete(header.settings):
        settings = with_secrets(header.settings, load_settings(repository.top, {}))
        header = dataclasses.replace(header, settings=settings)
    return header


def rerun(
    repository: Repository,
    wanted: str | None,
    only: tuple[Status, ...],
    progress: Progress,
    change: Change,
) -> Finished:
    """Run the files of a finished run that ended in one of the states `only` again, as a run of its own."""
    folder = find_run(repository.state, wanted, lambda history: not history.cut_off, "run again")
    header, paths = own_header(repository, folder, change), paths_in_state(folder, only)
    there = [path for path in paths if (repository.top / path).is_file()]
    if not there:
        raise UsageError(
            f"run {folder.run} has no file that is {' or '.join(only)}", "`stomper status` says what it has."
        )
    choice = dataclasses.replace(header.settings.choice, patterns=(), since=None, index=None)
    settings = dataclasses.replace(header.settings, choice=choice)
    return fix(repository, settings, [repository.top / path for path in there], progress)


def paths_in_state(folder: RunFolder, only: tuple[Status, ...]) -> list[Path]:
    """The files of a run for which it came to that, by its report."""
    report = folder.read_report()
    if report is None:
        raise StomperError(f"run {folder.run} has no report", "Start again: stomper fix")
    paths = [str(file["path"]) for file in report["files"] if file.get("outcome", file)["status"] in only]
    try:
        for path in paths:
            require_path(path)
    except UnsoundError as error:
        raise folder.unreadable("report.json", error) from error
    return [Path(path) for path in paths]
