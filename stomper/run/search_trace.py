"""What the searches for what makes the result red have asked and found: for the report, and nothing hangs on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Probe:
    """A question: is the row red with its first `count` files, or, of the file at `path`, with its first parts?

    `alone`: without what is before them in the row.
    """

    count: int
    red: bool
    path: str = ""
    alone: bool = False

    def facts(self) -> dict[str, Any]:
        """Give the keys of the report."""
        place = {"path": self.path, "parts": self.count} if self.path else {"files": self.count}
        return {**place, "red": self.red, **({"alone": True} if self.alone else {})}


@dataclass(slots=True)
class Search:
    """A search in a row of so many `files` for what is `broken`; it ends at a `path`, and `lines` if it is a part.

    `partner` is the path of what that needs to be red.
    """

    broken: tuple[str, ...]
    files: int
    probes: list[Probe] = field(default_factory=list)
    path: str = ""
    lines: tuple[int, ...] = ()
    partner: str = ""

    def facts(self) -> dict[str, Any]:
        """Give the keys of the report; one that was broken off has no `path`."""
        probes = [probe.facts() for probe in self.probes]
        return {**self.end_facts(), "files": self.files, "probes": probes}

    def end_facts(self) -> dict[str, Any]:
        """Give what was found, for what is broken."""
        known: dict[str, Any] = {"path": self.path, "lines": list(self.lines), "partner": self.partner}
        found = {name: value for name, value in known.items() if value}
        return {"broken": list(self.broken[:MOST_NAMED]), **found}


@dataclass(slots=True)
class Trace:
    """The searches of a gate, the last one of them under way. `tell` hears of each step: its name, and its facts."""

    tell: Callable[[str, Mapping[str, Any]], None] = lambda _name, _facts: None
    searches: list[Search] = field(default_factory=list)

    def begin(self, broken: Sequence[str], files: int) -> None:
        """Begin a search in so many files."""
        self.searches.append(Search(tuple(broken), files))
        self.tell("search", {"broken": list(broken[:MOST_NAMED]), "files": files})

    def add(self, *probes: Probe) -> None:
        """Note what was asked."""
        if self.searches:
            self.searches[-1].probes += probes
        for probe in probes:
            self.tell("probe", probe.facts())

    def end(self, path: str, lines: Sequence[int], partner: str) -> None:
        """Note what was found."""
        found = self.searches[-1]
        found.path, found.lines, found.partner = path, tuple(lines), partner
        self.tell("dropped", found.end_facts())
