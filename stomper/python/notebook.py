"""The code of a Jupyter notebook as one Python text."""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from stomper.python.decode import CannotReadError
from stomper.python.notebook_cells import Cell, Notebook, read_notebook
from stomper.python.notebook_splice import with_sources

# What IPython reads and Python does not: magics, the shell, help. Such a line is a statement of its own, and goes on
# where a backslash ends it.
REST = r"(?:[^\n\\]|\\\n|\\)*"
MAGIC = re.compile(
    rf"^(?P<indent>[ \t]*)(?P<magic>[%!?]{REST}|[\w.]+\?\??[ \t]*|[\w., ]+=[ \t]*[%!]{REST})$", re.MULTILINE
)
WORD = re.compile(r"\w+")
# Of cell magics these leave the cell Python; ruff knows the same ones.
OTHER_LANGUAGE = re.compile(r"\s*%%(?!(?:capture|debug|ipytest|prun|pypy|python3?|time(?:it)?)\b)")


@dataclass(frozen=True, slots=True)
class CellText:
    """The `text` of the code cells of a notebook, and the notebook with another text of as many lines."""

    data: bytes
    text: str

    def encode(self, text: str) -> bytes:
        """The notebook with another text. Raises CannotReadError for one that changes what is no Python."""
        old, new, at = self.text.split("\n"), text.split("\n"), 0
        if len(old) != len(new):
            raise CannotReadError("it has other lines")
        sources = {}
        for cell in python_cells(read_notebook(self.data)):
            lines = cell.source.split("\n")
            here = range(at, at + len(lines))
            if any(old[n] not in (new[n], line) for n, line in zip(here, lines, strict=True)):
                raise CannotReadError("the line of a magic is changed")
            sources[cell.number] = "\n".join(
                line if old[n] == new[n] else new[n] for n, line in zip(here, lines, strict=True)
            )
            at = here.stop
        return with_sources(self.data, sources)


def read_cells(data: bytes) -> CellText:
    """Read the code of a notebook to write it anew. Raises CannotReadError for what is none, or has other line ends."""
    text = cells(data)
    if "\r" in text:
        raise CannotReadError("its line ends are mixed")
    return CellText(data, text)


def cells(data: bytes) -> str:
    """The code cells of a notebook one after the other; '' for no bytes. Raises CannotReadError for what is none."""
    return "\n".join(map(_python, python_cells(read_notebook(data)))) if data else ""


def python_cells(notebook: Notebook) -> Iterator[Cell]:
    """Give the cells that are Python, with magics or without."""
    return (cell for cell in notebook.cells if not OTHER_LANGUAGE.match(cell.source))


def line_in_cells(notebook: Notebook, number: int, line: int) -> int:
    """Give the line in the text of `cells` of a line of the cell with a number; 1 for one that is not in it."""
    before = 0
    for cell in python_cells(notebook):
        if cell.number == number:
            return before + line
        before += cell.source.count("\n") + 1
    return 1


def no_python(notebook: Notebook) -> tuple[str, ...]:
    """Give all of a notebook that is not Python: what is around the sources, other languages, and magics."""
    return (*notebook.frame(), *(text for cell in notebook.cells for text in _magics(cell)))


def magic_words(notebook: Notebook) -> frozenset[str]:
    """Give the words of all that IPython alone reads: names of the program may be among them."""
    return frozenset(word for cell in notebook.cells for text in _magics(cell) for word in WORD.findall(text))


def _magics(cell: Cell) -> list[str]:
    if OTHER_LANGUAGE.match(cell.source):
        return [cell.source]
    return [found["magic"] for found in MAGIC.finditer(cell.source)] if _has_magics(cell) else []


def _has_magics(cell: Cell) -> bool:
    """Say whether a cell is no Python without IPython: a line that begins with `%` may go on with the one before."""
    return MAGIC.search(cell.source) is not None and not _is_python(cell.source)


def _python(cell: Cell) -> str:
    """The source of a cell without magics; each line of one is a line still."""
    if not _has_magics(cell):
        return cell.source
    return MAGIC.sub(lambda found: f"{found['indent']}pass{_line_ends(found['magic'])}", cell.source)


def _is_python(source: str) -> bool:
    """Say whether this Python parses a source: another one need not be asked."""
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _line_ends(magic: str) -> str:
    return "\n" * magic.count("\n")
