"""Find places of a notebook's code in its file, and the other way round. All lines and columns count from 1."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from stomper.python.notebook_cells import Cell, Notebook

UNIT = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|[^\\]", re.DOTALL)
"""A character inside of a JSON string as it is written."""


@dataclass(frozen=True)
class CellPlaces:
    """The places of a notebook's code. What is asked for often is counted once."""

    notebook: Notebook
    _starts: dict[int, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        text, line, at = self.notebook.text, 1, 0
        for cell in self.notebook.cells:
            first = cell.span[0]
            line, at = line + text.count("\n", at, first), first
            self._starts[cell.number] = line, text.rfind("\n", 0, first) + 1

    def in_file(self, number: int, line: int, column: int) -> tuple[int, int]:
        """Give the line and column in the file of a place in the cell of a number; 1, 1 if there is no such cell."""
        cell = next((cell for cell in self.notebook.cells if cell.number == number), None)
        return (1, 1) if cell is None else self._of(cell, _written_at(self.notebook, cell, _offset(cell, line, column)))

    def in_cell(self, line: int, column: int) -> tuple[Cell, int, int] | None:
        """Give the cell at a place of the file, and the line and column in it; None for a place that is in no code."""
        for cell in self.notebook.cells:
            at = self._at(cell, line, column)
            if at is not None and cell.span[0] <= at < cell.span[1]:
                before = cell.source[: _read_at(self.notebook, cell, at)]
                return cell, before.count("\n") + 1, len(before) - before.rfind("\n")
        return None

    def _of(self, cell: Cell, at: int) -> tuple[int, int]:
        line, start = self._starts[cell.number]
        text = self.notebook.text
        return line + text.count("\n", cell.span[0], at), at - max(start, text.rfind("\n", 0, at) + 1) + 1

    def _at(self, cell: Cell, line: int, column: int) -> int | None:
        """Give the offset in the text of a place of the file that is on a line of a cell's source."""
        first, start = self._starts[cell.number]
        for _ in range(line - first):
            start = self.notebook.text.find("\n", start, cell.span[1]) + 1
            if not start:
                return None
        return start + column - 1 if line >= first else None


def _offset(cell: Cell, line: int, column: int) -> int:
    """Give the offset in a source of a place in it; that of its end for one behind it."""
    at = 0
    for _ in range(line - 1):
        end = cell.source.find("\n", at)
        if end < 0:
            return len(cell.source)
        at = end + 1
    return min(at + column - 1, len(cell.source))


def _written_at(notebook: Notebook, cell: Cell, offset: int) -> int:
    """Give the offset in the text of a character of a source."""
    left = offset
    for number, (start, end) in enumerate(cell.strings):
        units = list(_units(notebook, start, end))
        if left < len(units) or number == len(cell.strings) - 1:
            return start + 1 + sum(units[:left])
        left -= len(units)
    return cell.span[0]


def _read_at(notebook: Notebook, cell: Cell, at: int) -> int:
    """Give the offset in a source of the character that is written at an offset of the text."""
    before = 0
    for start, end in cell.strings:
        ends = list(accumulate(_units(notebook, start, end)))
        if at < end:
            return before + bisect_right(ends, max(at - start - 1, 0))
        before += len(ends)
    return before


def _units(notebook: Notebook, start: int, end: int) -> Iterator[int]:
    """Give how long each character of a string is as it is written."""
    return (len(found[0]) for found in UNIT.finditer(notebook.text, start + 1, end - 1))
