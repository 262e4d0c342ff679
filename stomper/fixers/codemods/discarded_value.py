"""mypy's func-returns-value, where nobody wants the value: `[f(x) for x in xs]` is a loop, `a and f()` an `if`.

What happens is the same whatever `f` returns. If the value is used (`x = f()`) it stays: stubs may be wrong.
"""

import ast
import functools
from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

import libcst as cst
import libcst.matchers as m

from stomper.fixers.codemods.afterwards import is_last
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.comments import comments_in
from stomper.fixers.codemods.names import LOOKS_AT_NAMES
from stomper.fixers.codemods.scopes import Scopes, lines_of, names_bound
from stomper.fixers.codemods.sites import SiteTransformer, names_in, transform
from stomper.models import Diagnostic

Line: TypeAlias = cst.SimpleStatementLine
COLLECTIONS = frozenset({"list", "tuple", "dict", "set", "frozenset", "List", "Tuple", "Dict", "Set", "Sequence"})
HELD = "the name of a loop would hold on to the last value while the function goes on"
# What needs brackets beside an `and`.
LOOSE = cst.BooleanOperation | cst.IfExp
# What needs no brackets, on several lines neither: it has its own.
TIGHT = cst.Name | cst.Call | cst.Subscript | cst.List | cst.Dict | cst.Set | cst.ListComp | cst.DictComp


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    scopes, mine = Scopes(source.text), []
    for found in diagnostics:
        if _may_hold(scopes, found.line):
            source.leave(found, HELD)
        else:
            mine.append(found)
    return transform(source, mine, _Statement)


def _may_hold(scopes: Scopes, line: int) -> bool:
    """Return whether a loop's name would keep its last value alive, which a comprehension releases."""
    loops = (node.value for node in ast.walk(scopes.tree) if isinstance(node, ast.Expr) and line in lines_of(node))
    loop = next((value for value in loops if isinstance(value, ast.ListComp)), None)
    around = next((one for one in reversed(scopes.around(line)) if not isinstance(one, ast.Lambda)), None)
    if loop is None or around is None:
        return False
    held = _containers(around)
    for part in loop.generators:
        if not _is_held(scopes, part.iter, held):
            return not is_last(around, line)
        held |= {node.id for node in ast.walk(part.target) if isinstance(node, ast.Name)}
    return False


def _containers(function: ast.AST) -> set[str]:
    """The parameters that say that they are collections, and stay: these hold on to their values themselves."""
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return set()
    given = (one for one in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs])
    said = {one.arg for one in given if one.annotation and _is_collection(one.annotation)}
    return said - names_bound(ast.Module(function.body, []))


def _is_collection(annotation: ast.expr) -> bool:
    named = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return ast.unparse(named).rpartition(".")[2] in COLLECTIONS


def _is_held(scopes: Scopes, over: ast.expr, held: set[str]) -> bool:
    """Return whether the iterable keeps its last value alive anyway, or releasing it has no effect."""
    if isinstance(over, ast.List | ast.Tuple):
        return all(isinstance(one, ast.Constant) for one in over.elts)
    if not isinstance(over, ast.Call) or not isinstance(over.func, ast.Name):
        return isinstance(over, ast.Name) and over.id in held
    if not scopes.is_builtin(over.func.id, over.lineno):
        return False
    pairs = over.func.id in ("zip", "enumerate") and all(_is_held(scopes, one, held) for one in over.args)
    return over.func.id == "range" or pairs


class _Statement(SiteTransformer):
    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(diagnostics)
        self.scopes: list[cst.CSTNode] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.scopes.append(node)

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        self.scopes.pop()
        return updated_node

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.scopes.append(node)

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        self.scopes.pop()
        return updated_node

    def leave_SimpleStatementLine(self, original_node: Line, updated_node: Line) -> cst.BaseStatement:
        statement = original_node.body[0]
        value = statement.value if isinstance(statement, cst.Expr) and len(original_node.body) == 1 else None
        if isinstance(value, cst.BooleanOperation) and self.site(value.right) and not comments_in(value):
            return _as_if(updated_node, value)
        if isinstance(value, cst.ListComp) and self.site(value.elt) and not comments_in(value):
            return _as_loop(updated_node, value) if self._is_alone(original_node, value) else updated_node
        return updated_node

    def _is_alone(self, statement: Line, value: cst.ListComp) -> bool:
        """Return whether no other code of the function uses the loop's names, which become the function's own."""
        scope = self.scopes[-1] if self.scopes else None
        if not isinstance(scope, cst.FunctionDef) or m.findall(value, m.NamedExpr() | m.Lambda() | m.Asynchronous()):
            return False
        rest = frozenset(_names(scope) - _names(statement))
        own = _targets(value.for_in)
        # What is looped over is looked up outside, where the name may be that of something else.
        return not rest & (own | LOOKS_AT_NAMES | {"f_locals"}) and not own & names_in(value.for_in.iter)


def _names(node: cst.CSTNode) -> Counter[str]:
    return Counter(name.value for name in m.findall(node, m.Name()) if isinstance(name, cst.Name))


def _targets(loop: cst.CompFor | None) -> frozenset[str]:
    return names_in(loop.target) | _targets(loop.inner_for_in) if loop else frozenset()


def _as_if(line: Line, value: cst.BooleanOperation) -> cst.If:
    test = _in_brackets(value.left, force=isinstance(value.operator, cst.Or))
    if isinstance(value.operator, cst.Or):
        test = cst.UnaryOperation(cst.Not(), test)
    return cst.If(test, _block(value.right, line), leading_lines=line.leading_lines)


def _as_loop(line: Line, value: cst.ListComp) -> cst.BaseStatement:
    loop = _loop(value.for_in, _block(value.elt, line))
    return loop.with_changes(leading_lines=line.leading_lines)


def _loop(part: cst.CompFor, body: cst.IndentedBlock) -> cst.For:
    inside = cst.IndentedBlock([_loop(part.inner_for_in, body)]) if part.inner_for_in else body
    if part.ifs:
        conditions = [_in_brackets(one.test, isinstance(one.test, LOOSE) and len(part.ifs) > 1) for one in part.ifs]
        inside = cst.IndentedBlock([cst.If(functools.reduce(_both, conditions), inside)])
    return cst.For(part.target, _in_brackets(part.iter), inside)


def _both(left: cst.BaseExpression, right: cst.BaseExpression) -> cst.BaseExpression:
    return cst.BooleanOperation(left, cst.And(), right)


def _block(value: cst.BaseExpression, line: Line) -> cst.IndentedBlock:
    expression = cst.Expr(_in_brackets(value))
    return cst.IndentedBlock([cst.SimpleStatementLine([expression], trailing_whitespace=line.trailing_whitespace)])


def _in_brackets(value: cst.BaseExpression, force: bool = False) -> cst.BaseExpression:
    """An expression that may be over several lines, which the brackets around it allowed."""
    loose = not value.lpar and not isinstance(value, TIGHT)
    if not loose or not (force or "\n" in cst.Module([]).code_for_node(value)):
        return value
    return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
