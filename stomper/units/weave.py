"""All the lines that a file ever had in a row of edits, each with the edit that brought it and the one that took it.

So the content by any of the edits can be told, in their order or not. Pure.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from stomper.grades import Edit
from stomper.text.line_edits import BYTES, lines_of


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was brought by the edit `born` (None: the base has it), and taken away by `gone` (None: it stays)."""

    text: str
    born: int | None = None
    gone: int | None = None

    def is_in(self, kept: Collection[int]) -> bool:
        """Say whether the content by the `kept` edits has the line."""
        return (self.born is None or self.born in kept) and (self.gone is None or self.gone not in kept)


@dataclass(frozen=True, slots=True)
class Weave:
    """The lines of all contents in one order, and the edits that each edit `needs`: without them it has no place.

    Edits are counted from 0, through all layers.
    """

    lines: tuple[Line, ...]
    needs: tuple[frozenset[int], ...]

    def content(self, kept: Collection[int]) -> bytes:
        """The content by the `kept` edits; what these need is among them."""
        return "".join(line.text for line in self.lines if line.is_in(kept)).encode(BYTES)

    def edits(self, before: Collection[int], mine: Sequence[int]) -> tuple[Edit, ...]:
        """The edits `mine` of one layer, as they lead on from the content by the edits `before`."""
        first, taken, brought = dict[int, int](), dict.fromkeys(mine, 0), dict.fromkeys(mine, "")
        at = 0
        for line in self.lines:
            there = line.is_in(before)
            if there and line.gone in taken:
                first.setdefault(line.gone, at)
                taken[line.gone] += 1
            if line.born in taken:
                first.setdefault(line.born, at)
                brought[line.born] += line.text
            at += there
        return tuple(Edit(first[edit], first[edit] + taken[edit], brought[edit]) for edit in mine if edit in first)

    def places(self, edits: Collection[int]) -> tuple[int, ...]:
        """The lines of the base, counted from 1, that edits take away; if there are none, those behind which they add.

        What is added before the first line counts as line 1.
        """
        at, taken, beside = 0, set[int](), set[int]()
        for line in self.lines:
            at += line.born is None
            if line.gone in edits:
                (taken if line.born is None else beside).add(at)
            if line.born in edits:
                beside.add(at)
        return tuple(sorted(taken or {max(number, 1) for number in beside}))


class CannotWeaveError(ValueError):
    """Edits that are not in order, overlap, or are of lines that are not there."""


def weave(base: bytes, layers: Sequence[Sequence[Edit]]) -> Weave:
    """Weave the edits of all layers into the lines of a base; those of a layer are of the content that is before it.

    Raises CannotWeaveError.
    """
    lines = tuple(Line(text) for text in lines_of(base))
    needs: list[set[int]] = []
    for edits in layers:
        lines = _Layer(lines, needs).woven(edits)
    _end_lines(lines, needs)
    return Weave(lines, tuple(frozenset(edits) for edits in needs))


def _split(text: str) -> list[str]:
    """The lines of what an edit brings. Raises CannotWeaveError for what stands for no bytes."""
    try:
        return lines_of(text.encode(BYTES))
    except UnicodeEncodeError as error:
        raise CannotWeaveError("an edit has no bytes") from error


class _Layer:
    """One layer of edits: goes once through the lines, and notes in `needs` what each edit needs."""

    def __init__(self, lines: Sequence[Line], needs: list[set[int]]) -> None:
        self.lines, self.needs = lines, needs
        self.at = self.visible = 0
        self.done: list[Line] = []
        self.last: Line | None = None

    def woven(self, edits: Sequence[Edit]) -> tuple[Line, ...]:
        """The lines with the edits in them."""
        for edit in edits:
            if not self.visible <= edit.first <= edit.last:
                raise CannotWeaveError("edits are not in order")
            self._pass(edit.first)
            self._take(len(self.needs), edit)
        return (*self.done, *self.lines[self.at :])

    def _pass(self, first: int) -> None:
        """Go on to a line of the content that is before the layer."""
        while self.visible < first:
            self._next()

    def _next(self, gone: int | None = None) -> None:
        """Go over one line, which an edit may take away."""
        if self.at == len(self.lines):
            raise CannotWeaveError("an edit is behind the end")
        line = self.lines[self.at]
        self.at += 1
        if line.gone is None:
            self.visible, self.last = self.visible + 1, line
            line = Line(line.text, line.born, gone)
        self.done.append(line)

    def _take(self, number: int, edit: Edit) -> None:
        """Put an edit in. It needs those whose lines it takes away, and those that it stands in the middle of."""
        before = self.last
        hidden = self._skip_hidden()
        self.needs.append(set() if edit.first < edit.last else self._around(before, hidden))
        start = len(self.done)
        while self.visible < edit.last:
            self._next(number)
        for line in self.done[start:]:
            owner = line.born if line.gone == number else line.gone
            self.needs[number] |= {owner} - {None, number}  # type: ignore[arg-type]  # mypy keeps None in the set
        self.done += [Line(text, number) for text in _split(edit.lines)]

    def _skip_hidden(self) -> list[Line]:
        """Go over the lines that the content before the layer has not; give them."""
        start = len(self.done)
        while self.at < len(self.lines) and self.lines[self.at].gone is not None:
            self._next()
        return self.done[start:]

    def _around(self, before: Line | None, hidden: Sequence[Line]) -> set[int]:
        """The edits that something which is only added needs: whose lines are, or were, on both sides of it."""
        found = {line.gone for line in hidden}
        after = self.lines[self.at] if self.at < len(self.lines) else None
        if before is not None and after is not None and before.born == after.born:
            found.add(before.born)
        return {edit for edit in found if edit is not None}


def _end_lines(lines: Sequence[Line], needs: list[set[int]]) -> None:
    """Have what stands behind a line without an end need that this line is gone: nothing can be added to a line."""
    for place, line in enumerate(lines):
        if line.text.endswith("\n"):
            continue
        for later in lines[place + 1 :]:
            if line.born is not None and later.gone == line.born:
                continue  # they are never in one content
            if line.gone is None or later.born is None:
                raise CannotWeaveError("a line in the middle has no end")
            if later.born != line.gone:
                needs[later.born].add(line.gone)
