"""Evaluate expressions without running them, as far as that is certain: always true, always false, how many items."""

import ast
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

from stomper.guards.names import Names
from stomper.guards.nodes import nodes_of

Truth: TypeAlias = bool | None
UNKNOWN = object()
MOST = 10_000
DEEPEST = 20
OLDEST = (3, 8)
COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
    ast.Is: lambda a, b: a is b or (a == b and type(a) is type(b)),
    ast.IsNot: lambda a, b: not (a is b or (a == b and type(a) is type(b))),
}
SAME = (ast.Eq, ast.Is, ast.LtE, ast.GtE)
NOT_SAME = (ast.NotEq, ast.IsNot, ast.Lt, ast.Gt)


def truth(node: ast.expr | None, names: Names, depth: int = 0) -> Truth:
    """Say whether an expression is always true or always false; None if that depends on something."""
    if node is None or depth > DEEPEST:
        return None
    match node:
        case ast.BoolOp():
            return _joined(node, [truth(value, names, depth + 1) for value in node.values])
        case ast.UnaryOp(op=ast.Not()):
            inner = truth(node.operand, names, depth + 1)
            return None if inner is None else not inner
        case ast.Tuple() | ast.List() | ast.Set():
            return (
                True if any(not isinstance(item, ast.Starred) for item in node.elts) else None if node.elts else False
            )
        case ast.Dict():
            return True if any(node.keys) else None if node.keys else False
        case ast.Lambda() | ast.GeneratorExp():
            return True
        case ast.JoinedStr():
            return True if any(isinstance(v, ast.Constant) and v.value for v in node.values) else None
        case ast.NamedExpr():
            return truth(node.value, names, depth + 1)
        case ast.IfExp():
            return _either(truth(node.body, names, depth + 1), truth(node.orelse, names, depth + 1))
        case ast.Compare(ops=[_]):
            return _compared(node, names)
        case ast.Call():
            return _called(node, names, depth)
        case ast.Name() | ast.Attribute():
            return _named(node, names, depth)
        case _:
            found = constant(node, names)
            return None if found is UNKNOWN else bool(found)


def _joined(node: ast.BoolOp, values: list[Truth]) -> Truth:
    decides = isinstance(node.op, ast.Or)
    if decides in values:
        return decides
    return None if None in values else not decides


def _either(one: Truth, other: Truth) -> Truth:
    return one if one == other else None


def _compared(node: ast.Compare, names: Names) -> Truth:
    """Compare two constants, a thing with itself, or the version of Python with one that is older than all."""
    operator, right = node.ops[0], node.comparators[0]
    if "sys.version_info" in names.dotted(node.left):
        return _version(operator, constant(right, names))
    if not _calls(node.left) and ast.dump(node.left) == ast.dump(right):
        return True if isinstance(operator, SAME) else False if isinstance(operator, NOT_SAME) else None
    left, other = constant(node.left, names), constant(right, names)
    if UNKNOWN in (left, other):
        return None
    try:
        return bool(COMPARED[type(operator)](left, other))
    except TypeError:
        return None


def _calls(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Call | ast.Await | ast.Yield) for part in nodes_of(node))


def _version(operator: ast.cmpop, version: Any) -> Truth:
    if not isinstance(version, tuple) or not version or version > (*OLDEST, 0):
        return None
    return {ast.GtE: True, ast.Gt: True, ast.Lt: False, ast.LtE: False}.get(type(operator))


def _called(node: ast.Call, names: Names, depth: int) -> Truth:
    """`bool(0)`, `len(())`, `any([])`, `all([])`, `isinstance(x, object)`."""
    if not isinstance(node.func, ast.Name) or node.keywords:
        return None
    match node.func.id, node.args:
        case "bool", []:
            return False
        case (("bool" | "int" | "float" | "str"), [value]):
            return truth(value, names, depth + 1)
        case (("list" | "tuple" | "set" | "dict" | "frozenset" | "bytes" | "int" | "str"), []):
            return False
        case (("len" | "list" | "tuple" | "set" | "frozenset" | "sum"), [value]):
            count = length(value, names)
            return None if count is None else bool(count)
        case ("any" | "all") as name, [value] if length(value, names) == 0:
            return name == "all"
        case "isinstance", [_, ast.Name(id="object")]:
            return True
        case _:
            return None


def _named(node: ast.expr, names: Names, depth: int) -> Truth:
    """A name that is set once, to a constant; `TYPE_CHECKING` is false where code runs, `__debug__` is not known."""
    if "TYPE_CHECKING" in names.last(node):
        return False
    if not isinstance(node, ast.Name):
        return None
    value = names.value(node.id)
    return truth(value, names, depth + 1) if value is not None else None


def constant(node: ast.expr, names: Names) -> Any:
    """The value of a literal, or UNKNOWN."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return sys.maxsize if "sys.maxsize" in names.dotted(node) else UNKNOWN


def length(node: ast.expr | None, names: Names, depth: int = 0) -> int | None:
    """Give the number of items that a loop over an expression sees, if literals tell it, else None."""
    if node is None or depth > DEEPEST:
        return None
    match node:
        case ast.Tuple() | ast.List() | ast.Set():
            return None if any(isinstance(item, ast.Starred) for item in node.elts) else len(node.elts)
        case ast.Dict():
            return len(node.keys) if all(node.keys) else None
        case ast.Constant(value=str() | bytes() as value):
            return len(value)
        case ast.Name():
            return length(names.value(node.id), names, depth + 1)
        case ast.Subscript(slice=ast.Slice() as cut):
            return _cut(length(node.value, names, depth + 1), cut, names)
        case ast.Call(func=ast.Name(id=name), args=args) if all(word.arg == "strict" for word in node.keywords):
            return _length_of_call(name, args, names, depth)
        case ast.Call(func=ast.Attribute(value=inner, attr="items" | "keys" | "values")):
            return length(inner, names, depth + 1)
        case _:
            return None


def _cut(whole: int | None, cut: ast.Slice, names: Names) -> int | None:
    bounds = [None if part is None else constant(part, names) for part in (cut.lower, cut.upper, cut.step)]
    if any(not isinstance(bound, int | None) for bound in bounds):
        return None
    if whole is None:
        return 0 if bounds[1] == 0 and bounds[2] is None else None
    return len(range(whole)[slice(*bounds)]) if bounds[2] != 0 else None


def _length_of_call(name: str, args: list[ast.expr], names: Names, depth: int) -> int | None:
    if name == "range":
        bounds = [constant(arg, names) for arg in args]
        whole = bounds and all(isinstance(bound, int) for bound in bounds) and 0 not in bounds[2:]
        return min(len(range(*bounds[:3])), MOST) if whole else None
    if name in ("list", "tuple", "set", "dict", "iter", "frozenset") and not args:
        return 0
    if name in ("list", "tuple", "set", "sorted", "enumerate", "reversed", "iter", "frozenset") and args:
        return length(args[0], names, depth + 1)
    if name == "zip" and args:
        known = [found for arg in args if (found := length(arg, names, depth + 1)) is not None]
        return min(known) if len(known) == len(args) or 0 in known else None
    return None
