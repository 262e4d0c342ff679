"""A file's change in units, each of which can be dropped by itself, and its content by any of them. Pure."""

import functools
import itertools
import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from stomper.grades import Edit, Part
from stomper.text.line_edits import apply_edits, edits_between
from stomper.units.import_names import Names
from stomper.units.pieces import Pieces, pieces_of
from stomper.units.weave import CannotWeaveError, Weave, weave

FEWEST = 2
Formatted: TypeAlias = Callable[[bytes], bytes | None]
"""Formats a content as its file is laid out; gives None for one that cannot be."""
LayoutOf: TypeAlias = Callable[[str], Formatted]
"""Gives that for the file of a path."""


def as_it_is(content: bytes) -> bytes | None:
    """Leave a content as it is laid out."""
    return content


@dataclass(frozen=True, slots=True)
class Unit:
    """The edits, by number, that are dropped together: of the part number `part`. `size` is what they have fixed.

    `is_layout`: formatters made them of what the part had written. They fall with any of that which they need.
    """

    part: int
    edits: frozenset[int]
    size: int
    is_layout: bool = False


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
        """The parts that lead from the base to the content by the `kept` units; empty where nothing of one is kept.

        The last of which anything is kept leads to the file as it is laid out then.
        """
        before, found, content = set[int](), list[Part](), self.weave.content(())
        last, written = 0, content
        for number, part in enumerate(self.parts):
            edits, layout = (self._layer(number, is_layout, kept, before) for is_layout in (False, True))
            found.append(replace(part, edits=edits, layout=layout))
            if edits:
                last, written = number, apply_edits(content, edits)
            content = apply_edits(apply_edits(content, edits), layout)
        found[last] = replace(found[last], layout=edits_between(written, self.content(kept)))
        return tuple(found)

    def _layer(self, part: int, is_layout: bool, kept: Collection[int], before: set[int]) -> tuple[Edit, ...]:
        """The edits of a part, or of its layout, that are among the `kept` units; they are `before` the next layer."""
        mine = sorted(self._edits(one for one in kept if self._is_of(one, part, is_layout)))
        edits = self.weave.edits(before, mine)
        before.update(mine)
        return edits

    def _is_of(self, unit: int, part: int, is_layout: bool) -> bool:
        return self.units[unit].part == part and self.units[unit].is_layout is is_layout

    def _edits(self, units: Iterable[int]) -> frozenset[int]:
        return frozenset(edit for unit in units for edit in self.units[unit].edits)


def divide(
    path: str, base: bytes, parts: Sequence[Part], landed: bytes, formatted: Formatted = as_it_is
) -> Division | None:
    """Divide a file's change. None if its parts do not lead from the base to what landed, or are a single unit.

    What is made of any of its units is `formatted`.
    """
    try:
        if weave(base, _layers(parts)).content(range(sum(map(len, _layers(parts))))) != landed:
            return None
        pieces = pieces_of(path, base, parts)
        fine = [replace(part, edits=piece.edits) for part, piece in zip(parts, pieces, strict=True)]
        woven = weave(base, _layers(fine))
    except CannotWeaveError:
        return None
    drafts = [draft for number, part in enumerate(fine) for draft in _drafts(number, part, pieces[number])]
    if sum(not draft.is_layout for draft in drafts) < FEWEST:
        return None
    return Division(tuple(fine), woven, _units(fine, drafts), _needs(fine, woven, pieces, drafts), formatted)


def _layers(parts: Sequence[Part]) -> list[Sequence[Edit]]:
    """The edits of each part, and then those of its layout."""
    return [edits for part in parts for edits in (part.edits, part.layout)]


@dataclass(frozen=True, slots=True)
class Draft:
    """A unit whose edits, of a part or of its layout, are counted within that."""

    part: int
    group: Sequence[int]
    is_layout: bool

    def edits(self, firsts: Sequence[int]) -> frozenset[int]:
        """The numbers of its edits through all layers, whose first edits are given."""
        first = firsts[2 * self.part + self.is_layout]
        return frozenset(first + edit for edit in self.group)


def _drafts(number: int, part: Part, pieces: Pieces) -> list[Draft]:
    """The units of one part: its groups if it is divisible, else all of it; and each edit of its layout."""
    groups = pieces.groups if part.divisible else [list(range(len(part.edits)))]
    own = [Draft(number, group, is_layout=False) for group in groups if group]
    return own + [Draft(number, [edit], is_layout=True) for edit in range(len(part.layout))]


def _units(parts: Sequence[Part], drafts: Sequence[Draft]) -> tuple[Unit, ...]:
    firsts = _firsts(parts)
    return tuple(Unit(one.part, one.edits(firsts), _size(parts[one.part], one), one.is_layout) for one in drafts)


def _firsts(parts: Sequence[Part]) -> list[int]:
    return list(itertools.accumulate(map(len, _layers(parts)), initial=0))


def _needs(
    parts: Sequence[Part], woven: Weave, pieces: Sequence[Pieces], drafts: Sequence[Draft]
) -> tuple[frozenset[int], ...]:
    """Give what each unit needs. Layout that needs nothing of its own part is taken to need all of that."""
    firsts = _firsts(parts)
    edits = [draft.edits(firsts) for draft in drafts]
    owners = {edit: number for number, mine in enumerate(edits) for edit in mine}
    names = [_names(draft, pieces) for draft in drafts]
    found = []
    for number, draft in enumerate(drafts):
        needs = {owners[need] for edit in edits[number] for need in woven.needs[edit]} - {number}
        needs |= {earlier for earlier in _likely(names, number) if names[number].needs(names[earlier])}
        own = {n for n, other in enumerate(drafts) if other.part == draft.part and not other.is_layout}
        found.append(frozenset(needs | own if draft.is_layout and not needs & own else needs))
    return tuple(found)


def _names(draft: Draft, pieces: Sequence[Pieces]) -> Names:
    """The names of a unit. Layout has none: it is made anew for any content."""
    if draft.is_layout:
        return Names()
    return functools.reduce(Names.with_, (pieces[draft.part].names[edit] for edit in draft.group))


def _likely(names: Sequence[Names], number: int) -> list[int]:
    """The earlier units that one may need by its names."""
    return [earlier for earlier in range(number) if names[number].taken or names[earlier].brought]


def _size(part: Part, draft: Draft) -> int:
    """The number of diagnostics that some edits of a part have fixed; where it has several units, about as many."""
    fixed = sum(count for _, _, count in part.codes)
    return 0 if draft.is_layout else math.ceil(fixed * len(draft.group) / len(part.edits))


def prefix(length: int) -> frozenset[int]:
    """The first units."""
    return frozenset(range(length))
