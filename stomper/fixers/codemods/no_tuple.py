"""Say of an expression that its value is no tuple, whatever the program is given: by its syntax and its origin."""

import ast
from collections.abc import Callable, Iterator
from typing import TypeAlias

from stomper.fixers.codemods.scopes import FUNCTIONS, Scopes, bound

Fits: TypeAlias = Callable[[Scopes, ast.expr, frozenset[str]], bool]
# What gives a text or a number, and what gives something else that is no tuple.
TEXTS = frozenset({"str", "repr", "ascii", "hex", "oct", "bin", "chr", "format", "input"})
WHOLE = frozenset({"len", "int", "id", "ord", "hash"})
OTHERS = frozenset({"float", "type", "bool", "list", "dict", "set", "frozenset", "sorted", "bytes", "range"})
SINGLE = TEXTS | WHOLE | OTHERS
METHODS = frozenset({"join", "format", "replace", "strip", "lower", "upper", "split", "encode"})
VIEWS = frozenset({"keys", "values", "items"})
NAMES = frozenset({"__name__", "__qualname__"})
OF_MODULE = frozenset({"__name__", "__file__"})
DISPLAYS = (
    *(ast.Constant, ast.JoinedStr, ast.Dict, ast.List, ast.Set, ast.Lambda, ast.Compare),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)


def is_no_tuple(scopes: Scopes, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
    """Say whether the value of an expression can be no tuple. `seen` are variables that are being looked at."""
    match node:
        case ast.Call():
            return _gives_none(scopes, node)
        case ast.Attribute():
            return node.attr == "__class__" or (node.attr in NAMES and _is_class(scopes, node.value))
        case ast.Name():
            return node.id not in seen and _is_given(scopes, node, is_no_tuple, seen | {node.id})
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BinOp():
            return _is_text(scopes, node, seen)
        case ast.IfExp(body=body, orelse=orelse):
            return is_no_tuple(scopes, body, seen) and is_no_tuple(scopes, orelse, seen)
        case ast.BoolOp(values=values):
            return all(is_no_tuple(scopes, value, seen) for value in values)
        case _:
            return isinstance(node, DISPLAYS)


def is_whole(scopes: Scopes, node: ast.expr) -> bool:
    """Say whether the value of an expression is an `int`, and no object of another class."""
    if isinstance(node, ast.Constant):
        return type(node.value) is int
    return isinstance(node, ast.Call) and _called(scopes, node) in WHOLE


def _called(scopes: Scopes, node: ast.Call) -> str:
    """The built-in name that a call is of."""
    is_name = isinstance(node.func, ast.Name) and scopes.is_builtin(node.func.id, node.lineno)
    return node.func.id if is_name and isinstance(node.func, ast.Name) else ""


def _gives_none(scopes: Scopes, node: ast.Call) -> bool:
    if isinstance(node.func, ast.Attribute):
        owner = node.func.value
        if isinstance(owner, ast.Constant | ast.JoinedStr):  # `", ".join(names)`
            return node.func.attr in METHODS
        return node.func.attr in VIEWS and isinstance(owner, ast.Name) and _is_keywords(scopes, owner)
    return _called(scopes, node) in SINGLE


def _is_class(scopes: Scopes, node: ast.expr) -> bool:
    """Say whether an expression is the class of something."""
    if isinstance(node, ast.Call):
        return _called(scopes, node) == "type" and len(node.args) == 1
    return isinstance(node, ast.Attribute) and node.attr == "__class__"


def _is_keywords(scopes: Scopes, node: ast.Name) -> bool:
    """Say whether a name is that of `**keywords`, and of nothing else."""
    function = _home(scopes, node)
    given = list(_bindings(function, node.id)) if function else []
    return len(given) == 1 and function is not None and given[0] is function.args.kwarg


def _is_text(scopes: Scopes, node: ast.expr, seen: frozenset[str]) -> bool:
    """Say whether the value of an expression is a text, which only another text can be added to."""
    match node:
        case ast.Constant():
            return isinstance(node.value, str)
        case ast.BinOp(op=ast.Add()):
            return _is_text(scopes, node.left, seen) and _is_text(scopes, node.right, seen)
        case ast.BinOp(op=ast.Mod()):
            return isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
        case ast.Name():
            return node.id not in seen and _is_given(scopes, node, _is_text, seen | {node.id})
        case ast.Call():
            return _called(scopes, node) in TEXTS
        case _:
            return isinstance(node, ast.JoinedStr)


def _is_given(scopes: Scopes, node: ast.Name, fits: Fits, seen: frozenset[str]) -> bool:
    """Say whether a variable is given nothing but values that fit; what Python itself gives is no tuple."""
    function = _home(scopes, node)
    if function is None:
        return _is_of_module(scopes, node, fits, seen)
    values = {target: value for one in ast.walk(function) for target, value in _given(one)}
    own = (function.args.kwarg,) if fits is is_no_tuple else ()
    return all(
        one in own
        or (fits is is_no_tuple and isinstance(one, ast.ExceptHandler))  # no exception is derived from `tuple` too
        or (one in values and fits(scopes, values[one], seen))
        for one in _bindings(function, node.id)
    )


def _given(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The targets of an assignment, each with the value that it is given."""
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
        yield node.target, node.value


def _is_of_module(scopes: Scopes, node: ast.Name, fits: Fits, seen: frozenset[str]) -> bool:
    """Say whether a name is one that each module has, or is given one value, which fits, at the top of the module."""
    given = list(_bindings(scopes.tree, node.id))
    if scopes.has_star or not given:
        return node.id in OF_MODULE and not scopes.has_star
    made = [one for one in scopes.tree.body if isinstance(one, ast.Assign) and any(given == [to] for to in one.targets)]
    return bool(made) and isinstance(made[0].value, (*DISPLAYS, ast.BinOp)) and fits(scopes, made[0].value, seen)


def _home(scopes: Scopes, node: ast.Name) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function that a name is a variable of, if that is the innermost one around it."""
    around = [one for one in scopes.around(node.lineno) if isinstance(one, (*FUNCTIONS, ast.ClassDef))]
    inner = around[-1] if around else None
    if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) or node.id in scopes.globals:
        return None
    return inner if any(_bindings(inner, node.id)) else None


def _bindings(function: ast.AST, name: str) -> Iterator[ast.AST]:
    return (one for one in ast.walk(function) if one is not function and name in bound(one))
