"""The program that a checker keeps from one look to the next, one for each process of ours; its end is seen to here."""

import multiprocessing.util
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomper.process.service import Service

MOST_FAILURES = 3
SHOWN = 200  # characters of a reason


@dataclass(slots=True)
class Keeper:
    """The program, the `start` that it had, the checkout it is in, and why it was not asked.

    `refused` are folders in which it cannot stay, `doubted` files of which it has said something else than a new one.
    """

    service: "Service | None" = None
    start: object = None
    root: Path | None = None
    failures: int = 0
    refused: set[Path] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def asks(self, folder: Path, paths: Collection[str]) -> bool:
        """Say whether it is worth to ask about files below a folder."""
        return self.failures < MOST_FAILURES and folder not in self.refused and self.doubted.isdisjoint(paths)

    def begin(self, start: object, root: Path, make: Callable[[], "Service"]) -> "Service":
        """Have one that was started so, in the place of the one before."""
        self.end()
        self.service, self.start, self.root = make(), start, root
        return self.service

    def doubt(self, paths: Iterable[str]) -> None:
        """Do not ask it about these files any more: a new one said something else of them."""
        self.doubted.update(paths)
        self.note(f"it has said something else of {', '.join(sorted(paths))}")
        self.end()

    def fail(self, why: str) -> None:
        self.failures += 1
        self.note(why)
        self.end()

    def note(self, why: str) -> None:
        self.notes.append(f"mypy is started anew: {why[:SHOWN]}")

    def end(self) -> None:
        service, self.service, self.start, self.root = self.service, None, None, None
        if service is not None:
            service.end()


KEEPER = Keeper()
multiprocessing.util.Finalize(None, KEEPER.end, exitpriority=100)


def end_staying(root: Path | None = None) -> None:
    """End the program that is kept, and forget what is known of it; with a checkout `root` only end one in there."""
    if root is None:
        KEEPER.end()
        KEEPER.refused.clear()
        KEEPER.doubted.clear()
        KEEPER.failures = 0
    elif KEEPER.root == root:
        KEEPER.end()


def taken_notes() -> tuple[str, ...]:
    """The reasons why none was asked, since the last call of this."""
    notes, KEEPER.notes = tuple(KEEPER.notes), []
    return notes
