"""Cut source into its smallest parts that run as a whole: simple statements, and the headers of compound ones."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Place: TypeAlias = tuple[int, int]
Functions: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """The module, class or function that a piece is in; `owner` is None for the module."""

    owner: "Piece | None" = None
    parent: "Scope | None" = None

    @property
    def in_function(self) -> bool:
        """Say whether a function is the innermost of them."""
        return self.owner is not None and isinstance(self.owner.node, Functions)

    @property
    def functions(self) -> Iterator["Piece"]:
        """The functions that a piece is in, from the inside."""
        scope: Scope | None = self
        while scope is not None:
            if scope.owner is not None and scope.in_function:
                yield scope.owner
            scope = scope.parent


@dataclass(slots=True, eq=False)
class Piece:
    """A simple statement, or the header of a compound one, from `start` to `end` (line from 1, column from 0).

    `own` are its lines, less those on which an outer header ends: of these nobody can say whether it was run.
    `neighbours` are the pieces before and after it in its block, `outer` the header that the block belongs to.
    `inner` are the first pieces of its own blocks, and `body` is each piece in them.
    """

    node: ast.AST
    start: Place
    end: Place
    scope: Scope
    own: range
    outer: "Piece | None"
    neighbours: list["Piece"] = field(default_factory=list)
    inner: list["Piece"] = field(default_factory=list)
    body: list["Piece"] = field(default_factory=list)
    first_in_block: bool = False

    @property
    def line(self) -> int:
        """The first line."""
        return self.start[0]

    @property
    def is_definition(self) -> bool:
        """Say whether it is the header of a function."""
        return isinstance(self.node, Functions)

    @property
    def is_silent(self) -> bool:
        """Say whether Python makes no code of it, so that it is never seen to run."""
        match self.node:
            case ast.Expr(value=ast.Constant()) | ast.Global() | ast.Nonlocal() | ast.Pass():
                return True
            case ast.AnnAssign(value=None):
                return self.scope.in_function
            case _:
                return False

    @property
    def is_docstring(self) -> bool:
        """Say whether it is what Python keeps as the text of a module, class or function."""
        node, whole = (
            self.node,
            self.outer is None or self.outer.is_definition or isinstance(self.outer.node, ast.ClassDef),
        )
        return self.first_in_block and whole and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def cut(tree: ast.Module, lines: Sequence[str]) -> list[Piece]:
    """Give the pieces of a module with these lines, in their order."""
    found: list[Piece] = []
    _block(tree.body, Scope(), None, lines, found)
    return sorted(found, key=lambda piece: piece.start)


def _block(
    nodes: Sequence[ast.AST], scope: Scope, outer: Piece | None, lines: Sequence[str], found: list[Piece]
) -> None:
    before: Piece | None = None
    for node in nodes:
        piece = _piece(node, scope, outer, lines)
        found.append(piece)
        _enter(piece, outer)
        piece.first_in_block = before is None
        if before is not None:
            before.neighbours.append(piece)
            piece.neighbours.insert(0, before)
        elif outer is not None:
            outer.inner.append(piece)
        before = piece
        inside = Scope(piece, scope) if piece.is_definition or isinstance(node, ast.ClassDef) else scope
        for block in _blocks(node):
            _block(block, inside, piece, lines, found)


def _enter(piece: Piece, outer: Piece | None) -> None:
    while outer is not None:
        outer.body.append(piece)
        outer = outer.outer


def _piece(node: ast.AST, scope: Scope, outer: Piece | None, lines: Sequence[str]) -> Piece:
    start, end = _start(node), _end(node, lines)
    first = max(start[0], outer.end[0] + 1) if outer is not None else start[0]
    return Piece(node, start, end, scope, range(first, end[0] + 1), outer)


def _start(node: ast.AST) -> Place:
    decorators = getattr(node, "decorator_list", ())
    if decorators:
        return decorators[0].lineno, max(0, decorators[0].col_offset - 1)
    at = node.pattern if isinstance(node, ast.match_case) else node
    return at.lineno, at.col_offset  # type: ignore[attr-defined]


def _end(node: ast.AST, lines: Sequence[str]) -> Place:
    """The end of a simple statement, or of a header, which is on the last line of code before its first block."""
    blocks = list(_blocks(node))
    if not blocks:
        return node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
    line, column = min(_start(block[0]) for block in blocks)
    if lines[line - 1].encode()[:column].strip():
        return line, column
    line -= 1
    while not is_code(lines[line - 1]):
        line -= 1
    return line, len(lines[line - 1].encode())


def _blocks(node: ast.AST) -> Iterator[Sequence[ast.AST]]:
    if isinstance(node, ast.Match):
        yield node.cases
        return
    for name in ("body", "handlers", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block:
            yield block


def is_code(line: str) -> bool:
    """Say whether a line by itself is more than blank or a comment."""
    return not line.lstrip().startswith("#") and bool(line.strip())
