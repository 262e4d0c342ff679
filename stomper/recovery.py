"""What dead runs left: found by what their own folders say, and removed. The caller holds the lock."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper.errors import EXIT_INTERRUPTED, StomperError
from stomper.git.commits import delete_ref, list_refs
from stomper.git.repository import Repository
from stomper.journal import History, RunFolder, all_runs, read_history
from stomper.left_over import clear_checks
from stomper.process.containment import marked_any, sweep
from stomper.process.environment import RUN_MARK
from stomper.process.semaphores import remove_semaphores
from stomper.worktree import Site, clear_site, worktrees_folder

KEPT_RUNS = 20
KEPT_SECONDS = 30 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was removed: how many processes, which worktree folders, refs and run folders."""

    processes: int = 0
    folders: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()

    def removed(self) -> list[tuple[str, str]]:
        """What is gone, as pairs of a kind and a name."""
        kinds = {"folder": self.folders, "ref": self.refs, "run": self.runs}
        return [(kind, name) for kind, names in kinds.items() for name in names]


def tidy_up(repository: Repository) -> Tidied:
    """Remove what runs of this repository left that are not alive, and forget runs that are old.

    The lock is ours, so none is alive. A run that could be resumed keeps its folder, with the patches
    in it; a result that could not be delivered keeps its ref, and an undone one the ref for `redo`.
    """
    known = {folder: history for folder in all_runs(repository.state) if (history := read_history(folder)) is not None}
    names = {folder.run for folder in known}
    shutil.rmtree(snapshot_folder(repository), ignore_errors=True)
    clear_checks(worktrees_folder(repository.top), repository)
    killed = sweep(lambda: marked_any(RUN_MARK, names)) if names else 0
    for name in names:
        remove_semaphores(name)
    folders = tuple(found for folder in known if (found := _clear_folder(repository, folder)))
    old = _outdated(known)
    for folder in old:
        folder.delete()
    refs = _clear_refs(repository, {folder: known[folder] for folder in known if folder not in old})
    return Tidied(killed, folders, refs, tuple(folder.run for folder in old))


def snapshot_folder(repository: Repository) -> Path:
    """Where a run, before it has a folder, keeps its private index. The caller holds the lock."""
    return repository.state / "snapshot"


def _clear_folder(repository: Repository, folder: RunFolder) -> str:
    """Remove a run's worktrees. Returns where they were, or '' where there were none."""
    for note in folder.active.glob("*.json"):
        note.unlink()
    try:
        place = Path(folder.read_header().folder)
    except StomperError:
        return ""
    there = place.exists()
    clear_site(Site(repository.top, repository.state, place, folder.run))
    return str(place) if there else ""


def _clear_refs(repository: Repository, runs: Mapping[RunFolder, History]) -> tuple[str, ...]:
    wanted = {f"refs/stomper/{folder.run}/{kept_ref(history)}" for folder, history in runs.items()}
    gone = [ref for ref in list_refs(repository.top, "refs/stomper/") if ref not in wanted]
    for ref in gone:
        delete_ref(repository.top, ref)
    return tuple(gone)


def kept_ref(history: History) -> str:
    """The one ref that a run which is over may keep: its result where nobody else has it; else ''."""
    if history.undone:
        return "undone"
    if history.delivered is not None:
        return "head" if history.delivered.kept else ""
    return "" if history.exit_code in (None, EXIT_INTERRUPTED) else "head"


def _outdated(runs: Mapping[RunFolder, History]) -> list[RunFolder]:
    """The runs to forget: never quite begun, too many, or too old; never one to be undone, resumed or merged."""
    begun = [folder for folder in runs if folder.exists]
    undoable = [folder for folder in begun if (d := runs[folder].delivered) and not d.kept]
    resumable = [folder for folder in begun if runs[folder].resumable]
    waiting = [folder for folder in begun if runs[folder].delivered and kept_ref(runs[folder])]
    limit = time.time() - KEPT_SECONDS
    recent = [folder for folder in begun[-KEPT_RUNS:] if folder.path.stat().st_mtime >= limit]
    kept = {*undoable[-1:], *resumable[-1:], *waiting, *recent}
    return [folder for folder in runs if folder not in kept]
