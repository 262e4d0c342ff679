"""Write new code into the cells of a notebook, and leave each other byte of it as it is."""

import json
import re
from collections.abc import Mapping

from stomper.python.decode import CannotReadError
from stomper.python.notebook_cells import Cell, Notebook, dumped, read_notebook

RAW_LINE = re.compile(r"(?:[^\\]|\\[^n])*(?:\\n)?", re.DOTALL)


def with_sources(data: bytes, sources: Mapping[int, str]) -> bytes:
    """The notebook with other sources of some cells, by the cells' numbers. Raises CannotReadError if it is none.

    Lines that are not new keep the way in which they are written, new ones are written as those around them.
    """
    notebook, pieces, at = read_notebook(data), list[str](), 0
    for cell in notebook.cells:
        new = sources.get(cell.number, cell.source)
        if new != cell.source:
            pieces += [notebook.text[at : cell.span[0]], _written(notebook, cell, new)]
            at = cell.span[1]
    return data if not at else "".join([*pieces, notebook.text[at:]]).encode()


def with_cells_of(data: bytes, other: bytes) -> bytes:
    """The notebook with the sources of `other`, which has the same cells written in any way.

    Raises CannotReadError if one of both is no notebook, or their cells are not the same.
    """
    mine, others = read_notebook(data).cells, read_notebook(other).cells
    if [cell.number for cell in mine] != [cell.number for cell in others]:
        raise CannotReadError("its cells are not those that it had")
    return with_sources(data, {cell.number: cell.source for cell in others})


def lines_of_source(source: str) -> list[str]:
    """The lines of a source, each with its end: the strings that a notebook has it in."""
    lines = source.split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *filter(None, lines[-1:])]


def _written(notebook: Notebook, cell: Cell, source: str) -> str:
    """Give the JSON of a cell's new source."""
    text, ascii_only = notebook.text, notebook.text.isascii()
    first, last = cell.span
    old = {json.loads(f'"{raw}"'): raw for start, end in cell.strings for raw in _raw_lines(text[start + 1 : end - 1])}
    lines = [old.get(line) or dumped(line, ascii_only)[1:-1] for line in lines_of_source(source)]
    if text[first] != "[":
        return f'"{"".join(lines)}"'
    lines = [f'"{line}"' for line in lines]
    if not lines or not cell.strings:
        return f"[{', '.join(lines)}]"
    opening, closing = text[first : cell.strings[0][0]], text[cell.strings[-1][1] : last]
    several = len(cell.strings) > 1
    gap = text[cell.strings[0][1] : cell.strings[1][0]] if several else f",{opening[1:] or ' '}"
    return f"{opening}{gap.join(lines)}{closing}"


def _raw_lines(raw: str) -> list[str]:
    """Divide the inside of a JSON string behind each line end, as it is written."""
    return [found[0] for found in RAW_LINE.finditer(raw) if found[0]]
