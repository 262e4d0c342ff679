"""Choose the lines of a big file to show: those around its diagnostics, and the heads around them."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stomper.python import CannotReadError, read_tree

# Regions with so few lines between them are shown as one: to say "3 lines left out" is no shorter.
NEAR = 3
MOST_IMPORTS = 40


@dataclass(frozen=True, slots=True)
class Region:
    """Lines `first` to `last`, counted from 1, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Scope:
    """A function or class: its head is line `head`, its code `first` (the first decorator) to `last`."""

    head: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a file by a parser: its functions and classes, and the lines of its imports at the top level."""

    scopes: tuple[Scope, ...] = ()
    imports: frozenset[int] = frozenset()

    def heads_around(self, line: int) -> Iterator[int]:
        """The heads of all functions and classes that a line is in."""
        return (scope.head for scope in self.scopes if scope.first <= line <= scope.last)

    def bodies_at(self, line: int) -> Iterator[Scope]:
        """The functions and classes that a diagnostic on this line is about as a whole: those that begin there."""
        return (scope for scope in self.scopes if scope.first <= line <= scope.head)


def read_outline(text: str) -> Outline:
    """The outline of Python code; an empty one if it is not Python."""
    try:
        tree = read_tree(text)
    except CannotReadError:
        return Outline()
    imports = {
        line
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    return Outline(tuple(_scopes(tree)), frozenset(sorted(imports)[:MOST_IMPORTS]))


def _scopes(tree: ast.Module) -> Iterator[Scope]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield Scope(node.lineno, first, node.end_lineno or node.lineno)


def find_regions(total: int, wanted: Iterable[int], margin: int, also: Iterable[int] = ()) -> tuple[Region, ...]:
    """The parts of a file of `total` lines with so many lines before and after each wanted one, and lines `also`.

    In order, and none so near to the next that both were better one. A line beyond the file counts as its
    last: some checkers give the line after it, or 0 for the file as a whole.
    """
    if total < 1:
        return ()
    inside = [min(max(line, 1), total) for line in wanted]
    spans = [(max(1, line - margin), min(total, line + margin)) for line in inside]
    spans += [(line, line) for line in also if 1 <= line <= total]
    merged: list[Region] = []
    for first, last in sorted(spans):
        if merged and first - merged[-1].last <= NEAR + 1:
            merged[-1] = Region(merged[-1].first, max(last, merged[-1].last))
        else:
            merged.append(Region(first, last))
    return tuple(_to_the_edges(merged, total))


def _to_the_edges(regions: list[Region], total: int) -> Iterator[Region]:
    """The regions, the first and the last one grown to the file's own edge where that is near."""
    for region in regions:
        first = 1 if region.first <= NEAR + 1 else region.first
        last = total if total - region.last <= NEAR else region.last
        yield Region(first, last)


def choose_regions(total: int, lines: Iterable[int], outline: Outline, margin: int, body: int) -> tuple[Region, ...]:
    """The regions for diagnostics on these lines: around them, with the heads and imports of their surroundings.

    Of a function that a diagnostic is about as a whole, up to `body` lines are shown.
    """
    wanted = sorted(set(lines))
    also = set(outline.imports)
    for line in wanted:
        also.update(outline.heads_around(line))
        for scope in outline.bodies_at(line):
            also.update(range(scope.first, min(scope.last, scope.first + body - 1) + 1))
    return find_regions(total, wanted, margin, also)
