"""B018: a name or an attribute that is looked up for what the look-up does is assigned to `_`.

Only within functions, and where the file has no `_` of its own: elsewhere it would be a new attribute. Not where code
looks at names by their text, nor where the function goes on to do more: `_` would hold on to what was found, which may
do something when it ends.
"""

import ast
from collections.abc import Sequence

import libcst as cst

from stomper.fixers.codemods.afterwards import is_last
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.names import WORD
from stomper.fixers.codemods.scopes import Scopes
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

SEEN = "code looks at names by their text, and would see another one"
HELD = "a name would hold on to what is looked up while the function goes on"
FAILS = frozenset({"raises", "assertRaises", "assertRaisesRegex"})
"""Around a look-up that is to fail: there is nothing to hold on to."""


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    if "_" in WORD.findall(source.text):
        return None
    scopes, mine = Scopes(source.text), []
    for found in diagnostics:
        if why := _why_not(scopes, found.line):
            source.leave(found, why)
        else:
            mine.append(found)
    return transform(source, mine, _Assign)


def _why_not(scopes: Scopes, line: int) -> str:
    """Say why a look-up stays as it is, '' if it need not."""
    if scopes.sees_names(line):
        return SEEN
    around = next(reversed(scopes.around(line)), None)
    if around is None or isinstance(around, ast.ClassDef | ast.Lambda):
        return ""
    yields = any(isinstance(node, ast.Yield | ast.YieldFrom | ast.Await) for node in ast.walk(around))
    return HELD if yields or not (_is_name(around, line) or _is_to_fail(around, line) or is_last(around, line)) else ""


def _is_name(function: ast.AST, line: int) -> bool:
    """Return whether a line only looks up a plain name, which keeps its value anyway."""
    found = (node for node in ast.walk(function) if isinstance(node, ast.Expr) and node.lineno == line)
    return all(isinstance(node.value, ast.Name) for node in found)


def _is_to_fail(function: ast.AST, line: int) -> bool:
    """Return whether a test expects this line to raise."""
    tests = (node for node in ast.walk(function) if isinstance(node, ast.With) and node.body[-1].lineno == line)
    calls = (item.context_expr for node in tests for item in node.items if isinstance(item.context_expr, ast.Call))
    return any(getattr(call.func, "attr", getattr(call.func, "id", "")) in FAILS for call in calls)


class _Assign(SiteTransformer):
    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(diagnostics)
        self.scopes: list[type[cst.CSTNode]] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.scopes.append(cst.FunctionDef)

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        self.scopes.pop()
        return updated_node

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.scopes.append(cst.ClassDef)

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        self.scopes.pop()
        return updated_node

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.Expr | cst.Assign:
        looked_up = isinstance(updated_node.value, cst.Name | cst.Attribute | cst.Subscript)
        if self.site(original_node) is None or not looked_up or self.scopes[-1:] != [cst.FunctionDef]:
            return updated_node
        return cst.Assign([cst.AssignTarget(cst.Name("_"))], updated_node.value, updated_node.semicolon)
