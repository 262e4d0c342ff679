"""Annotations as text: what cannot be evaluated is not, and type checkers read it all the same."""

import ast
from collections.abc import Iterable

from stomper.fixers.annotations.annotation_sites import Place


def with_quotes(text: str, found: Iterable[Place]) -> str:
    """The text with these of its annotations in quotes, each on one line."""
    lines = [line.encode() for line in text.split("\n")]
    nodes = sorted((place.node for place in found), key=lambda node: (node.lineno, node.col_offset), reverse=True)
    for node in nodes:
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        head, tail = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
        lines[first : last + 1] = [head + _quoted(node).encode() + tail]
    return "\n".join(line.decode() for line in lines)


def _quoted(node: ast.expr) -> str:
    words = ast.unparse(_Plain().visit(ast.parse(ast.unparse(node), mode="eval")))
    return f'"{words}"' if '"' not in words else repr(words)


class _Plain(ast.NodeTransformer):
    """Takes types in quotes out of them; the values of a Literal are no types."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        return node if ast.unparse(node.value).rpartition(".")[2] == "Literal" else self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str):
            return ast.parse(node.value, mode="eval").body
        return node
