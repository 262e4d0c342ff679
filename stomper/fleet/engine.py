"""What a fleet needs of whatever works on its repositories."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from stomper.fleet.folder import FleetFolder
from stomper.fleet.model import Entry
from stomper.fleet.prepare import Ready
from stomper.fleet.purse import Allowance
from stomper.fleet.result import Result


@dataclass(frozen=True, slots=True)
class Done:
    """A repository that is no longer worked on. Without a result it was stopped, and can be taken up again."""

    entry: Entry
    result: Result | None


class Hand(Protocol):
    """Fixes one repository at a time for each thread that calls it."""

    @property
    def folder(self) -> FleetFolder: ...

    @property
    def stop(self) -> Callable[[], int]:
        """Give the number of requests to stop."""
        ...

    def fix(self, ready: Ready, share: int, allowed: Allowance) -> Result | None:
        """Fix one repository, `share` files at once. None if that was stopped, and can be taken up again."""
        ...


class Engine(Protocol):
    """Works on repositories, several at once."""

    peak: int
    """The most repositories that were worked on at one moment."""

    def work(self, entries: Sequence[Entry]) -> Iterator[Done]:
        """Work on repositories, and give each as soon as it is done.

        One that fails, hangs or asks for something holds no other. Ends early, without the rest, once it is asked to
        stop, or a budget is used up. Whatever is begun and finished is in the fleet's journal before it is given.
        """
        ...
