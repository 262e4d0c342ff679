"""Proof in notebooks: the places of their code, and what IPython reads of it that Python does not."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from stomper.models import Diagnostic
from stomper.python import CellPlaces, cells, is_notebook, line_in_cells, magic_words, read_notebook, read_tree


def in_cells(path: str, content: bytes, about: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Diagnostics of a notebook with their places in the text of its cells, on line 1 where they have none there.

    Those of another file are as they are. Raises CannotReadError.
    """
    return tuple(_in_cells(content, about)) if is_notebook(path) else tuple(about)


def _in_cells(content: bytes, about: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    notebook = read_notebook(content)
    places = CellPlaces(notebook)
    for found in about:
        place = places.in_cell(found.line, found.column)
        line, column = (line_in_cells(notebook, place[0].number, place[1]), place[2]) if place else (1, 1)
        yield replace(found, line=line, column=column)


def magic_reader(path: str, before: bytes, after: bytes) -> str:
    """Say which name is gone that a magic or a shell command of a notebook may read; '' if there is none.

    To ruff the import in a cell is unused if `%timeit` alone uses it. Raises CannotReadError.
    """
    if not is_notebook(path):
        return ""
    words = magic_words(read_notebook(before))
    gone = words & (_names(before) - _names(after)) if words else ()
    return f"a magic may read `{min(gone)}`" if gone else ""


def _names(content: bytes) -> set[str]:
    """The names in the code of a notebook, those of what is imported and defined among them."""
    found = set[str]()
    for node in ast.walk(read_tree(cells(content))):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
    return found
