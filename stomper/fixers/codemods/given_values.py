"""Find the variable that a checker means: by the place of a value that it is given, or that its container is given."""

import ast
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from stomper.fixers.codemods.scopes import Scopes

Place: TypeAlias = tuple[int, int]


class GivenValues:
    """The variables of a module, by line and column of a value, an item, or themselves, as checkers count them."""

    def __init__(self, scopes: Scopes) -> None:
        nodes = list(ast.walk(scopes.tree))
        named = (node for node in nodes if isinstance(node, ast.Name | ast.Attribute))
        self.names = _by_place(scopes, ((node, node) for node in named))
        self.whole = _by_place(scopes, (pair for node in nodes for pair in _given(node)))
        self.items = _by_place(scopes, (pair for node in nodes for pair in _put_in(node)))


def _by_place(scopes: Scopes, pairs: Iterator[tuple[ast.expr | ast.stmt, ast.expr]]) -> Mapping[Place, ast.expr]:
    return {(value.lineno, scopes.column(value)): target for value, target in pairs}


def _given(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, ast.expr]]:
    """Give the value that each target of an assignment gets; of `a += b` a checker names the whole statement."""
    if isinstance(node, ast.AugAssign):
        yield node, node.target
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _pairs(node.value, target)


def _pairs(value: ast.expr, target: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if not isinstance(target, ast.Tuple | ast.List):
        yield value, target
    elif isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
        for one, other in zip(value.elts, target.elts, strict=True):
            yield from _pairs(one, other)


def _put_in(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The arguments of a call of a method, with what it is a method of."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from ((argument, node.func.value) for argument in node.args)
