"""Remove what dead runs left, found by their own folders. The caller holds the lock."""

import os
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.private_files import close_folder
from stomper.disk.remove_trees import delete_what_goes
from stomper.errors import EXIT_INTERRUPTED
from stomper.git.commits import delete_ref, list_refs, read_ref
from stomper.git.repository import Repository
from stomper.journal.find_run import all_runs, read_history
from stomper.journal.history import History
from stomper.journal.phase_note import write_phase
from stomper.journal.run_folder import RunFolder
from stomper.models import printable
from stomper.process.environment import RUN_MARK
from stomper.process.process_trees import marked_any, sweep
from stomper.process.sandbox_search import remove_leftovers
from stomper.settings import HistorySettings
from stomper.workspace.cache_folder import own_folders
from stomper.workspace.rescue import clear_checks
from stomper.workspace.run_place import Site, clear_site, noted

DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Tidied:
    """The things removed: the number of processes, worktree folders, refs with their commits, and run folders.

    `left` are places that look like Stomper's and are not proved to be, each with the reason: they are as they were.
    """

    processes: int = 0
    folders: tuple[str, ...] = ()
    refs: tuple[tuple[str, str], ...] = ()
    runs: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()

    def removed(self) -> list[tuple[str, str]]:
        """List what is gone, as pairs of a kind and a name."""
        kinds = {"folder": self.folders, "ref": tuple(name for name, _ in self.refs), "run": self.runs}
        return [(kind, name) for kind, names in kinds.items() for name in names]

    def remarks(self) -> list[str]:
        """Describe what was left alone."""
        return [f"left alone: {printable(place)}: {why}" for place, why in self.left]


def tidy_up(repository: Repository, keep: HistorySettings | None, spared: str = "") -> Tidied:
    """Remove what runs of this repository left that are not alive, and forget those beyond what is to be kept.

    The lock is ours, so none is alive. A run that could be resumed keeps its folder, with the patches in it; a result
    that could not be delivered keeps its ref, and an undone one the ref for `redo`. The run `spared` is not forgotten;
    if nothing is to be kept, all others are. What is not proved to be of this user's making stays. Raises ForeignError
    if the state folder is another user's.
    """
    runs = all_runs(repository.state)
    known = {run: history for run in runs if not run.why_foreign() and (history := read_history(run)) is not None}
    names = {folder.run for folder in known}
    delete_what_goes(snapshot_folder(repository))
    remove_leftovers()
    left = [(str(run.path), why) for run in runs if (why := run.why_foreign())]
    for place in own_folders(repository.top):
        close_folder(place)
        left += clear_checks(place, repository)
    killed = sweep(lambda: marked_any(RUN_MARK, names)) if names else 0
    for folder in known:
        _clear_notes(folder)
    folders, strange = clear_sites(repository, names)
    old = [folder for folder in _outdated(known, keep) if folder.run != spared]
    for folder in old:
        folder.delete()
    foreign = {run.run for run in runs} - names
    refs = _clear_refs(repository, {folder: known[folder] for folder in known if folder not in old}, foreign)
    return Tidied(killed, folders, refs, tuple(folder.run for folder in old), (*left, *strange))


def snapshot_folder(repository: Repository) -> Path:
    """Give the folder for the private index of a run that has no folder yet. The caller holds the lock."""
    return repository.state / "snapshot"


def _clear_notes(folder: RunFolder) -> None:
    """Remove what a dead run and its workers said of their work."""
    write_phase(folder.path, None)
    for note in folder.active.glob("*.json"):
        note.unlink()


def clear_sites(repository: Repository, names: Collection[str]) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    """Remove the worktrees of these runs, and of whatever else has noted a place for its own.

    A place is computed from the name of its run, below a folder of this user's, or noted when it was made. Returns
    those that were removed, and those that are left alone with the reason.
    """
    notes = noted(repository.state)
    places = own_folders(repository.top) or [repository.state / "none"]  # git may know of one that is gone all the same
    wanted = {place / name: name for place in places for name in names}
    wanted |= {note.folder: name for name, note in notes.items()}
    gone, left = [], []
    for folder, name in sorted(wanted.items()):
        there = os.path.lexists(folder)
        why = clear_site(Site(repository.top, repository.state, folder, name))
        if why:
            left.append((str(folder), why))
        elif there:
            gone.append(str(folder))
    return tuple(gone), left


def _clear_refs(
    repository: Repository, runs: Mapping[RunFolder, History], foreign: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """Remove the refs of runs that need them no more, and of runs that are forgotten; never those of `foreign` runs.

    Returns their names, and the commits that they were at.
    """
    wanted = {f"refs/stomper/{folder.run}/{kept_ref(history)}" for folder, history in runs.items()}
    wanted |= {f"refs/stomper/{folder.run}/replaced" for folder in runs}  # of a branch: `undo` brings it back
    there = list_refs(repository.top, "refs/stomper/")
    names = [ref for ref in there if ref not in wanted and ref.split("/")[2] not in foreign]
    gone = [(ref, read_ref(repository.top, ref) or "") for ref in names]
    for ref in names:
        delete_ref(repository.top, ref)
    return tuple(gone)


def kept_ref(history: History) -> str:
    """The one ref that a run which is over may keep: its result if nobody else has it; else ''."""
    if history.undone:
        return "undone"
    if history.delivered is not None:
        return "head" if history.delivered.kept else ""
    return "" if history.exit_code in (None, EXIT_INTERRUPTED) else "head"


def _outdated(runs: Mapping[RunFolder, History], keep: HistorySettings | None) -> list[RunFolder]:
    """The runs to forget: never quite begun, too many, or too old.

    Of those to be undone, redone and resumed the last ones stay, and all whose result waits to be merged.
    """
    if keep is None:
        return list(runs)
    begun = [folder for folder in runs if folder.exists]
    undoable = [folder for folder in begun if (d := runs[folder].delivered) and not (d.kept or runs[folder].undone)]
    redoable = [folder for folder in begun if kept_ref(runs[folder]) == "undone"]
    resumable = [folder for folder in begun if runs[folder].resumable]
    waiting = [folder for folder in begun if runs[folder].delivered and kept_ref(runs[folder]) == "head"]
    limit = time.time() - keep.keep_days * DAY
    recent = [folder for folder in begun[-keep.keep_runs :] if folder.path.stat().st_mtime >= limit]
    kept = {*undoable[-1:], *redoable[-1:], *resumable[-1:], *waiting, *recent}
    return [folder for folder in runs if folder not in kept]
