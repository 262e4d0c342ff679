"""A fleet on disk: what it was told, a journal that only grows, and a folder for each repository.

Whatever kills it leaves a readable prefix. One fleet is in one folder at a time; a new one takes the place of one that
is over.
"""

import contextlib
import dataclasses
import errno
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stomper.disk import jsonl
from stomper.disk.atomic_write import write_atomically
from stomper.disk.file_locks import is_taken, try_to_take
from stomper.disk.parse import parse_json
from stomper.disk.private_files import make_folder, open_private
from stomper.errors import StomperError, UsageError
from stomper.fleet.model import Entry, Fleet, Terms
from stomper.fleet.pulls.terms import PullTerms
from stomper.fleet.result import Result, facts_of, result_of
from stomper.forges.model import Host
from stomper.process.crash import crash_point

FORMAT = 2
TRIES, PAUSE = 20, 0.5  # seconds
HEADER, JOURNAL, LOCK = "fleet.json", "journal.jsonl", "lock"


@dataclass(frozen=True, slots=True)
class Begun:
    """A repository that was worked on: where, since when (seconds since 1970), and the runs that were there before."""

    top: str
    at: float
    known: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class FleetHistory:
    """What the journal says. `begun` are repositories without a result; `spent` is what all results together took."""

    started: float = 0.0
    sessions: int = 0
    results: dict[str, Result] = field(default_factory=dict)
    begun: dict[str, Begun] = field(default_factory=dict)
    over: bool = False
    ended: float | None = None
    seconds: float = 0.0
    exit_code: int | None = None
    peak: int = 0

    def add(self, event: str, entry: dict[str, Any]) -> None:
        """Take up one event; one that is not known changes nothing."""
        match event:
            case "session":
                self.started, self.sessions = self.started or entry["at"], self.sessions + 1
                self.over, self.exit_code = False, None
            case "begun":
                known, notes = tuple(entry["known"]), tuple(entry["notes"])
                self.begun[entry["name"]] = Begun(entry["top"], entry["at"], known, notes)
            case "finished":
                result = result_of(entry["result"])
                self.results[result.name] = result
                self.begun.pop(result.name, None)
            case "again":
                for name in entry["names"]:
                    self.results.pop(name, None)
            case "over":
                self.over, self.ended, self.exit_code = True, entry["at"], entry["exit_code"]
                self.seconds, self.peak = self.seconds + entry["seconds"], max(self.peak, entry["peak"])
            case _:
                pass


class FleetFolder:
    """The folder of a fleet. Its journal may be written by several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clones = path / "clones"
        self._repositories = path / "repositories"
        self._writing = threading.Lock()
        self.heard: Callable[[str, Result | None], None] = _nobody
        """Who hears that the work on a repository began (None) or ended; from several threads."""

    @property
    def exists(self) -> bool:
        return (self.path / HEADER).is_file()

    def of(self, name: str) -> Path:
        """The folder for what a repository's run leaves: its report, its log."""
        return self._repositories / name

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder, which is made. Raises UsageError if another process works in it."""
        try:
            make_folder(self.path)
            descriptor = open_private(self.path / LOCK, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise StomperError(f"cannot write to {self.path}: {error.strerror}", "Name another: --state DIR") from error
        try:
            if not try_to_take(descriptor):
                raise UsageError(
                    f"a fleet is at work in {self.path}",
                    "Look at it with `stomper fleet status`, or name another: --state",
                )
            yield
        finally:
            os.close(descriptor)

    @property
    def is_alive(self) -> bool:
        """Say whether a process works in the folder."""
        try:
            descriptor = open_private(self.path / LOCK, os.O_RDONLY)
        except OSError:
            return False
        try:
            return is_taken(descriptor)
        finally:
            os.close(descriptor)

    def create(self, identity: str, fleet: Fleet) -> None:
        """Begin a new fleet; what the last one wrote goes, clones stay."""
        for folder in (self.clones, self._repositories):
            make_folder(folder)
        (self.path / ".gitignore").write_text("*\n")
        (self.path / HEADER).unlink(missing_ok=True)
        (self.path / JOURNAL).unlink(missing_ok=True)
        self.write_header(identity, fleet)

    def write_header(self, identity: str, fleet: Fleet) -> None:
        """Write what the fleet was told."""
        facts = {"fleet": identity, "format": FORMAT, **dataclasses.asdict(fleet)}
        write_atomically(self.path / HEADER, json.dumps(facts).encode(), private=True)
        crash_point("fleet-header")

    def read_header(self) -> tuple[str, Fleet]:
        """Give the id of the fleet, and what it was told. Raises StomperError if there is none that can be read."""
        if not self.exists:
            raise UsageError(
                f"there is no fleet in {self.path}", "Begin one: stomper fleet run. Or name it: --state DIR"
            )
        try:
            facts = parse_json((self.path / HEADER).read_bytes())
            return str(facts["fleet"]), _fleet(facts)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            hint = f"Another version of Stomper may have written it. To forget it, delete {self.path}"
            raise StomperError(f"{self.path / HEADER} cannot be read: {error!r:.200}", hint) from error

    def append(self, event: str, **facts: object) -> None:
        """Add an event to the journal, and wait until it is on the disk.

        A disk that is full may have room again in a moment: what is fetched in vain is removed. Raises OSError.
        """
        with self._writing:
            for _ in range(TRIES - 1):
                with _full_disk_passes():
                    jsonl.append(self.path / JOURNAL, {"event": event, **facts})
                    return
                time.sleep(PAUSE)
            jsonl.append(self.path / JOURNAL, {"event": event, **facts})

    def begin(self, name: str, top: Path, known: list[str], notes: list[str]) -> None:
        """Note that a repository is worked on from now on."""
        self.append("begun", name=name, top=str(top), at=time.time(), known=known, notes=notes)
        self.heard(name, None)
        crash_point("fleet-begun")

    def finish(self, result: Result) -> None:
        """Note the result of a repository."""
        crash_point("fleet-unfinished")
        self.append("finished", at=time.time(), result=facts_of(result))
        self.heard(result.name, result)
        crash_point("fleet-finished")

    def history(self) -> FleetHistory:
        """Read the journal; a torn line counts as not written. Raises StomperError for what is none of ours."""
        history = FleetHistory()
        if not (self.path / JOURNAL).exists():
            return history
        try:
            with (self.path / JOURNAL).open("rb") as file:
                for _, entry in jsonl.entries(file):
                    history.add(entry.pop("event"), entry)
        except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise StomperError(f"{self.path / JOURNAL} cannot be read: {error!r:.200}") from error
        return history


def _nobody(_name: str, _result: Result | None) -> None:
    """Hear nothing."""


@contextlib.contextmanager
def _full_disk_passes() -> Iterator[None]:
    """Pass over the error of a disk that has no room."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


def _fleet(facts: dict[str, Any]) -> Fleet:
    entries = [
        Entry(**{**entry, "options": tuple(entry["options"]), "set_up": tuple(entry["set_up"])})
        for entry in facts["entries"]
    ]
    pulls = {**facts["pulls"], **{name: tuple(facts["pulls"][name]) for name in ("labels", "reviewers")}}
    hosts = tuple(Host(**host) for host in facts["hosts"])
    return Fleet(tuple(entries), Terms(**facts["terms"]), PullTerms(**pulls), hosts)
