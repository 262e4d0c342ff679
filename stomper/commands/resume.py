"""`stomper resume`: take up a run that was cut off, and end in the tree of an unbroken one."""

import dataclasses
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeAlias

from stomper.commands.fix import Finished, carry_out, fix
from stomper.config import load_settings
from stomper.config.executing_settings import differing
from stomper.config.stored_secrets import is_incomplete, with_secrets
from stomper.disk.validate import UnsoundError, require_path
from stomper.errors import StomperError, UsageError
from stomper.git.changed_files import parent_of
from stomper.git.commits import delete_ref, fits_working_tree, read_ref
from stomper.git.repository import Head, Repository, read_head
from stomper.git.trees import dirty_paths
from stomper.journal.cleanup import tidy_up
from stomper.journal.run_folder import Header, History, RunFolder, find_run
from stomper.journal.run_lock import run_lock
from stomper.landing.lander import undone_ref
from stomper.models import Plan, Skipped, Status
from stomper.plan.select_files import UNCOMMITTED
from stomper.plan.tasks import limited
from stomper.progress import Progress
from stomper.run.rebase import rebase_run
from stomper.run.session import Run, at_work, note_left, require_ready
from stomper.run.survey import survey, survey_again
from stomper.settings import Settings

Change: TypeAlias = Callable[[Settings, str], Settings]
"""Makes the settings that a run, named by its id, goes on with: options of now, and what the user agrees to."""


def resume(repository: Repository, wanted: str | None, progress: Progress, change: Change) -> Finished:
    """Do what is left of a run: what landed stays, stored patches are landed, the rest is fixed.

    `wanted` is the beginning of a run's id, the last one that was cut off where None; `change` makes
    the settings it goes on with out of its own. Raises UsageError where there is no such run.
    """
    folder = find_run(repository.state, wanted, lambda history: history.resumable, "resumed")
    with run_lock(repository.state, folder.run):
        note_left(tidy_up(repository), progress)
        header, history = own_header(repository, folder, change), folder.history()
        own = {header.base, *history.commits.values(), *uncommitted_on(repository, header)}
        start = require_ready(repository, header.settings, own)
        with at_work(repository, folder, header, start, landing_tip(repository, header, start, own), progress) as run:
            for old in (run.ref, undone_ref(folder.run)):  # of a result that is now landed again
                delete_ref(repository.top, old)
            folder.append("resumed", at=time.time())
            plan = folder.read_plan()
            if plan is None:
                return carry_out(run, survey(run), history)
            # Earlier versions did not write down which codes a task may touch.
            plan = dataclasses.replace(plan, tasks=tuple(limited(task, header.settings) for task in plan.tasks))
            if start.branch != header.branch or start.commit not in own:
                run, plan, history = follow_head(run, plan, history)
            return carry_out(run, survey_again(run, plan), hold_edited(run, plan, history))


def uncommitted_on(repository: Repository, header: Header) -> tuple[str, ...]:
    """The commit that uncommitted files stand on. Raises UsageError where they are no longer what the run knew."""
    choice = header.settings.choice
    if choice.uncommitted is None:
        return ()
    parent = parent_of(repository.top, header.base)
    over = choice.index is not None and not Path(choice.index).exists()
    if over or read_head(repository) != Head(parent, header.branch):
        raise UsageError(
            f"run {header.run} worked on files that were not committed then, and HEAD has moved",
            f"Start again: stomper fix --git-{choice.uncommitted}",
        )
    return (parent,)


def landing_tip(repository: Repository, header: Header, start: Head, own: Collection[str]) -> str:
    """Where the run's commits go on: at what it delivered before it was cut off, if it had come to that."""
    if header.settings.choice.uncommitted is not None:
        return header.base
    branch = header.settings.landing.branch
    there = read_ref(repository.top, f"refs/heads/{branch}") if branch else start.commit
    return there if there is not None and there in own else header.base


def hold_edited(run: Run, plan: Plan, history: History) -> History:
    """Leave files alone that the user has changed since the run was cut off, unless the run itself did."""
    if run.settings.choice.uncommitted is not None:
        return history  # each file is compared with what the run began with when its fix is brought there
    if fits_working_tree(run.repository.top, run.folder.read_whole_patch(), reverse=True):
        return history
    edited = dirty_paths(run.repository.top)
    for task in plan.tasks:
        if task.path in edited and history.commits.get(task.index) not in run.at_home:
            history.outcomes[task.index] = Skipped(path=task.path, before=task.diagnostics, reason=UNCOMMITTED)
    return history


def own_header(repository: Repository, folder: RunFolder, change: Change) -> Header:
    """What the run was told, changed by what it is told now. Raises UsageError where its orders are nobody's here.

    Those of its settings that start programs, reach out or let something through have to be what the project says now,
    or what this user gave to the run and has sealed. A run's folder alone commands nothing.
    """
    header = header_of(repository, folder)
    now, settings = (change(one, header.run) for one in (load_settings(repository.top, {}), header.settings))
    given = header.given if folder.is_sealed() else ()
    if wrong := [key for key in differing(settings, now) if key not in given]:
        raise UsageError(
            f"run {folder.run} was told something else than the project says now: {', '.join(wrong)}",
            "Set these as they were then (options count too), or start again: stomper fix",
        )
    require_own_index(repository, header)
    return dataclasses.replace(header, settings=settings)


def require_own_index(repository: Repository, header: Header) -> None:
    """Raises UsageError where the run would write an index that is none of this repository's."""
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


def follow_head(run: Run, plan: Plan, history: History) -> tuple[Run, Plan, History]:
    """The run as it must go on from what is checked out now, where HEAD has moved."""
    run.progress.note(
        f"HEAD is at {run.start.commit[:12]} now, no longer at {run.header.base[:12]}: taking over what still applies"
    )
    return rebase_run(run, plan, history)


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
    """The files of a run that ended so, by its report."""
    report = folder.read_report()
    if report is None:
        raise StomperError(f"run {folder.run} has no report", "Start again: stomper fix")
    paths = [str(file["path"]) for file in report["files"] if file["status"] in only]
    try:
        for path in paths:
            require_path(path)
    except UnsoundError as error:
        raise folder.unreadable("report.json", error) from error
    return [Path(path) for path in paths]
