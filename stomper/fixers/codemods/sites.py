"""LibCST for codemods: transformers that change the nodes at the places of diagnostics, and nothing else.

Only the statements of a module that diagnostics are in are parsed and written anew: LibCST takes a second for a
few thousand lines, and what it does not see stays as it was.
"""

import ast
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider

from stomper.fixers.codemods.base import Source
from stomper.models import Diagnostic
from stomper.python import parse_module, read_tree


class SiteTransformer(cst.CSTTransformer):
    """Knows which nodes the diagnostics are about."""

    METADATA_DEPENDENCIES: ClassVar = (PositionProvider,)

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        super().__init__()
        self.places = {(d.line, d.column): d for d in diagnostics}

    def place(self, node: cst.CSTNode) -> tuple[int, int]:
        """Line and column of an original node, counted from 1."""
        start = self.get_metadata(PositionProvider, node).start
        return start.line, start.column + 1

    def lines(self, node: cst.CSTNode) -> range:
        """The lines that an original node covers."""
        found = self.get_metadata(PositionProvider, node)
        return range(found.start.line, found.end.line + 1)

    def site(self, node: cst.CSTNode) -> Diagnostic | None:
        """The diagnostic that begins where this original node does."""
        return self.places.get(self.place(node))


Make = Callable[[Sequence[Diagnostic]], SiteTransformer]


MakeAt = Callable[[Sequence[Diagnostic], int], SiteTransformer]


def transform(source: Source, diagnostics: Sequence[Diagnostic], make: Make) -> str | None:
    """The text with its statements of level 0 that diagnostics are in as the transformer leaves them.

    A transformer is made for each of these statements, with its diagnostics, their lines counted from its
    first one. None if nothing changes. Raises for text that does not parse.
    """
    return transform_at(source, diagnostics, lambda mine, _: make(mine))


def transform_at(source: Source, diagnostics: Sequence[Diagnostic], make: MakeAt) -> str | None:
    """As `transform`, for a transformer that is also told how many lines of the file are above its statement."""
    lines, ordered = source.lines, sorted(diagnostics, key=_line)
    for part, old in statements(source.text, {d.line for d in diagnostics}):
        within = ordered[bisect_left(ordered, part.start, key=_line) : bisect_left(ordered, part.stop, key=_line)]
        mine = [replace(d, line=d.line - part.start + 1) for d in within]
        # The tree was just parsed and is nobody else's: no need for the copy.
        new = MetadataWrapper(parse_module(old), unsafe_skip_copy=True).visit(make(mine, part.start - 1)).code
        if new != old:
            lines[part.start - 1 : part.stop - 1] = new.removesuffix("\n").split("\n")
    text = "\n".join(lines)
    return text if text != source.text else None


def statements(text: str, wanted: Iterable[int]) -> list[tuple[range, str]]:
    """The statements of level 0 that these lines are in, the last one first: their lines and their text."""
    lines, numbers = text.split("\n"), sorted(wanted)
    parts = [part for part in parts_of(text) if bisect_left(numbers, part.start) < bisect_left(numbers, part.stop)]
    return [(part, "\n".join(lines[part.start - 1 : part.stop - 1]) + "\n") for part in reversed(parts)]


def _line(found: Diagnostic) -> int:
    return found.line


def parts_of(text: str) -> list[range]:
    """The lines of each statement of level 0, of those that share a line together."""
    parts: list[range] = []
    for node in read_tree(text).body:
        decorators = (
            node.decorator_list if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) else ()
        )
        first = min([node.lineno, *(d.lineno for d in decorators)])
        last = node.end_lineno or node.lineno
        if parts and first < parts[-1].stop:
            first = parts.pop().start
        parts.append(range(first, last + 1))
    return parts


def names_in(node: cst.CSTNode) -> frozenset[str]:
    """Every name that stands anywhere in a node, attributes' included."""
    return frozenset(name.value for name in m.findall(node, m.Name()) if isinstance(name, cst.Name))
