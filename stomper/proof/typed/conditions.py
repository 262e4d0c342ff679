"""Conditions: whether a value is a `bool`, and whether its truth can be asked more or less often."""

import ast
from collections.abc import Iterator

from stomper.proof.typed.comparisons import exactly, method_of
from stomper.proof.typed.kinds import BOOL, CONTAINERS, DICTS, FAMILIES, FLOAT, KNOWN, SETS, TEXT, UNHASHABLE, VALUES
from stomper.proof.typed.needs import OTHER_SHAPE, Found, Needs, Operand, Proof, unknown
from stomper.proof.typed.spots import Spot, is_builtin_call, is_simple, same

BY_TRUTH = Proof("proved", "only the truth of the value is asked, once, before and after")
IDENTITY = (ast.Is, ast.IsNot, ast.In, ast.NotIn)
TRUTH = "__bool__"
SAME_TRUTH = ast.Name | ast.Attribute | ast.Subscript | ast.Call


def needless_bool(spot: Spot) -> Found:
    """SIM103: `if a: return True` and `return False`."""
    node = spot.at(ast.If)
    if node is None or len(node.body) != 1 or (node.orelse and len(node.orelse) != 1):
        return OTHER_SHAPE
    first = node.body[0]
    value = first.value if isinstance(first, ast.Return) else None
    if not isinstance(value, ast.Constant) or not isinstance(value.value, bool):
        return OTHER_SHAPE
    return _as_value(node.test) if value.value else _as_opposite(node.test)


def true_if(spot: Spot) -> Found:
    """SIM210: `True if a else False`."""
    node = spot.at(ast.IfExp)
    return OTHER_SHAPE if node is None else _as_value(node.test)


def by_truth(spot: Spot) -> Found:
    """SIM211, SIM208: `False if a else True` and `not not a`."""
    return Proof(BY_TRUTH.verdict, BY_TRUTH.why) if spot.at(ast.IfExp) else Needs(builtins=("bool",))


def _as_value(test: ast.expr) -> Found:
    """The condition takes the place of `True` and `False`: it is one of them, or is put into `bool(...)`."""
    if isinstance(test, SAME_TRUTH):
        return Needs(builtins=("bool",))
    operands = list(_bools(test, test))
    return OTHER_SHAPE if None in operands else Needs(tuple(one for one in operands if one is not None))


def _bools(test: ast.expr, site: ast.expr) -> Iterator[Operand | None]:
    """The operands that must be known for a condition to be a `bool` itself; None if that cannot be told."""
    if isinstance(test, ast.BoolOp):
        yield from (one for value in test.values for one in _bools(value, site))
    elif isinstance(test, ast.Compare):
        if not all(isinstance(op, IDENTITY) for op in test.ops):
            yield from (
                Operand(one, site, KNOWN, FLOAT, method=method_of(test)) for one in (test.left, *test.comparators)
            )
    elif isinstance(test, SAME_TRUTH):
        yield Operand(test, site, BOOL)
    elif not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
        yield None


def _as_opposite(test: ast.expr) -> Found:
    """`not (...)`, or another operator, takes the place of `False` and `True`."""
    if not isinstance(test, ast.Compare) or all(isinstance(op, IDENTITY) for op in test.ops):
        return BY_TRUTH
    if not all(isinstance(op, ast.Eq | ast.NotEq) for op in test.ops):
        return Needs(exactly(test), families=FAMILIES[:1] + FAMILIES[2:])
    return Needs(exactly(test))


def contradiction(spot: Spot) -> Found:
    """SIM220, SIM221: `a and not a`, `a or not a`."""
    node = spot.at(ast.BoolOp)
    if node is None or len(node.values) != 2 or not isinstance(node.values[0], ast.Name):
        return OTHER_SHAPE
    first, second = node.values
    if not isinstance(second, ast.UnaryOp) or not same(first, second.operand):
        return OTHER_SHAPE
    return Needs((Operand(first, node, KNOWN | FLOAT, method=TRUTH),))


def nothing_done(spot: Spot) -> Found:
    """RUF050: `if a: pass`."""
    node = spot.at(ast.If)
    if node is None or node.orelse:
        return OTHER_SHAPE
    operands = idle(node.test, node.test)
    return OTHER_SHAPE if operands is None else Needs(operands)


def idle(node: ast.expr, site: ast.expr) -> tuple[Operand, ...] | None:
    """The operands that must be known for nobody to notice whether an expression is evaluated; None if some may."""
    operands = list(_idle(node, site))
    return None if None in operands else tuple(one for one in operands if one is not None)


def _idle(node: ast.expr, site: ast.expr) -> Iterator[Operand | None]:
    if isinstance(node, ast.BoolOp):
        yield from (one for value in node.values for one in _idle(value, site))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield from _idle(node.operand, site)
    elif isinstance(node, ast.Compare):
        yield from _idle_comparison(node, site)
    elif not isinstance(node, ast.Constant):
        yield Operand(node, site, KNOWN | FLOAT, method=TRUTH) if isinstance(node, ast.Name) else None


def _idle_comparison(node: ast.Compare, site: ast.expr) -> Iterator[Operand | None]:
    sides, ops = (node.left, *node.comparators), node.ops
    if not all(isinstance(op, ast.Eq | ast.NotEq | ast.Is | ast.IsNot) for op in ops) or not all(map(is_simple, sides)):
        yield None
    elif any(isinstance(op, ast.Eq | ast.NotEq) for op in ops):
        yield from (
            Operand(side, site, KNOWN | FLOAT, method=method_of(node)) for side in sides if isinstance(side, ast.Name)
        )


def length(spot: Spot) -> Found:
    """PLC1802: `if len(x)`."""
    node = spot.at(ast.Call)
    if not is_builtin_call(node, "len") or node is None or len(node.args) != 1 or not spot.sight.is_truth(node):
        return OTHER_SHAPE
    return Needs((Operand(node.args[0], node, CONTAINERS | TEXT | frozenset({"bytes"})),), ("len",))


def key_check(spot: Spot) -> Found:
    """RUF019: `"k" in d and d["k"]`, where only the truth of it counts."""
    node = spot.at(ast.BoolOp)
    if node is None or len(node.values) != 2 or not spot.sight.is_truth(node):
        return OTHER_SHAPE
    check, got = node.values
    return _get(check, got, check)


def get_or(spot: Spot) -> Found:
    """SIM401: `d[k] if k in d else 0`, also as a statement."""
    test, body, other = _branches(spot)
    if not isinstance(test, ast.Compare) or body is None or other is None or len(test.ops) != 1:
        return OTHER_SHAPE
    got, default = (body, other) if isinstance(test.ops[0], ast.In) else (other, body)
    return _get(test, got, test) if is_simple(default) else OTHER_SHAPE


def _branches(spot: Spot) -> tuple[ast.expr | None, ast.expr | None, ast.expr | None]:
    node = spot.at(ast.If) or spot.at(ast.IfExp)
    if isinstance(node, ast.IfExp):
        return node.test, node.body, node.orelse
    if node is None or len(node.body) != 1 or len(node.orelse) != 1:
        return None, None, None
    first, second = node.body[0], node.orelse[0]
    if not isinstance(first, ast.Assign) or not isinstance(second, ast.Assign):
        return None, None, None
    return node.test, first.value, second.value


def _get(check: ast.expr, got: ast.expr, site: ast.expr) -> Found:
    """The needs of `k in d` beside `d[k]` that become one `get`."""
    if not isinstance(check, ast.Compare) or not isinstance(got, ast.Subscript) or len(check.ops) != 1:
        return OTHER_SHAPE
    key, held = check.left, check.comparators[0]
    alike = same(key, got.slice) and isinstance(held, ast.Name) and isinstance(got.value, ast.Name)
    if not alike or not is_simple(key) or held.id != got.value.id:  # type: ignore[attr-defined]
        return OTHER_SHAPE
    return Needs((Operand(held, site, DICTS), Operand(key, site, VALUES | FLOAT, wrong=UNHASHABLE)))


def discard(spot: Spot) -> Found:
    """FURB132: `if 1 in s: s.remove(1)`."""
    node = spot.at(ast.If)
    test = node.test if node is not None else None
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not is_simple(test.left):
        return OTHER_SHAPE
    held = test.comparators[0]
    if not isinstance(held, ast.Name):
        return OTHER_SHAPE
    return Needs((Operand(held, test, SETS - {"frozenset"}), Operand(test.left, test, VALUES | FLOAT)))


def extreme(spot: Spot) -> Found:
    """PLR1730, FURB136: an `if` that becomes `min` or `max`. NaN is neither less nor greater nor equal."""
    node = spot.at(ast.If) or spot.at(ast.IfExp)
    test = node.test if node is not None else None
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return OTHER_SHAPE
    if isinstance(node, ast.If) and not all(isinstance(one, ast.Name) for one in _targets(node)):
        return unknown("what is not a variable may notice that it is given the value that it has")
    sides = (test.left, test.comparators[0])
    if not all(map(is_simple, sides)):
        return unknown("one side is evaluated once where it was evaluated twice")
    strict = isinstance(test.ops[0], ast.Lt | ast.Gt)
    families = FAMILIES if strict else FAMILIES[:1] + FAMILIES[2:]
    kinds = frozenset().union(*families)
    return Needs(tuple(Operand(side, test, kinds, method=method_of(test)) for side in sides), ("min", "max"), families)


def _targets(node: ast.If) -> Iterator[ast.expr]:
    for statement in (*node.body, *node.orelse):
        yield from statement.targets if isinstance(statement, ast.Assign) else ()
