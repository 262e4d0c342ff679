"""The work on a fleet from its lock to its last word; whatever ends it, its processes end too."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from stomper import process
from stomper.cluster.connection import connected
from stomper.disk.private_files import make_folder
from stomper.errors import EXIT_CLEAN, EXIT_INTERRUPTED, EXIT_LEFT, ConfigError, StomperError, UsageError
from stomper.fleet.engine import Done, Hand
from stomper.fleet.fix_one import Worker
from stomper.fleet.folder import FleetFolder, FleetHistory
from stomper.fleet.local import LocalEngine
from stomper.fleet.mirrors import mirrors_folder, trim
from stomper.fleet.model import Entry, Fleet, Terms
from stomper.fleet.purse import Purse
from stomper.fleet.remote import RemoteWorker
from stomper.fleet.result import Result, State
from stomper.fleet.tracking.beside import Beside, beside
from stomper.fleet.tracking.chosen import make_tracker
from stomper.fleet.tracking.journal import TrackJournal
from stomper.process.environment import RUN_MARK
from stomper.process.guardian import guardian, start_tracker
from stomper.process.interrupts import Interrupts
from stomper.process.process_trees import marked, sweep
from stomper.process.supervised import own_program
from stomper.run.session import new_run_id
from stomper.text.counts import shorten
from stomper.workspace.configuration_above import foreign

Program: TypeAlias = tuple[str, ...]
GRACE = 10.0  # seconds that fetches get once somebody says stop


@dataclass(frozen=True, slots=True)
class Telling:
    """Who hears of the work: `note` of what begins, `done` of each repository that is over, and how many are of all.

    `warn` hears what went wrong beside it.
    """

    note: Callable[[str], None]
    done: Callable[[Done, int, int], None]
    warn: Callable[[str], None] = lambda _: None


def begin(folder: FleetFolder, fleet: Fleet, anew: bool, telling: Telling, program: Program = ()) -> int:
    """Work on a new fleet, and give the exit code. Raises UsageError if one in this folder was cut off.

    `program` stands in for this program where a repository is fixed.
    """
    with folder.held():
        if any(not entry.in_place and not entry.skipped for entry in fleet.entries):
            require_outside_projects(folder)
        if folder.exists and not anew:
            _require_over(folder)
        identity = f"fleet-{new_run_id(time.time())}"
        folder.create(identity, fleet)
        return _work(folder, identity, fleet, telling, program)


def go_on(
    folder: FleetFolder,
    only: Sequence[State],
    change: Callable[[Fleet], Fleet],
    telling: Telling,
    program: Program = (),
) -> int:
    """Go on with the fleet of a folder, and give the exit code. Those that ended in a state of `only` begin again.

    `change` makes its terms what they are to be now. Raises UsageError if there is nothing to do.
    """
    folder.read_header()  # before a folder is made for nothing
    with folder.held():
        identity, fleet = folder.read_header()
        fleet, history = change(fleet), folder.history()
        again = [result.name for result in history.results.values() if result.state in only]
        if history.over and not again and not _left(fleet, history):
            which = f"repository is {' or '.join(only)}" if only else "repository is left"
            raise UsageError(
                f"no {which} in the fleet of {folder.path}",
                "`stomper fleet report` shows what became of it. For another round: stomper fleet run",
            )
        if again:
            folder.append("again", names=again)
        folder.write_header(identity, fleet)
        return _work(folder, identity, fleet, telling, program)


def require_outside_projects(folder: FleetFolder) -> None:
    """Raises ConfigError if clones would be below settings of tools that their own repositories do not have."""
    if strange := foreign(folder.clones, Path("/nowhere")):
        names = shorten([str(file) for file in strange], 3)
        raise ConfigError(f"clones would be below {names}", "Tools would go by that. Name another place: --state DIR")


def _require_over(folder: FleetFolder) -> None:
    _, fleet = folder.read_header()
    if left := _left(fleet, folder.history()):
        names = shorten([entry.name for entry in left], 3)
        raise UsageError(
            f"the fleet of {folder.path} is not at its end: {names}",
            "Go on with it: stomper fleet resume. Or forget it: stomper fleet run --anew",
        )


def _left(fleet: Fleet, history: FleetHistory) -> list[Entry]:
    """Give the repositories that have no result yet."""
    return [entry for entry in fleet.entries if entry.name not in history.results and not entry.skipped]


def _work(folder: FleetFolder, identity: str, fleet: Fleet, telling: Telling, program: Program) -> int:
    """Work on all that is left, and note the end."""
    sweep(lambda: marked(RUN_MARK, identity))
    make_folder(mirrors_folder(folder.path))
    history, interrupts, began = folder.history(), Interrupts(GRACE), time.monotonic()
    folder.append("session", at=time.time())
    told = _tracked(folder, identity, fleet, telling, lambda: interrupts.level)
    with at_work(identity, interrupts), beside(told, history.results):
        left, count = _left(fleet, history), len(history.results)
        purse = Purse(fleet.terms, history.results.values(), len(left))
        own = Worker(folder, fleet.terms.trust, lambda: interrupts.level, program or own_program())
        with hand_of(own, fleet.terms) as hand:
            engine = LocalEngine(hand, fleet.terms, purse, history.begun, telling.note, interrupts.stop_from_thread)
            for done in engine.work(left):
                count += done.result is not None
                telling.done(done, count, sum(not entry.skipped for entry in fleet.entries))
        broken = hand.broken if isinstance(hand, RemoteWorker) else None
        if not interrupts.stopping:
            trim(mirrors_folder(folder.path), fleet.terms.cache_gigabytes)
    results = folder.history().results
    code = exit_code_of(fleet, results.values()) if not interrupts.stopping else EXIT_INTERRUPTED
    code = broken.exit_code if broken else code
    seconds = round(time.monotonic() - began, 3)
    folder.append("over", at=time.time(), exit_code=code, seconds=seconds, peak=engine.peak)
    if broken:
        raise StomperError(broken.message, "What is done stays. Go on: stomper fleet resume")
    return code


@contextlib.contextmanager
def hand_of(own: Worker, terms: Terms) -> Iterator[Hand]:
    """Give what fixes repositories: that of this machine, or one that has it done on a cluster."""
    if not terms.cluster:
        yield own
        return
    with connected(terms.cluster) as connection:
        yield RemoteWorker(own, terms, connection)


def _tracked(
    folder: FleetFolder, identity: str, fleet: Fleet, telling: Telling, stop: Callable[[], object]
) -> Beside | None:
    """Give what tells the tracker of a fleet, and have the folder say to it what begins and ends."""
    if not fleet.terms.tracker:
        return None
    journal = TrackJournal(folder.path, identity, fleet.terms.tracker)
    entries = {entry.name: entry for entry in fleet.entries}
    place = folder.path.parent
    tracker = make_tracker(fleet.terms.tracker, fleet.hosts, journal, place, stop, telling.warn)
    told = Beside(identity, entries, tracker, journal, telling.warn)
    folder.heard = told.hear
    return told


def exit_code_of(fleet: Fleet, results: Iterable[Result]) -> int:
    """Give 0 if nothing is left to do in any repository that was chosen, else 1."""
    done = {result.name for result in results if result.is_done}
    wanted = [entry.name for entry in fleet.entries if not entry.skipped]
    return EXIT_CLEAN if all(name in done for name in wanted) else EXIT_LEFT


@contextlib.contextmanager
def at_work(identity: str, interrupts: Interrupts) -> Iterator[None]:
    """Listen to signals, and have a guardian end all that was started if this process is killed."""
    process.withdraw_stop()
    start_tracker()
    process.mark_own_environment(identity)
    try:
        with guardian(identity, process.unpacked_folder()) as at_post, interrupts.listen():
            at_post()
            yield
    finally:
        process.unmark_own_environment()
