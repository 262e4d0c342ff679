"""Write new code into the cells of a notebook, and leave each other byte of it as it is."""

import json
import re
from collections.abc import Mapping

from stomper.python.decode import CannotReadError
from stomper.python.notebook_cells import BOM, Cell, Notebook, notebook_of, read_notebook

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
    mine, others = read_notebook(data).cells, notebook_of(other).cells
    if [cell.number for cell in mine] != [cell.number for cell in others]:
        raise CannotReadError("its cells are not those that it had")
    return with_sources(data, {cell.number: cell.source for cell in others})


def lines_of_source(source: str) -> list[str]:
    """The lines of a source, each with its end: the strings that a notebook has it in."""
    lines = source.split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *filter(None, lines[-1:])]


def _written(notebook: Notebook, cell: Cell, source: str) -> str:
    """Give the JSON of a cell's new source."""
    text, ascii_only = notebook.text, notebook.text.removeprefix(BOM).isascii()
    first, last = cell.span
    old = {json.loads(f'"{raw}"'): raw for start, end in cell.strings for raw in _raw_lines(text[start + 1 : end - 1])}
    lines = [old.get(line) or json.dumps(line, ensure_ascii=ascii_only)[1:-1] for line in lines_of_source(source)]
    if text[first] != "[":
        return f'"{"".join(lines)}"'
    written, gap = [f'"{line}"' for line in lines], _gap(notebook, cell)
    if not lines or not cell.strings:
        return f"[{gap.join(written)}]"
    opening, closing = text[first : cell.strings[0][0]], text[cell.strings[-1][1] : last]
    return f"{opening}{gap.join(written)}{closing}"


def _gap(notebook: Notebook, cell: Cell) -> str:
    """Give what stands between two lines of a source: in this cell, else in another one, else as it is likely."""
    text = notebook.text
    if several := next((one.strings for one in (cell, *notebook.cells) if len(one.strings) > 1), None):
        return text[several[0][1] : several[1][0]]
    opening = text[cell.span[0] + 1 : cell.strings[0][0]] if cell.strings else ""
    return f",{opening or ('' if text[cell.span[0] - 1] == ':' else ' ')}"


def _raw_lines(raw: str) -> list[str]:
    """Divide the inside of a JSON string behind each line end, as it is written."""
    return [found[0] for found in RAW_LINE.finditer(raw) if found[0]]
