"""The base of the conversion from LibCST's tree: places, and a method for each class of node."""

import ast
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import libcst as cst

from stomper.python.decode import CannotReadError

Found: TypeAlias = Any
"""A node of LibCST's, of the class that the method is named after."""


class Conversion:
    """Makes nodes of `ast` from those of one module. `places` are LibCST's places of its nodes."""

    def __init__(self, module: cst.Module, places: Any) -> None:
        self.module, self.places = module, places

    def one(self, node: Found) -> Any:
        """A node with its place; None for None."""
        if node is None:
            return None
        name = type(node).__name__
        make: Callable[[Found], Any] | None = getattr(self, name, None)
        if make is None:
            raise CannotReadError(f"it has syntax that is not known: {name}")
        return self.placed(make(node), node)

    def placed(self, made: Any, node: Found) -> Any:
        found = self.places.get(node)
        if found is not None and not hasattr(made, "lineno"):
            made.lineno, made.col_offset = found.start.line, found.start.column
            made.end_lineno, made.end_col_offset = found.end.line, found.end.column
        return made

    def all(self, found: Sequence[Found]) -> list[Any]:
        return [self.one(node) for node in found]

    def stored(self, node: Found, context: Callable[[], Any] = ast.Store) -> Any:
        """A node that is given a value, or deleted."""
        made = self.one(node)
        pending = [made]
        while pending:
            part = pending.pop()
            if hasattr(part, "ctx"):
                part.ctx = context()
            if isinstance(part, ast.Tuple | ast.List):
                pending += part.elts
            elif isinstance(part, ast.Starred):
                pending.append(part.value)
        return made
