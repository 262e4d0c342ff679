"""Several alternatives as one: `x == 1 or x == 2` is `x in {1, 2}`."""

import ast
from collections.abc import Sequence

from stomper.guards.normal_forms import form


def merged(node: ast.BoolOp, wanted: bool) -> ast.expr | None:
    """`x == 1 or x == 2` as `x in {1, 2}`; `f(x, a) or f(x, b)` as `f(x, (a, b))`; None for anything else."""
    if not wanted:
        return None
    first = node.values[0]
    if isinstance(first, ast.Compare):
        return _merged_equal([value for value in node.values if isinstance(value, ast.Compare)], len(node.values))
    calls = [value for value in node.values if isinstance(value, ast.Call)]
    if len(calls) != len(node.values) or not all(call.args and not call.keywords for call in calls):
        return None
    heads = {form(ast.Call(call.func, call.args[:-1], [])) for call in calls}
    if len(heads) != 1 or not _takes_several(calls[0].func):
        return None
    last = ast.Tuple([call.args[-1] for call in calls], ast.Load())
    return ast.Call(calls[0].func, [*calls[0].args[:-1], last], [])


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _takes_several(function: ast.expr) -> bool:
    return name_of(function) in ("isinstance", "issubclass", "startswith", "endswith")


def _merged_equal(values: Sequence[ast.Compare], number: int) -> ast.expr | None:
    if len(values) != number or any(len(value.ops) != 1 or not isinstance(value.ops[0], ast.Eq) for value in values):
        return None
    for left in (values[0].left, values[0].comparators[0]):
        others = [_other_side(value, form(left)) for value in values]
        found = [other for other in others if other is not None]
        if len(found) == number:
            return ast.Compare(left, [ast.In()], [ast.Set(found)])
    return None


def _other_side(value: ast.Compare, side: str) -> ast.expr | None:
    if form(value.left) == side:
        return value.comparators[0]
    return value.left if form(value.comparators[0]) == side else None
