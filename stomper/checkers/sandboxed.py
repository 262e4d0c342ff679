"""A checker whose programs are started in a room: they look, and change nothing but what they look at."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from stomper.checkers.base import Checker, only_reads
from stomper.checkers.caches import own_place
from stomper.checkers.completeness import Look, Looking
from stomper.process import Room


@dataclass(frozen=True, slots=True)
class Kept(Looking):
    """A checker in a `room`. The user's own checkout `top`, where it looks at that, is not written to."""

    checker: Checker
    room: Room
    top: Path

    @property
    def name(self) -> str:
        return self.checker.name

    @property
    def only_reads(self) -> bool:
        return only_reads(self.checker)

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        with own_place(scratch) as place, self.entered(root, place):
            return self.checker.look(root, paths, place)

    def entered(self, root: Path, place: Path) -> AbstractContextManager[None]:
        """For as long as the `with` lasts, have programs that look at a checkout started in the room."""
        return self.room.entered(root, place, sealed=root == self.top)
