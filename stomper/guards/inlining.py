"""Expressions with the values of names in the place of the names."""

import ast
import copy

from stomper.guards.names import Names
from stomper.guards.nodes import nodes_of
from stomper.guards.normal_forms import joined

MOST = 40


class _Inlined(ast.NodeTransformer):
    """Puts values in the place of names, up to a number of them: each may hold others."""

    def __init__(self, names: Names, literals: bool) -> None:
        self.names, self.literals = names, literals
        self.open: list[str] = []
        self.left = MOST

    def visit_Name(self, node: ast.Name) -> ast.expr:
        find = self.names.value if self.literals else self.names.origin
        value = find(node.id) if isinstance(node.ctx, ast.Load) else None
        if (
            value is None
            or isinstance(value, ast.Lambda)
            or node.id in self.open
            or not self.left
            or (self.literals and not is_literal(value))
        ):
            return node
        self.left -= 1
        self.open.append(node.id)
        made: ast.expr = self.visit(copy.deepcopy(value))
        self.open.pop()
        return made


def is_literal(node: ast.AST) -> bool:
    """Say whether an expression is made of constants alone."""
    if isinstance(node, ast.Call):
        return joined(node) is not None
    kinds = (ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.UnaryOp, ast.unaryop, ast.expr_context)
    return all(isinstance(part, kinds) for part in nodes_of(node))


def inlined(node: ast.expr, names: Names, literals: bool) -> ast.expr:
    """The expression with the values of names that hold one value: of all of them, or of literals only.

    The tree that it comes from stays as it is.
    """
    if not any(isinstance(part, ast.Name) and names.origin(part.id) is not None for part in nodes_of(node)):
        return node
    made: ast.expr = _Inlined(names, literals).visit(copy.deepcopy(node))
    return made
