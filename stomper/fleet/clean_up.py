"""Remove what dead fleets left, and on request all that a fleet has."""

from collections.abc import Iterator
from pathlib import Path

from stomper.disk.remove_trees import delete_folder
from stomper.environments.store import clean_up as clean_up_environments
from stomper.environments.store import trim as trim_environments
from stomper.errors import StomperError
from stomper.fleet.folder import FleetFolder
from stomper.fleet.mirrors import mirrors_folder, trim
from stomper.fleet.prepare import HALF_MADE
from stomper.git.repository import open_repository
from stomper.journal.cleanup import tidy_up
from stomper.journal.run_lock import run_lock
from stomper.process.environment import RUN_MARK
from stomper.process.process_trees import marked, sweep
from stomper.settings import HistorySettings

EVERYTHING = 0.0


def clean_up(folder: FleetFolder, everything: bool) -> Iterator[str]:
    """Remove what a fleet that is not at work has left: processes, worktrees, half-made clones, too many mirrors.

    With `everything` also its clones, with what was fixed in them, its journal, and all mirrors. Gives what was done,
    in words. Raises UsageError if it is at work.
    """
    with folder.held():
        identity, fleet = folder.read_header() if folder.exists else ("", None)
        if identity and (ended := sweep(lambda: marked(RUN_MARK, identity))):
            yield f"ended {ended} processes"
        for name, begun in folder.history().begun.items():
            yield from _tidied(name, Path(begun.top))
        for half in folder.clones.glob(f"{HALF_MADE}*"):
            delete_folder(half)
            yield f"removed half-made clone {half.name.removeprefix(HALF_MADE)}"
        if everything:
            yield from _forgotten(folder)
        yield from (f"removed environment {name}" for name in trim_environments())
        room = EVERYTHING if everything or fleet is None else fleet.terms.cache_gigabytes
        yield from (f"removed mirror {name}" for name in trim(mirrors_folder(folder.path), room))
    if everything:
        delete_folder(folder.path)


def _tidied(name: str, top: Path) -> Iterator[str]:
    """Tidy up in a repository in which a run was cut off, as `stomper cleanup` there does."""
    try:
        repository = open_repository(top)
        with run_lock(repository.state, "cleanup"):
            tidied = tidy_up(repository, HistorySettings())
    except (StomperError, OSError):
        return
    if tidied.processes:
        yield f"{name}: ended {tidied.processes} processes"
    yield from (f"{name}: removed {kind} {what}" for kind, what in tidied.removed())


def _forgotten(folder: FleetFolder) -> Iterator[str]:
    for clone in sorted(folder.clones.iterdir()) if folder.clones.is_dir() else ():
        yield from (f"removed environment {name}" for name in clean_up_environments(clone / ".git", everything=True))
        delete_folder(clone)
        yield f"removed clone {clone.name}"
