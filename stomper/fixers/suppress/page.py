"""A file as `suppress` sees it: a text of lines that can have comments. A notebook is the code of its cells."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from stomper.fixers.notebooks import in_cells
from stomper.fixers.ruff_text import Row, RuffText
from stomper.models import Diagnostic
from stomper.python import CellText, is_notebook, line_in_cells, read_cells, read_notebook
from stomper.python.source_file import Content, read_content


class Written(Protocol):
    """A text, and the bytes of another one that is written as it is."""

    @property
    def text(self) -> str: ...

    def encode(self, text: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Page:
    """The file at `path`, of the bytes `data`, as it is `written`."""

    path: str
    data: bytes
    written: Written

    @property
    def text(self) -> str:
        return self.written.text

    def encode(self, text: str) -> bytes:
        """The bytes of another text. Raises UnicodeEncodeError, and CannotReadError for what cannot be written."""
        return self.written.encode(text)

    def is_written_as(self, other: "Page") -> bool:
        """Say whether another page is written in the same way. How a notebook is, a guard of its own looks at."""
        mine, others = self.written, other.written
        if not isinstance(mine, Content) or not isinstance(others, Content):
            return isinstance(mine, CellText) and isinstance(others, CellText)
        return (mine.encoding, mine.bom, mine.newline) == (others.encoding, others.bom, others.newline)

    def places(self, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Diagnostics of the file with their lines in the text."""
        return in_cells(self.path, self.data, found)

    def said(self, ruff: RuffText, text: str) -> list[Row]:
        """Give ruff's rows about another text, with lines in that. Raises ToolError."""
        if not isinstance(self.written, CellText):
            return ruff.check(text)
        data = self.encode(text)
        return [_in_cells(data, row) for row in ruff.check(data.decode())]


def read_page(path: str, data: bytes) -> Page:
    """Read a file. Raises CannotReadError for what is no Python, or could not be written as it was."""
    return Page(path, data, read_cells(data) if is_notebook(path) else read_content(data))


def _in_cells(data: bytes, row: Row) -> Row:
    """Give a row about a cell of a notebook as one about the text of all cells."""
    notebook, cell = read_notebook(data), row["cell"]

    def moved(line: int) -> int:
        return line_in_cells(notebook, int(cell), line)

    place: dict[str, Any] = {**row["location"], "row": moved(row["location"]["row"])}
    return {**row, "location": place, "noqa_row": None if row["noqa_row"] is None else moved(row["noqa_row"])}
