"""Notebooks: the places of diagnostics in the code of the cells, and the code of what a tool has written anew."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from stomper.fixers.base import FixReply, FixRequest
from stomper.models import Diagnostic
from stomper.python import CannotReadError, CellPlaces, is_notebook, line_in_cells, read_notebook, with_cells_of

ONLY = "notebooks are changed by ruff, suppress and commands of yours only"


def kept_notebook(request: FixRequest, fix: Callable[[FixRequest], FixReply]) -> FixReply:
    """Let a fixer work on a notebook, and keep of what it wrote the code of the cells: all else stays byte for byte."""
    before = request.content()
    reply = fix(request)
    after = request.content()
    if after != before:
        try:
            request.file.write_bytes(with_cells_of(before, after))
        except CannotReadError as error:
            request.file.write_bytes(before)
            return FixReply(f"ruff: what it wrote cannot be taken over: {error}", reply.log)
    return reply


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
