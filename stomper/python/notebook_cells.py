"""Where the code of a Jupyter notebook stands in its JSON: the rest of the file is not looked at closely."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from json.decoder import JSONDecoder
from typing import Any, NoReturn

from stomper.python.decode import CannotReadError

NOTEBOOK = ".ipynb"
BOM = "\ufeff"
DECODER = JSONDecoder()
BLANK = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell. `number` counts all cells from 1; `span` is the place of its source in the text of the notebook.

    `strings` are the places of the JSON strings that the source is made of, with their quotes: one for a source that
    is no list.
    """

    number: int
    source: str
    span: tuple[int, int]
    strings: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Notebook:
    """The text of a notebook, and its code cells."""

    text: str
    cells: tuple[Cell, ...]

    def frame(self) -> Iterator[str]:
        """The text without the sources of the code cells, in pieces: what no fix may change."""
        at = 0
        for cell in self.cells:
            yield self.text[at : cell.span[0]]
            at = cell.span[1]
        yield self.text[at:]


def is_notebook(path: str) -> bool:
    """Say whether a path is that of a notebook."""
    return path.endswith(NOTEBOOK)


@functools.lru_cache(maxsize=3)  # that of the base, and those before and after a fix are read several times
def read_notebook(data: bytes) -> Notebook:
    """Read a notebook of format 4. Raises CannotReadError for what is none."""
    return notebook_of(data)


def notebook_of(data: bytes) -> Notebook:
    """The same, of one that is not looked at again."""
    try:
        text = data.decode()
        scanner = _Scanner(text, len(BOM) if text.startswith(BOM) else 0)
        cells = tuple(_cells(scanner))
        for cell in cells:
            cell.source.encode()  # half of a character that JSON writes in two halves is none
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise CannotReadError("it is no notebook") from None
    return Notebook(text, cells)


def _cells(scanner: "_Scanner") -> Iterator[Cell]:
    found = False
    for key in scanner.members():
        if key != "cells":
            scanner.value()
            continue
        if found:
            _refuse()
        found = True
        for number, _ in enumerate(scanner.items(), 1):
            cell = _cell(scanner, number)
            if cell is not None:
                yield cell
    if not found or BLANK.fullmatch(scanner.text, scanner.at) is None:
        _refuse()


def _cell(scanner: "_Scanner", number: int) -> Cell | None:
    """Read the cell that begins where the scanner is; None for one that has no code."""
    kind, source = None, None
    for key in scanner.members():
        if key == "source" and source is None:
            source = _source(scanner, number)
        elif key == "cell_type" and kind is None:
            kind = scanner.value()
        elif key in ("source", "cell_type"):
            _refuse()  # readers differ on which of two counts
        else:
            scanner.value()
    if kind is None or source is None:
        _refuse()
    return source if kind == "code" else None


def _source(scanner: "_Scanner", number: int) -> Cell:
    start, strings, lines = scanner.at, list[tuple[int, int]](), list[str]()
    if scanner.next() == "[":
        for _ in scanner.items():
            lines.append(_string(scanner, strings))
    else:
        lines.append(_string(scanner, strings))
    return Cell(number, "".join(lines), (start, scanner.at), tuple(strings))


def _string(scanner: "_Scanner", strings: list[tuple[int, int]]) -> str:
    start, value = scanner.at, scanner.value()
    if not isinstance(value, str):
        _refuse()
    strings.append((start, scanner.at))
    return value


def _refuse() -> NoReturn:
    raise ValueError


class _Scanner:
    """A place in a JSON text, which moves on as it is read. Values are read by the decoder of `json`, at its speed."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self._skip()

    def next(self) -> str:
        """Give the character that comes next; IndexError at the end."""
        return self.text[self.at]

    def value(self) -> Any:
        """Read a whole value."""
        value, self.at = DECODER.raw_decode(self.text, self.at)
        return value

    def members(self) -> Iterator[str]:
        """Go through an object: after each key the caller reads the value."""
        for _ in self._parts("{", "}"):
            key = self.value()
            self._skip()
            self._take(":")
            yield key

    def items(self) -> Iterator[None]:
        """Go through a list: the caller reads each value."""
        yield from self._parts("[", "]")

    def _parts(self, first: str, last: str) -> Iterator[None]:
        self._take(first)
        if self.next() != last:
            yield
            self._skip()
            while self.next() == ",":
                self._take(",")
                yield
                self._skip()
        if self.next() != last:
            _refuse()
        self.at += 1

    def _take(self, sign: str) -> None:
        if self.next() != sign:
            _refuse()
        self.at += 1
        self._skip()

    def _skip(self) -> None:
        found = BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at
