"""The expressions and statements at the places of diagnostics."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

from stomper.fixers.codemods.scopes import Scopes
from stomper.models import Diagnostic

Node = TypeVar("Node", bound=ast.AST)


class Sight:
    """One text with its tree, the names in it and the node that each is in. Raises CannotReadError."""

    def __init__(self, text: str) -> None:
        self.text, self.scopes = text, Scopes(text)
        self.tree = self.scopes.tree
        self.parents: dict[ast.AST, ast.AST] = {}
        self._at: dict[tuple[int, int], list[ast.AST]] = defaultdict(list)
        self.data = text.encode("utf-8", "surrogatepass")
        self._lines = self.data.split(b"\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in self._lines)]
        for node in ast.walk(self.tree):
            for child in ast.iter_child_nodes(node):
                self.parents.setdefault(child, node)
            if isinstance(node, ast.expr | ast.stmt):
                self._at[node.lineno, node.col_offset].append(node)

    def at(self, found: Diagnostic, kind: type[Node]) -> Node | None:
        """The outermost node of a kind that begins where a diagnostic is."""
        line = self._lines[found.line - 1] if 0 < found.line <= len(self._lines) else b""
        before = line.decode("utf-8", "surrogatepass")[: found.column - 1].encode("utf-8", "surrogatepass")
        nodes = self._at.get((found.line, len(before)), ())
        return next((node for node in nodes if isinstance(node, kind)), None)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes that a node is in, the nearest one first."""
        while (above := self.parents.get(node)) is not None:
            yield above
            node = above

    def is_truth(self, node: ast.expr) -> bool:
        """Say whether only the truth of a value counts: it is a condition, or a part of one."""
        above = self.parents.get(node)
        if isinstance(above, ast.If | ast.While | ast.IfExp | ast.Assert):
            return above.test is node
        if isinstance(above, ast.UnaryOp):
            return isinstance(above.op, ast.Not)
        if isinstance(above, ast.BoolOp):
            return self.is_truth(above)
        return isinstance(above, ast.comprehension) and node in above.ifs

    def in_text(self, node: ast.AST) -> bool:
        """Say whether a node is in a formatted string, where not every Python knows its place."""
        return any(isinstance(one, ast.JoinedStr) for one in self.around(node))

    def span(self, node: ast.expr) -> tuple[int, int]:
        """The place of an expression in the bytes of the text."""
        last, end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return self._starts[node.lineno - 1] + node.col_offset, self._starts[last - 1] + end

    def source(self, node: ast.expr) -> bytes:
        """The bytes of an expression."""
        start, end = self.span(node)
        return self.data[start:end]


def same(one: ast.expr, other: ast.expr) -> bool:
    """Say whether two expressions are written the same."""
    return ast.dump(one) == ast.dump(other)


def is_builtin_call(node: ast.AST | None, *names: str) -> bool:
    """Say whether a node calls one of these names. What the name means there is another question."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def is_simple(node: ast.expr) -> bool:
    """Say whether nobody can tell how often an expression is evaluated: a name or a constant."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return isinstance(node.operand, ast.Constant)
    return isinstance(node, ast.Name | ast.Constant)


def is_literal(node: ast.expr) -> bool:
    """Say whether an expression is a constant that can be hashed, or a tuple of such."""
    if isinstance(node, ast.Tuple):
        return all(map(is_literal, node.elts))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return isinstance(node.operand, ast.Constant)
    return isinstance(node, ast.Constant)


@dataclass(frozen=True, slots=True)
class Spot:
    """One diagnostic in a text."""

    sight: Sight
    found: Diagnostic

    def at(self, kind: type[Node]) -> Node | None:
        """The outermost node of a kind that begins where the diagnostic is."""
        return self.sight.at(self.found, kind)
