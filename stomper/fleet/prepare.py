"""Get a repository ready: find its commit, fetch it, make its clone, set it up; or take it up where it was left."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stomper import process
from stomper.disk.atomic_write import write_atomically
from stomper.disk.private_files import make_folder
from stomper.disk.remove_trees import delete_folder
from stomper.errors import StomperError
from stomper.fleet.call import ARRIVED
from stomper.fleet.folder import Begun, FleetFolder
from stomper.fleet.mirrors import mirror_of, mirrors_folder
from stomper.fleet.model import Entry, Terms
from stomper.fleet.targets import find_target
from stomper.git.commits import read_ref
from stomper.git.far import HEADS
from stomper.git.mirrors import (
    count_files,
    fetch_branch,
    has_submodules,
    make_clone,
    names_filter,
    origin_of,
    update_clone,
)
from stomper.git.repository import open_repository
from stomper.journal.find_run import own_runs
from stomper.journal.run_folder import RunFolder
from stomper.process.crash import crash_point
from stomper.settings import AUTO
from stomper.text.printable import toml_text

DEFAULTS = "defaults.toml"
HALF_MADE = ".new-"


class SetUpError(StomperError):
    """A set-up command of a repository failed."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A repository that can be worked on at `top`, with so many files that a fix may be for.

    `run` is one that was cut off, to go on with; `report` is that of one that came to its end unheard.
    """

    entry: Entry
    top: Path
    size: int
    run: str = ""
    report: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()


def prepare(entry: Entry, folder: FleetFolder, terms: Terms, begun: Begun | None, limit: float) -> Ready:
    """Make a repository ready within `limit` seconds. Raises StomperError or OSError, whose words are for one line.

    What was `begun` is not fetched again: it goes on from the commit that it was at.
    """
    if begun is not None and Path(begun.top).is_dir():
        return _again(entry, begun)
    make_folder(folder.of(entry.name))
    top = Path(entry.source) if entry.in_place else _clone(entry, folder, terms, limit)
    if entry.in_place:
        find_target(entry, limit)
    write_defaults(entry, folder)
    if not terms.cluster:  # else that is done where it is worked on
        run_set_up(entry.set_up, top, limit)
    (folder.of(entry.name) / ARRIVED).unlink(missing_ok=True)
    notes = notes_on(top)
    folder.begin(entry.name, top, [run.run for run in own_runs(open_repository(top).state)], notes)
    return Ready(entry, top, count_files(top, "*.py"), notes=tuple(notes))


def _again(entry: Entry, begun: Begun) -> Ready:
    """Find what became of a repository that was worked on when the fleet was cut off."""
    top = Path(begun.top)
    new = [run for run in own_runs(open_repository(top).state) if run.exists and run.run not in begun.known]
    size = count_files(top, "*.py")
    if not new:
        return Ready(entry, top, size, notes=begun.notes)
    if (report := _report_of(new[-1])) is not None:
        return Ready(entry, top, size, report=report, notes=begun.notes)
    return Ready(entry, top, size, run=new[-1].run, notes=begun.notes)


def _report_of(run: RunFolder) -> dict[str, Any] | None:
    return None if run.history(outcomes=False).cut_off else run.read_report()


def _clone(entry: Entry, folder: FleetFolder, terms: Terms, limit: float) -> Path:
    """Have the fleet's own clone of a repository at the commit that its branch has now."""
    target = find_target(entry, limit)
    mirror, clone = mirror_of(mirrors_folder(folder.path), entry.source, terms), folder.clones / entry.name
    with mirror.held(limit) as store:
        if not (store.is_dir() and read_ref(store, HEADS + target.branch) == target.commit):
            fetch_branch(store, entry.source, target.branch, limit, terms.depth, terms.partial)
        commit = read_ref(store, HEADS + target.branch) or target.commit
        if clone.is_dir() and _is_of(clone, entry.source):
            update_clone(store, clone, target.branch, commit, limit)
        else:
            _make(store, clone, entry, target.branch, limit, terms.partial)
    return clone


def _make(store: Path, clone: Path, entry: Entry, branch: str, limit: float, partial: bool) -> None:
    """Make a clone that is there whole or not at all."""
    half = clone.with_name(f"{HALF_MADE}{clone.name}")
    delete_folder(half)
    delete_folder(clone)
    try:
        make_clone(store, half, entry.source, branch, limit, partial)
        crash_point("fleet-cloned")
        half.rename(clone)
    except BaseException:
        delete_folder(half)
        raise


def _is_of(clone: Path, source: str) -> bool:
    """Say whether a clone is one of this source, and not of another one that had its name."""
    return origin_of(clone) == source


def write_defaults(entry: Entry, folder: FleetFolder) -> Path | None:
    """Write the settings that count where the repository has none of its own; None if there are none."""
    if not entry.config:
        return None
    place = folder.of(entry.name) / DEFAULTS
    write_atomically(place, toml_text(dict(entry.config)).encode(), durable=False, private=True)
    return place


def run_set_up(commands: Sequence[str], top: Path, limit: float) -> None:
    """Run the set-up commands of a repository. Raises SetUpError if one fails."""
    for command in (one for one in commands if one != AUTO):  # which is for `stomper fix`
        done = process.run(shlex.split(command), cwd=top, timeout=limit, contained=True)
        if done.returncode or not done.ended:
            raise SetUpError(f"the set-up `{command}` failed ({done.how()}): {done.words(400)}")


def notes_on(top: Path) -> list[str]:
    """Say what of a repository is not here."""
    notes = ["it has submodules, which are not fetched"] if has_submodules(top) else []
    return notes + (["files of Git LFS are left as pointers"] if names_filter(top, "lfs") else [])
