"""Tests that run a piece of source, as a record of lines has it."""

import ast
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass

from stomper.proof.piece_names import bound_by, readers
from stomper.proof.pieces import Piece

NONE: frozenset[str] = frozenset()


@dataclass(slots=True)
class Evidence:
    """Says which tests run a piece: `runs` gives the tests by line, `imported` the lines that run outside of tests."""

    pieces: list[Piece]
    runs: Mapping[int, Collection[str]]
    imported: Set[int]
    _readers: Mapping[str, list[Piece]] | None = None

    def tests_of(self, piece: Piece) -> frozenset[str]:
        """Find the tests that run a piece.

        What is on the level of a module or a class was run when it was imported: it counts if a test runs something
        that depends on it. The header of a function counts if a line in the function was run, another one also if its
        first statement was.
        """
        if piece.is_definition:
            return self._of_function(piece)
        if piece.is_silent and not self._seen(piece):
            return self._beside(piece)
        if not piece.scope.in_function:
            return self._of_level(piece) or self._of_import(piece)
        if not piece.own and piece.outer is not None and piece.outer.is_definition:
            return self._of_function(piece.outer)
        return self._of_lines([*piece.own, *(piece.inner[0].own if piece.inner else ())])

    def runs_outside(self, piece: Piece) -> bool:
        """Say whether a piece was run outside of tests, as when its module is imported."""
        return any(line in self.imported for line in piece.own)

    def _seen(self, piece: Piece) -> bool:
        return any(line in self.imported or self.runs.get(line) for line in piece.own)

    def _of_lines(self, lines: Iterable[int]) -> frozenset[str]:
        return NONE.union(*(self.runs[line] for line in lines if line in self.runs))

    def _of_function(self, piece: Piece) -> frozenset[str]:
        if found := self._of_lines(line for inner in piece.body for line in inner.own):
            return found
        line = piece.end[0]
        on_one_line = bool(piece.body) and piece.body[-1].end[0] == line and not piece.scope.in_function
        # The line is seen once when it is defined; what is seen of it in tests beside that is a call.
        return self._of_lines([line]) if on_one_line and line in self.imported else NONE

    def _beside(self, piece: Piece) -> frozenset[str]:
        """The tests of what is before or behind a piece that makes no code."""
        others = [other for other in piece.neighbours if not other.is_silent]
        if piece.is_docstring or not others:
            return self.tests_of(piece.outer) if piece.outer is not None else NONE
        defines = others[0].is_definition and piece.scope.in_function
        return self._of_lines(others[0].own) if defines else self.tests_of(others[0])

    def _of_level(self, piece: Piece) -> frozenset[str]:
        """The tests that depend on what ran when its module was imported: also by way of other such pieces."""
        pending, known, found = [piece], {piece}, set[str]()
        while pending:
            one = pending.pop()
            if one.is_definition or one.scope.in_function:
                found |= self.tests_of(one)
            elif self._seen(one) or (one.inner and self._seen(one.inner[0])):
                found |= self._of_methods(one)
                more = [reader for name in _names(one) for reader in self._reading(name) if reader not in known]
                known.update(more)
                pending += more
        return frozenset(found)

    def _of_import(self, piece: Piece) -> frozenset[str]:
        """The tests of the file that an import is run in, if nobody reads its name: it is there for its effects."""
        unread = not any(self._reading(name) for name in _names(piece))
        is_import = isinstance(piece.node, ast.Import | ast.ImportFrom)
        return NONE.union(*self.runs.values()) if is_import and unread and self._seen(piece) else NONE

    def _of_methods(self, piece: Piece) -> frozenset[str]:
        """The tests that run a line of a method of the class that a piece begins or is in."""
        header = piece if isinstance(piece.node, ast.ClassDef) else piece.scope.owner
        if header is None:
            return NONE
        methods = [inner for inner in header.body if inner.is_definition and inner.scope.owner is header]
        return NONE.union(*map(self._of_function, methods))

    def _reading(self, name: str) -> list[Piece]:
        if self._readers is None:
            self._readers = readers(self.pieces)
        return self._readers.get(name, [])


def _names(piece: Piece) -> Iterable[str]:
    """The names that a piece binds, as they are read: those in a class by the name of the class."""
    owner = piece.scope.owner
    before = f"{getattr(owner.node, 'name', '')}." if owner is not None else ""
    return [before + name for name in bound_by(piece)]
