"""Comparisons: which operands decide whether another form of them means the same."""

import ast
from collections.abc import Sequence

from stomper.proof.typed.kinds import BOOL, FINAL, FLOAT, KNOWN, NONE, STANDARD, TEXT, TUPLES, UNHASHABLE, VALUES
from stomper.proof.typed.needs import OTHER_SHAPE, Found, Needs, Operand, Proof, refuted
from stomper.proof.typed.spots import Spot, is_literal, same

METHOD: dict[type[ast.cmpop], str] = {ast.Eq: "__eq__", ast.NotEq: "__ne__"}
ORDER: dict[type[ast.cmpop], str] = {ast.Lt: "__lt__", ast.LtE: "__le__", ast.Gt: "__gt__", ast.GtE: "__ge__"}
BY_SYNTAX = Proof("proved", "a comparison with a literal gives the same either way round")
IN_TEXT = refuted("`in` of a text finds a part of it, the empty one too")


def with_none(spot: Spot) -> Found:
    """E711."""
    sides = _sides(spot, None)
    if sides is None:
        return OTHER_SHAPE
    node, other = sides
    truth = spot.sight.is_truth(node)
    kinds, exact = (KNOWN | FLOAT, frozenset[str]()) if truth else (KNOWN, FLOAT)
    return Needs((Operand(other, node, kinds | STANDARD, exact, method=method_of(node), own=True),))


def with_bool(spot: Spot) -> Found:
    """E712: `None` and `True` are told apart by truth too, `None` and `False` are not."""
    beside_true = _sides(spot, True)
    sides = beside_true or _sides(spot, False)
    if sides is None:
        return OTHER_SHAPE
    node, other = sides
    equal = isinstance(node.ops[0], ast.Eq)
    none_too = beside_true is not None and (not equal or spot.sight.is_truth(node))
    kinds = BOOL | NONE if none_too else BOOL
    return Needs((Operand(other, node, kinds, wrong=(KNOWN | FLOAT) - kinds, method=method_of(node)),))


def _sides(spot: Spot, value: bool | None) -> tuple[ast.Compare, ast.expr] | None:
    """The comparison by `==` or `!=` with this constant, and what it is compared with."""
    inner, outer = spot.at(ast.Constant), spot.at(ast.Compare)
    above = spot.sight.parents.get(inner) if inner is not None else None
    node = outer if outer is not None else above
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or type(node.ops[0]) not in METHOD:
        return None
    pair = (node.left, node.comparators[0])
    for constant, other in (pair, pair[::-1]):
        if isinstance(constant, ast.Constant) and constant.value is value:
            return node, other
    return None


def negated(spot: Spot) -> Found:
    """SIM201, SIM202: `not a == b` asks `__eq__`, `a != b` asks `__ne__`."""
    node = spot.at(ast.UnaryOp)
    inner = node.operand if node is not None else None
    if not isinstance(inner, ast.Compare) or len(inner.ops) != 1 or type(inner.ops[0]) not in METHOD:
        return OTHER_SHAPE
    return Needs(exactly(inner))


def method_of(node: ast.Compare) -> str:
    """The method that the first operator of a comparison asks for."""
    return {**METHOD, **ORDER}.get(type(node.ops[0]), "")


def exactly(node: ast.Compare) -> tuple[Operand, ...]:
    """The operands of a comparison that must be of no derived class."""
    return tuple(
        Operand(one, node, FINAL, KNOWN | FLOAT, method=method_of(node)) for one in (node.left, *node.comparators)
    )


def turned(spot: Spot) -> Found:
    """SIM300."""
    node = spot.at(ast.Compare)
    if node is None or len(node.ops) != 1:
        return OTHER_SHAPE
    if is_literal(node.left):
        return BY_SYNTAX
    return Needs(
        tuple(Operand(one, node, KNOWN | FLOAT, method=method_of(node)) for one in (node.left, node.comparators[0]))
    )


def one_of_many(spot: Spot) -> Found:
    """PLR1714: `x == 1 or x == 2` becomes `x in {1, 2}`."""
    node = spot.at(ast.BoolOp)
    if node is None:
        return OTHER_SHAPE
    compared = [one for one in node.values if isinstance(one, ast.Compare)]
    wanted = ast.Eq if isinstance(node.op, ast.Or) else ast.NotEq
    names = {one.left.id for one in compared if isinstance(one.left, ast.Name)}
    plain = all(len(one.ops) == 1 and isinstance(one.ops[0], wanted) for one in compared)
    known = all(isinstance(one.left, ast.Name) and is_literal(one.comparators[0]) for one in compared)
    if len(compared) != len(node.values) or len(names) != 1 or not plain or not known:
        return OTHER_SHAPE
    return Needs((_looked_up(compared[0].left, node, spot),))


def _looked_up(node: ast.expr, site: ast.expr, spot: Spot) -> Operand:
    """Give the operand that is compared and then is looked for among literals, or the other way round."""
    truth = spot.sight.is_truth(site)
    kinds, exact = (VALUES | FLOAT, frozenset[str]()) if truth else (VALUES, FLOAT)
    return Operand(node, site, kinds, exact, wrong=UNHASHABLE, method="__eq__")


def in_set(spot: Spot) -> Found:
    """PLR6201: `x in (1, 2)` becomes `x in {1, 2}`."""
    items = spot.at(ast.Tuple) or spot.at(ast.List)
    node = spot.sight.parents.get(items) if items is not None else None
    if items is None or not isinstance(node, ast.Compare) or len(node.ops) != 1 or not _are_literals(items.elts):
        return OTHER_SHAPE
    return Needs((Operand(node.left, node, VALUES | FLOAT, wrong=UNHASHABLE, method="__eq__"),))


def in_single(spot: Spot) -> Found:
    """FURB171: `x in [1]` becomes `x == 1`."""
    node = spot.at(ast.Compare)
    if node is None or len(node.ops) != 1:
        return OTHER_SHAPE
    held = node.comparators[0]
    if isinstance(held, ast.Constant):
        return IN_TEXT
    if not isinstance(held, ast.Tuple | ast.List | ast.Set) or not _are_literals(held.elts):
        return OTHER_SHAPE
    hashed = isinstance(held, ast.Set)
    one = _looked_up(node.left, node, spot)
    return Needs(
        (one if hashed else Operand(one.node, node, one.kinds | (KNOWN - TUPLES), one.exact, method="__eq__"),)
    )


def _are_literals(nodes: Sequence[ast.expr]) -> bool:
    return all(map(is_literal, nodes))


def beginnings(spot: Spot) -> Found:
    """PIE810: `a.startswith("x") or a.startswith("y")`."""
    node = spot.at(ast.BoolOp)
    calls = [one for one in node.values if isinstance(one, ast.Call)] if node is not None else []
    if node is None or not calls or len(calls) != len(node.values):
        return OTHER_SHAPE
    asked = calls[0].func
    alike = all(same(one.func, asked) and len(one.args) == 1 and not one.keywords for one in calls)
    if not alike or not isinstance(asked, ast.Attribute) or not isinstance(asked.value, ast.Name):
        return OTHER_SHAPE
    given = [one.args[0] for one in calls]
    if not all(isinstance(one, ast.Name | ast.Constant) for one in given):
        return OTHER_SHAPE
    return Needs(tuple(Operand(one, node, TEXT, wrong=TUPLES) for one in (asked.value, *given)))
