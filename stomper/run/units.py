"""A file's change in units, each of which can be dropped by itself, and its content by any of them. Pure."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from stomper.grades import Part
from stomper.run.weave import CannotWeaveError, Weave, weave

FEWEST = 2


@dataclass(frozen=True, slots=True)
class Unit:
    """The edits, by number, that are dropped together: of the part number `part`. `size` is what they have fixed."""

    part: int
    edits: frozenset[int]
    size: int


@dataclass(frozen=True, slots=True)
class Division:
    """A file's change, made of `units` in order. A set of units by number says which of them are `kept`.

    `owners` are the units of the edits, by the number of each edit.
    """

    parts: tuple[Part, ...]
    weave: Weave
    units: tuple[Unit, ...]
    owners: tuple[int, ...]

    def content(self, kept: Collection[int]) -> bytes:
        """The file by the `kept` units; what these need is among them."""
        return self.weave.content(self._edits(kept))

    def needed(self, unit: int) -> frozenset[int]:
        """A unit with all that it cannot be without: the units whose lines it changes, and so on."""
        found, pending = {unit}, [unit]
        while pending:
            for need in self._needs(pending.pop()) - found:
                found.add(need)
                pending.append(need)
        return frozenset(found)

    def fallen(self, unit: int) -> frozenset[int]:
        """A unit with all that cannot be without it."""
        found = {unit}
        for other in range(unit + 1, len(self.units)):
            if self._needs(other) & found:
                found.add(other)
        return frozenset(found)

    def size(self, units: Collection[int]) -> int:
        """The number of diagnostics that units have fixed."""
        return sum(self.units[unit].size for unit in units)

    def lines(self, units: Collection[int]) -> tuple[int, ...]:
        """The lines of the base, counted from 1, that units change."""
        return self.weave.places(self._edits(units))

    def parts_with(self, kept: Collection[int]) -> tuple[Part, ...]:
        """The parts that lead from the base to the content by the `kept` units; empty where nothing of one is kept."""
        edits, before, found = self._edits(kept), set[int](), []
        for number, part in enumerate(self.parts):
            mine = sorted(edit for unit in self.units if unit.part == number for edit in unit.edits & edits)
            found.append(replace(part, edits=self.weave.edits(before, mine)))
            before |= set(mine)
        return tuple(found)

    def _edits(self, units: Collection[int]) -> frozenset[int]:
        return frozenset(edit for unit in units for edit in self.units[unit].edits)

    def _needs(self, unit: int) -> set[int]:
        """The units whose lines a unit changes. They are before it."""
        edits = {need for edit in self.units[unit].edits for need in self.weave.needs[edit]}
        return {self.owners[edit] for edit in edits} - {unit}


def divide(base: bytes, parts: Sequence[Part], landed: bytes) -> Division | None:
    """Divide a file's change. None if its parts do not lead from the base to what landed, or are a single unit."""
    try:
        woven = weave(base, [part.edits for part in parts])
    except CannotWeaveError:
        return None
    units: list[Unit] = []
    first = 0
    for number, part in enumerate(parts):
        edits = range(first, first := first + len(part.edits))
        units += _units_of(number, part, edits)
    if len(units) < FEWEST or woven.content(range(first)) != landed:
        return None
    owners = {edit: number for number, unit in enumerate(units) for edit in unit.edits}
    return Division(tuple(parts), woven, tuple(units), tuple(owners[edit] for edit in range(first)))


def _units_of(number: int, part: Part, edits: range) -> list[Unit]:
    """The units of one part: each of its edits if it is divisible, else all of them together."""
    fixed = sum(count for _, _, count in part.codes)
    if not part.divisible:
        return [Unit(number, frozenset(edits), fixed)] if edits else []
    return [Unit(number, frozenset({edit}), math.ceil(fixed / len(edits))) for edit in edits]


def prefix(length: int) -> frozenset[int]:
    """The first units."""
    return frozenset(range(length))
