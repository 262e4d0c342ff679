"""Iterables: whether another way through them gives the same, in the same order, as often."""

import ast

from stomper.proof.typed.conditions import idle
from stomper.proof.typed.kinds import (
    BYTES,
    CONTAINERS,
    DICTS,
    FAMILIES,
    ITERABLES,
    LISTS,
    TEXT,
    TUPLES,
    VIEWS,
)
from stomper.proof.typed.needs import OTHER_SHAPE, Found, Needs, Operand, unknown
from stomper.proof.typed.spots import Spot, is_builtin_call

KEYED = unknown("values that have the same key come in another order")
TYPE = unknown("an iterator becomes a list, and who gets it may tell")
TAKES_ANY = ("list", "tuple", "set", "enumerate", "sum", "any", "all")


def keys(spot: Spot) -> Found:
    """SIM118: `k in d.keys()`, also in a loop."""
    node = spot.at(ast.Compare)
    loop = spot.sight.parents.get(spot.at(ast.Name) or spot.sight.tree)
    if node is not None and len(node.ops) == 1:
        called = node.comparators[0]
    elif isinstance(loop, ast.For | ast.comprehension):
        called = loop.iter
    else:
        return OTHER_SHAPE
    if not isinstance(called, ast.Call) or not isinstance(called.func, ast.Attribute) or called.func.attr != "keys":
        return OTHER_SHAPE
    return Needs((Operand(called.func.value, node or called, DICTS),))


def half_of_items(spot: Spot) -> Found:
    """PERF102: `d.items()` becomes `d.values()` or `d.keys()`."""
    node = spot.at(ast.Call)
    if node is None or not isinstance(node.func, ast.Attribute) or node.func.attr != "items":
        return OTHER_SHAPE
    return Needs((Operand(node.func.value, node, DICTS),))


def concatenation(spot: Spot) -> Found:
    """RUF005: `[1] + xs` becomes `[1, *xs]`: the first one's class is that of the result."""
    node = spot.at(ast.BinOp)
    parts = _added(node) if node is not None else []
    if node is None or len(parts) < 2:
        return OTHER_SHAPE
    first, *rest = parts
    kinds = LISTS | TUPLES
    return Needs(
        (Operand(first, node, exact=kinds), *(Operand(one, node, kinds) for one in rest)), families=(LISTS, TUPLES)
    )


def _added(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_added(node.left), node.right]
    return [node]


def first_element(spot: Spot) -> Found:
    """RUF015: `list(x)[0]` becomes `next(iter(x))`, which raises another error for what is empty."""
    node = spot.at(ast.Subscript)
    made = node.value if node is not None else None
    if not isinstance(made, ast.Call) or not is_builtin_call(made, "list", "tuple") or len(made.args) != 1:
        return OTHER_SHAPE
    return Needs((Operand(made.args[0], made, fixed=True),), ("list", "tuple", "next", "iter"))


def pairs(spot: Spot) -> Found:
    """RUF007: `zip(x, x[1:])`."""
    node = spot.at(ast.Call)
    if node is None or not is_builtin_call(node, "zip") or not isinstance(node.args[0], ast.Name):
        return OTHER_SHAPE
    return Needs((Operand(node.args[0], node, TEXT | BYTES | TUPLES | frozenset({"range"})),), ("zip",))


def sum_of_lists(spot: Spot) -> Found:
    """RUF017: `sum(lists, [])`."""
    node = spot.at(ast.Call)
    if node is None or not is_builtin_call(node, "sum") or len(node.args) != 2:
        return OTHER_SHAPE
    start = node.args[1]
    if not isinstance(start, ast.List) and not is_builtin_call(start, "list"):
        return OTHER_SHAPE
    kinds = ITERABLES - TEXT - BYTES
    return Needs((Operand(node.args[0], node, kinds, elements=LISTS),), ("sum", "list"))


def made_twice(spot: Spot) -> Found:
    """C414: `list(tuple(x))`, `set(sorted(x))`."""
    node = spot.at(ast.Call)
    outer = ("list", "tuple", "set", "sorted")
    inner = node.args[0] if node is not None and is_builtin_call(node, *outer) and node.args else None
    if node is None or not isinstance(inner, ast.Call) or not isinstance(inner.func, ast.Name) or len(inner.args) != 1:
        return OTHER_SHAPE
    if node.keywords or inner.keywords:
        return KEYED
    name = inner.func.id
    if name not in (*outer, "reversed"):
        return OTHER_SHAPE
    elements = TEXT | BYTES if name in ("sorted", "reversed") else frozenset[str]()
    return Needs((Operand(inner.args[0], inner, ITERABLES, elements=elements),), (*outer, "reversed"))


def around_sorted(spot: Spot) -> Found:
    """C413: `list(sorted(x))` is a list already; of `reversed(sorted(x))` equal values may tell the order."""
    node = spot.at(ast.Call)
    inner = node.args[0] if node is not None and is_builtin_call(node, "list", "reversed") and node.args else None
    if node is None or not isinstance(inner, ast.Call) or not is_builtin_call(inner, "sorted") or not inner.args:
        return OTHER_SHAPE
    names = ("list", "reversed", "sorted")
    if is_builtin_call(node, "list"):
        return Needs(builtins=names)
    if inner.keywords:
        return KEYED
    above = spot.sight.parents.get(node)
    taken = isinstance(above, ast.For | ast.comprehension) and above.iter is node
    if not taken and not is_builtin_call(above, *TAKES_ANY):
        return TYPE
    return Needs((Operand(inner.args[0], inner, ITERABLES, elements=TEXT | BYTES),), (*names, *TAKES_ANY))


def copied(spot: Spot) -> Found:
    """C416: `[x for x in y]` becomes `list(y)`; `dict` of a mapping takes its values too."""
    node = spot.at(ast.ListComp) or spot.at(ast.SetComp) or spot.at(ast.DictComp)
    if node is None or len(node.generators) != 1 or node.generators[0].is_async or node.generators[0].ifs:
        return OTHER_SHAPE
    source = node.generators[0].iter
    wrong = DICTS if isinstance(node, ast.DictComp) else frozenset[str]()
    return Needs((Operand(source, source, ITERABLES - wrong, wrong=wrong),), ("list", "set", "dict"))


def shorter(spot: Spot) -> Found:
    """C419: `any([...])` becomes `any(...)`, which does not come to the end."""
    node = spot.at(ast.ListComp) or spot.at(ast.SetComp)
    call = spot.sight.parents.get(node) if node is not None else None
    if node is None or not is_builtin_call(call, "any", "all") or len(node.generators) != 1:
        return OTHER_SHAPE
    loop = node.generators[0]
    done = [idle(one, node.elt) for one in (node.elt, *loop.ifs)]
    if loop.is_async or None in done:
        return unknown("what is not evaluated any more may do something, or fail")
    operands = [one for part in done if part is not None for one in part]
    kinds = CONTAINERS | VIEWS | TEXT | BYTES
    return Needs((*operands, Operand(loop.iter, loop.iter, kinds)), ("any", "all"))


def numbered(spot: Spot) -> Found:
    """FURB148: `enumerate` of which one half is not used."""
    node = spot.at(ast.Call)
    loop = spot.sight.parents.get(node) if node is not None else None
    if node is None or not is_builtin_call(node, "enumerate") or not isinstance(loop, ast.For | ast.comprehension):
        return OTHER_SHAPE
    if len(node.args) != 1 or node.keywords:
        return OTHER_SHAPE
    stays = TEXT | BYTES | TUPLES | frozenset({"range"})  # a list may grow on the way
    return Needs((Operand(node.args[0], node, stays),), ("enumerate", "range", "len"))


def flat(spot: Spot) -> Found:
    """PLW3301: `min(1, min(a, b))`."""
    node = spot.at(ast.Call)
    if node is None or not isinstance(node.func, ast.Name) or node.func.id not in ("min", "max"):
        return OTHER_SHAPE
    given = _given(node, node.func.id)
    if given is None:
        return OTHER_SHAPE
    families = FAMILIES[:1] + FAMILIES[2:]
    kinds = frozenset().union(*families)
    return Needs(tuple(Operand(one, node, kinds, method="__lt__") for one in given), ("min", "max"), families)


def _given(node: ast.Call, name: str) -> list[ast.expr] | None:
    """The values that nested calls are given, None where one is given an iterable or keywords."""
    if len(node.args) < 2 or node.keywords or any(isinstance(one, ast.Starred) for one in node.args):
        return None
    found: list[ast.expr] = []
    for one in node.args:
        more = _given(one, name) if isinstance(one, ast.Call) and is_builtin_call(one, name) else [one]
        if more is None:
            return None
        found += more
    return found
