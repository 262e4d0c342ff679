"""Notebooks that a tool writes anew as a whole: its code is taken over, and all else stays byte for byte as it was."""

from collections.abc import Callable

from stomper.fixers.base import FixReply, FixRequest
from stomper.python import CannotReadError, with_cells_of

ONLY = "notebooks are changed by ruff, suppress and commands of yours only"


def kept_notebook(request: FixRequest, fix: Callable[[FixRequest], FixReply]) -> FixReply:
    """Let a fixer work on a notebook, and keep of what it wrote the code of the cells."""
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
