"""What one repository of a fleet has to offer: a commit, from which folder, to which branch of which forge."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stomper.errors import StomperError
from stomper.fleet.addresses import is_address
from stomper.fleet.call import REPORT
from stomper.fleet.folder import FleetFolder
from stomper.fleet.model import Entry
from stomper.fleet.read_report import read_report
from stomper.fleet.result import Result, State
from stomper.forges.hosts import place_of
from stomper.forges.model import ForgeError, Host, Place
from stomper.git.mirrors import origin_of
from stomper.git.pushes import runs_between
from stomper.git.repository import open_repository
from stomper.journal.find_run import own_runs

OFFERED = frozenset[State]({"fixed", "partial", "clean", "unchanged"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A repository with its result: `address` is where git pushes to, `place` what its forge calls it."""

    entry: Entry
    result: Result
    report: Mapping[str, Any]
    top: Path
    address: str
    place: Place

    @property
    def key(self) -> str:
        """What the journal calls it, whatever the fleet does."""
        return f"{self.place.host.name}/{self.place.path}"

    def reports(self, base: str) -> list[Mapping[str, Any]]:
        """Give the reports of all runs whose commits are beyond `base`, that of this fleet first."""
        earlier = set(runs_between(self.top, base, self.result.head_commit)) - {self.result.run}
        return [self.report, *self._found(earlier)]

    def _found(self, runs: set[str]) -> Iterator[Mapping[str, Any]]:
        for run in reversed(own_runs(open_repository(self.top).state) if runs else []):
            if run.run in runs and run.exists and (report := run.read_report()) is not None:
                yield report


def why_nothing(result: Result | None, report: Mapping[str, Any] | None) -> str:
    """Say why a repository has nothing to offer; '' if it may have."""
    if result is None or result.pending:
        return "it was not worked on"
    if result.state not in OFFERED or not result.head_commit:
        return f"it is {result.state}{': ' + result.reason if result.reason else ''}"
    if report is None:
        return "the report of its run is gone"
    return "its run was a dry run" if report.get("ending", {}).get("would_fix") else ""


def report_in(folder: FleetFolder, name: str) -> dict[str, Any] | None:
    """Read the report of the run in one repository; None without one."""
    try:
        return read_report(folder.of(name) / REPORT)
    except StomperError:
        return None


def offer_of(entry: Entry, result: Result, report: Mapping[str, Any], hosts: Mapping[str, Host]) -> Offer:
    """Find where the result of a repository is to be pushed. Raises ForgeError if that is on no forge."""
    top = Path(result.top)
    address = address_of(entry, top)
    return Offer(entry, result, report, top, address, place_of(address, hosts))


def address_of(entry: Entry, top: Path) -> str:
    """Give the address of a repository: its source, or the origin of a checkout."""
    if is_address(entry.source):
        return entry.source
    origin = origin_of(top if top.is_dir() else Path(entry.source))
    if not is_address(origin):
        raise ForgeError("it is on no forge: its origin is no address")
    return origin
