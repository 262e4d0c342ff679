"""A file's change in units, each of which can be dropped by itself, and its content by any of them. Pure."""

import functools
import itertools
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from stomper.grades import Part
from stomper.text.line_edits import apply_edits, edits_between
from stomper.units.import_names import Names
from stomper.units.pieces import Pieces, pieces_of
from stomper.units.weave import CannotWeaveError, Weave, weave

FEWEST = 2
Formatted: TypeAlias = Callable[[bytes], bytes | None]
"""What formats a content as its file is laid out; None for one that cannot be."""
LayoutOf: TypeAlias = Callable[[str], Formatted]
"""Gives that for the file of a path."""


def as_it_is(content: bytes) -> bytes | None:
    """Leave a content as it is laid out."""
    return content


@dataclass(frozen=True, slots=True)
class Unit:
    """The edits, by number, that are dropped together: of the part number `part`. `size` is what they have fixed."""

    part: int
    edits: frozenset[int]
    size: int


@dataclass(frozen=True, slots=True)
class Division:
    """A file's change, made of `units` in order. A set of units by number says which of them are `kept`.

    Of each unit, `needs` has the earlier ones that it cannot be without. Each content of the file is `formatted`.
    """

    parts: tuple[Part, ...]
    weave: Weave
    units: tuple[Unit, ...]
    needs: tuple[frozenset[int], ...]
    formatted: Formatted = as_it_is

    def content(self, kept: Collection[int]) -> bytes:
        """The file by the `kept` units, formatted if it can be; what these need is among them."""
        woven = self.weave.content(self._edits(kept))
        content = self.formatted(woven)
        return woven if content is None else content

    def is_formatted(self, kept: Collection[int]) -> bool:
        """Say whether the file by the `kept` units can be formatted as it is to be."""
        return self.formatted(self.weave.content(self._edits(kept))) is not None

    def needed(self, unit: int) -> frozenset[int]:
        """A unit with all that it cannot be without: the units whose lines it changes, and so on."""
        found, pending = {unit}, [unit]
        while pending:
            for need in self.needs[pending.pop()] - found:
                found.add(need)
                pending.append(need)
        return frozenset(found)

    def fallen(self, unit: int) -> frozenset[int]:
        """A unit with all that cannot be without it."""
        found = {unit}
        for other in range(unit + 1, len(self.units)):
            if self.needs[other] & found:
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
        return self._leading_to(self.content(kept), found)

    def _leading_to(self, content: bytes, parts: Sequence[Part]) -> tuple[Part, ...]:
        """The parts, of which the last that changes anything also does what formatters do to all of them."""
        contents = list(itertools.accumulate((p.edits for p in parts), apply_edits, initial=self.weave.content(())))
        last = max((number for number, part in enumerate(parts) if part.edits), default=None)
        if last is None or contents[-1] == content:
            return tuple(parts)
        return (*parts[:last], replace(parts[last], edits=edits_between(contents[last], content)), *parts[last + 1 :])

    def _edits(self, units: Collection[int]) -> frozenset[int]:
        return frozenset(edit for unit in units for edit in self.units[unit].edits)


def divide(
    path: str, base: bytes, parts: Sequence[Part], landed: bytes, formatted: Formatted = as_it_is
) -> Division | None:
    """Divide a file's change. None if its parts do not lead from the base to what landed, or are a single unit.

    What is made of any of its units is `formatted`.
    """
    try:
        woven = weave(base, [part.edits for part in parts])
        if woven.content(range(sum(len(part.edits) for part in parts))) != landed:
            return None
        pieces = pieces_of(path, base, parts)
        fine = [replace(part, edits=piece.edits) for part, piece in zip(parts, pieces, strict=True)]
        woven = weave(base, [part.edits for part in fine])
    except CannotWeaveError:
        return None
    drafts = [draft for number, part in enumerate(fine) for draft in _drafts(number, part, pieces[number])]
    return _division(fine, woven, pieces, drafts, formatted) if len(drafts) >= FEWEST else None


def _drafts(number: int, part: Part, pieces: Pieces) -> list[tuple[int, list[int]]]:
    """The units of one part, with their edits counted within it: its groups if it is divisible, else all of it."""
    groups = pieces.groups if part.divisible else [list(range(len(part.edits)))]
    return [(number, group) for group in groups if group]


def _division(
    parts: Sequence[Part],
    woven: Weave,
    pieces: Sequence[Pieces],
    drafts: Sequence[tuple[int, list[int]]],
    formatted: Formatted,
) -> Division:
    firsts = list(itertools.accumulate((len(part.edits) for part in parts), initial=0))
    units = tuple(
        Unit(part, frozenset(firsts[part] + edit for edit in group), _size(parts[part], len(group)))
        for part, group in drafts
    )
    owners = {edit: number for number, unit in enumerate(units) for edit in unit.edits}
    names = [functools.reduce(Names.with_, (pieces[part].names[edit] for edit in group)) for part, group in drafts]
    needs = [
        {owners[need] for edit in unit.edits for need in woven.needs[edit]} - {number}
        | {earlier for earlier in _likely(names, number) if names[number].needs(names[earlier])}
        for number, unit in enumerate(units)
    ]
    return Division(tuple(parts), woven, units, tuple(map(frozenset, needs)), formatted)


def _likely(names: Sequence[Names], number: int) -> list[int]:
    """The earlier units that one may need by its names."""
    return [earlier for earlier in range(number) if names[number].taken or names[earlier].brought]


def _size(part: Part, edits: int) -> int:
    """The number of diagnostics that some edits of a part have fixed; where it has several units, about as many."""
    fixed = sum(count for _, _, count in part.codes)
    return math.ceil(fixed * edits / len(part.edits))


def prefix(length: int) -> frozenset[int]:
    """The first units."""
    return frozenset(range(length))
