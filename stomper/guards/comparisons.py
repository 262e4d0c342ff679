"""Read a condition as operator and operands, in one form for all ways to write it."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stomper.guards.merged_comparisons import merged, name_of
from stomper.guards.normal_forms import form

SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Is: "is",
    ast.IsNot: "isnot",
    ast.In: "in",
    ast.NotIn: "notin",
}
OPPOSITE = {
    "eq": "ne",
    "lt": "ge",
    "le": "gt",
    "is": "isnot",
    "in": "notin",
    "truthy": "falsy",
    "isinstance": "notinstance",
}
OPPOSITE |= {other: one for one, other in OPPOSITE.items()}
TURNED = {"gt": "lt", "ge": "le"}
SYMMETRIC = frozenset({"eq", "ne", "is", "isnot", "approx"})


@dataclass(frozen=True, slots=True)
class Statement:
    """An operator and its operands."""

    op: str
    operands: tuple[ast.expr, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The normal form. Operands that may change places are sorted."""
        forms = [form(operand) for operand in self.operands]
        return (self.op, *(sorted(forms) if self.op in SYMMETRIC else forms))


def statements_of(node: ast.expr, wanted: bool = True) -> Iterator[Statement]:
    """Take a condition apart into what it claims; `wanted` is whether it is to be true."""
    match node:
        case ast.UnaryOp(op=ast.Not()):
            yield from statements_of(node.operand, not wanted)
        case ast.BoolOp() if isinstance(node.op, ast.And) is wanted:
            for value in node.values:
                yield from statements_of(value, wanted)
        case ast.BoolOp():
            one = merged(node, wanted)
            if one is not None:
                yield from statements_of(one)
            else:
                yield Statement("or" if wanted else "nand", tuple(node.values))
        case ast.Compare():
            yield from _compared(node, wanted)
        case ast.Call(func=ast.Name(id="isinstance"), args=[value, classes]):
            yield Statement("isinstance" if wanted else "notinstance", (value, _classes(classes)))
        case ast.Call(func=ast.Name(id="bool" | "len"), args=[value]):
            yield from statements_of(value, wanted)
        case _:
            yield Statement("truthy" if wanted else "falsy", (node,))


def _compared(node: ast.Compare, wanted: bool) -> Iterator[Statement]:
    operands = [node.left, *node.comparators]
    if len(node.ops) > 1 and not wanted:
        yield Statement("falsy", (node,))
        return
    for place, sign in enumerate(node.ops):
        op = SIGNS[type(sign)]
        yield from _plain(op if wanted else OPPOSITE[op], operands[place], operands[place + 1])


def _plain(op: str, left: ast.expr, right: ast.expr) -> Iterator[Statement]:
    """One comparison, in its simplest form."""
    if op in TURNED:
        op, left, right = TURNED[op], right, left
    if op in ("eq", "ne", "is", "isnot") and _is_special(left):
        left, right = right, left
    if op in ("eq", "ne", "is", "isnot") and _is_special(right):
        yield from _special(op, left, right)
    elif op in ("in", "notin") and isinstance(right, ast.Tuple | ast.List | ast.Set) and right.elts:
        yield from _among(op, left, right.elts)
    elif op in ("eq", "is") and (kind := _type_of(left)) is not None:
        yield Statement("isinstance", (kind, _classes(right)))
    elif _is_empty_length(op, left, right):
        yield from statements_of(right if op in ("lt", "le") else left)
    elif op == "eq" and (approx := _approx(left, right)) is not None:
        yield approx
    else:
        yield Statement(op, (left, right))


def _is_special(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool | type(...)))


def _special(op: str, left: ast.expr, right: ast.expr) -> Iterator[Statement]:
    """A comparison with None, True or False: to be equal to True is to be true, as linters have it."""
    value = right.value if isinstance(right, ast.Constant) else None
    if isinstance(value, bool) and op in ("eq", "ne"):
        yield from statements_of(left, value is (op == "eq"))
    else:
        yield Statement({"eq": "is", "ne": "isnot"}.get(op, op), (left, right))


def _among(op: str, left: ast.expr, items: Sequence[ast.expr]) -> Iterator[Statement]:
    if op == "notin":
        for item in items:
            yield from _plain("ne", left, item)
    elif len(items) == 1:
        yield from _plain("eq", left, items[0])
    else:
        yield Statement("in", (left, ast.Set(list(items))))


def _type_of(node: ast.expr) -> ast.expr | None:
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "type"
        and len(node.args) == 1
    ):
        return node.args[0]
    return None


def _is_empty_length(op: str, left: ast.expr, right: ast.expr) -> bool:
    """Return whether a comparison says that something has items: `0 < len(x)`, `1 <= len(x)`, `len(x) != 0`."""
    number, counted = (left, right) if op in ("lt", "le") else (right, left)
    if not isinstance(number, ast.Constant) or (op, number.value) not in (("lt", 0), ("le", 1), ("ne", 0)):
        return False
    return isinstance(counted, ast.Call) and isinstance(counted.func, ast.Name) and counted.func.id == "len"


def _approx(left: ast.expr, right: ast.expr) -> Statement | None:
    """An equality with `pytest.approx(...)` on one side: both values, and the tolerances."""
    for one, other in ((left, right), (right, left)):
        if isinstance(other, ast.Call) and other.args and name_of(other.func) == "approx":
            return Statement("approx", (one, other.args[0], *(word.value for word in other.keywords)))
    return None


def _classes(node: ast.expr) -> ast.expr:
    """The classes of `isinstance` as a set in one order: `(A, B)` and `A | B` are the same."""
    found: list[ast.expr] = []
    pending = [node]
    while pending:
        part = pending.pop(0)
        if isinstance(part, ast.Tuple):
            pending += part.elts
        elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitOr):
            pending += [part.left, part.right]
        else:
            found.append(part)
    return ast.Set(sorted(found, key=form)) if len(found) > 1 else found[0] if found else node
