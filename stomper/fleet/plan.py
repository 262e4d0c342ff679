"""Look ahead at a fleet: what each repository is at now, and which cannot be worked on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from stomper.errors import StomperError
from stomper.fleet.model import Entry, Fleet
from stomper.fleet.targets import Target, find_target
from stomper.text.printable import one_line

AT_ONCE = 8
LIMIT = 120.0  # seconds for a look at one repository


@dataclass(frozen=True, slots=True)
class Preview:
    """One repository: its branch and commit, or the `problem` with it."""

    entry: Entry
    target: Target | None = None
    problem: str = ""


def preview(fleet: Fleet) -> Iterator[Preview]:
    """Look at each repository, several at once; in their order. Nothing is fetched."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        yield from threads.map(_look, fleet.entries)


def _look(entry: Entry) -> Preview:
    if entry.skipped:
        return Preview(entry)
    try:
        return Preview(entry, find_target(entry, LIMIT))
    except (StomperError, OSError) as error:
        return Preview(entry, problem=one_line(str(error)))
