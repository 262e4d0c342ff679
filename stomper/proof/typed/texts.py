"""Texts and numbers: whether they are formatted, split and rounded to the same."""

import ast

from stomper.fixers.codemods.percent_parts import NUMBERS, WHOLE, OtherFormError, fields_of
from stomper.proof.typed.kinds import (
    BOOL,
    BYTES,
    CONTAINERS,
    FLOAT,
    INTEGER,
    STANDARD,
    TEXT,
    TUPLES,
    VALUES,
    VIEWS,
)
from stomper.proof.typed.needs import OTHER_SHAPE, Found, Needs, Operand
from stomper.proof.typed.origins import Origins
from stomper.proof.typed.spots import Spot, is_builtin_call

SHOWN = (CONTAINERS | VALUES | FLOAT | VIEWS | STANDARD) - TUPLES
ROUNDING = ("floor", "ceil", "trunc")
INT = frozenset({"int"})
FORMAT = "__format__"
"""`%` makes a plain number of a value first, `format` asks the value itself."""


def percent(spot: Spot) -> Found:
    """UP031: `%` takes a tuple apart, and shows what is no `int` in another way as `%d`. `!s` shows what `%s` does."""
    node = spot.at(ast.BinOp)
    if node is None or not isinstance(node.left, ast.Constant) or not isinstance(node.left.value, str):
        return OTHER_SHAPE
    try:
        fields = fields_of(node.left.value)
    except OtherFormError:
        return OTHER_SHAPE
    single = not isinstance(node.right, ast.Tuple)
    values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
    if len(fields) != len(values) or fields[0].key is not None or any(isinstance(one, ast.Starred) for one in values):
        return OTHER_SHAPE
    # Within a tuple that is written there, a text shows whatever it is.
    asked = [(one, field.kind) for one, field in zip(values, fields, strict=True) if single or field.kind in NUMBERS]
    return Needs(tuple(_shown(value, kind, node) for value, kind in asked))


def _shown(value: ast.expr, kind: str, node: ast.expr) -> Operand:
    if kind in WHOLE:
        return Operand(value, node, INTEGER, wrong=FLOAT | TUPLES, hidden=FORMAT)
    if kind in NUMBERS:
        return Operand(value, node, INTEGER | {"float"}, wrong=TUPLES, hidden=FORMAT)
    return Operand(value, node, SHOWN, wrong=TUPLES)


def joined(spot: Spot) -> Found:
    """FLY002: `" ".join((a, b))` takes texts as they are, an f-string what they format themselves to."""
    node = spot.at(ast.Call)
    given = node.args[0] if node is not None and len(node.args) == 1 else None
    if node is None or not isinstance(given, ast.Tuple | ast.List):
        return OTHER_SHAPE
    if any(isinstance(one, ast.Starred) for one in given.elts):
        return OTHER_SHAPE
    return Needs(tuple(Operand(one, node, exact=TEXT) for one in given.elts))


def split_once(spot: Spot) -> Found:
    """PLC0207: `a.split(".")[0]`."""
    node = spot.at(ast.Subscript)
    call = node.value if node is not None else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return OTHER_SHAPE
    return Needs((Operand(call.func.value, call, TEXT | BYTES),))


def to_int(spot: Spot) -> Found:
    """RUF046: `int(x)` makes a plain number of a `bool` and of an enumeration's."""
    node = spot.at(ast.Call)
    if node is None or not is_builtin_call(node, "int") or len(node.args) != 1 or node.keywords:
        return OTHER_SHAPE
    given = node.args[0]
    if isinstance(given, ast.Call) and len(given.args) == 1 and not given.keywords:
        origins = Origins(spot.sight)
        if is_builtin_call(given, "round") or origins.means(given.func, "math", ROUNDING):
            return Needs((Operand(given.args[0], given, INTEGER | {"float"}),), ("int", "round"))
    return Needs((Operand(given, node, exact=INT, wrong=BOOL),), ("int",))


def rounded(spot: Spot) -> Found:
    """RUF057: `round(x)` of a number that is whole."""
    node = spot.at(ast.Call)
    if node is None or not is_builtin_call(node, "round") or not node.args or node.keywords:
        return OTHER_SHAPE
    places = node.args[1] if len(node.args) == 2 else ast.Constant(0)
    if not isinstance(places, ast.Constant) or not (places.value is None or isinstance(places.value, int)):
        return OTHER_SHAPE
    return Needs((Operand(node.args[0], node, exact=INT, wrong=BOOL | FLOAT),), ("round",))
