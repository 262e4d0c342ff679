"""A record of issues on a forge: one for each repository, made when the work on it begins, closed with the result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from stomper.errors import UsageError
from stomper.fleet.tracking.journal import TrackJournal
from stomper.fleet.tracking.model import Task
from stomper.fleet.tracking.words import body_of, mark_of, title_of
from stomper.forges.hosts import place_of
from stomper.forges.issues import KINDS, Issues
from stomper.forges.model import ForgeError, Host, Kind, Place
from stomper.forges.open_forge import open_forge


@dataclass(slots=True)
class IssueTracker:
    """Issues on forges of one kind: in one repository, `place`, or without one in each that is worked on."""

    kind: Kind
    place: Place | None
    hosts: Mapping[str, Host]
    journal: TrackJournal
    stop: Callable[[], object]
    note: Callable[[str], None]
    _open: dict[str, Issues] = field(default_factory=dict)

    def tell(self, task: Task) -> None:
        """Make or write the issue of a repository (see `Tracker`)."""
        place = self._place(task)
        issues = self._issues(place.host)
        number = self.journal.issues.get(task.name) or self._found(issues, place, task)
        if not number:
            self.journal.making(task.name)
            number = issues.create(place, title_of(task), body_of(task)).number
            self.journal.made(task.name, number)
            if task.result is None:
                return
        issues.write(place, number, title_of(task), body_of(task), is_open=task.result is None)

    def close(self) -> None:
        for issues in self._open.values():
            issues.client.close()

    def _place(self, task: Task) -> Place:
        """Raises ForgeError where a repository is not on a forge of this kind."""
        place = self.place or place_of(task.address, self.hosts)
        if place.host.kind != self.kind:
            raise ForgeError(f"{place.host.name} is not {self.kind}")
        return place

    def _issues(self, host: Host) -> Issues:
        if host.name not in self._open:
            self._open[host.name] = Issues(open_forge(host, self.stop, self.note).client)
        return self._open[host.name]

    def _found(self, issues: Issues, place: Place, task: Task) -> int:
        """Look for one that was made just before something ended us; 0 if there is none."""
        if task.name not in self.journal.half:
            return 0
        mark = mark_of(task)
        found = issues.find(place, lambda body: mark in body)
        if found is None:
            return 0
        self.journal.made(task.name, found.number)
        return found.number


def require_kind(kind: str) -> Kind:
    """Raises UsageError for a forge on which no issues are made."""
    if found := next((one for one in KINDS if one == kind), None):
        return found
    raise UsageError(f"there are no issues of {kind} to make", f"Known: {', '.join(KINDS)}, command")
