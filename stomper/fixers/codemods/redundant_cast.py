"""mypy's redundant-cast: a `cast` to the type that a value has anyway leaves the value.

Only of the `cast` that is typing's at run time too: what mypy takes for it may be another one there.
"""

import ast
from collections.abc import Iterator, Sequence

import libcst as cst
import libcst.matchers as m

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.comments import comments_in
from stomper.fixers.codemods.scopes import Imported, Scopes
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

CAST = m.Call(
    m.OneOf(m.Name("cast"), m.Attribute(attr=m.Name("cast"))),
    [m.Arg(keyword=None, star=""), m.Arg(keyword=None, star="")],
)
# What binds as tightly as the call did.
TIGHT = cst.Name | cst.Attribute | cst.Call | cst.Subscript | cst.SimpleString | cst.List | cst.Dict | cst.Set


MODULES, NAME = ("typing", "typing_extensions"), "cast"
OTHER = "`cast` may be another one when the program runs"


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    scopes, mine = Scopes(source.text), []
    for found in diagnostics:
        calls = list(_casts(scopes, found))
        if calls and all(_is_typings(scopes, call) for call in calls):
            mine.append(found)
        else:
            source.leave(found, OTHER)
    return transform(source, mine, _Value) if mine else None


def _casts(scopes: Scopes, found: Diagnostic) -> Iterator[ast.Call]:
    """The calls that begin where a diagnostic is: `cast(A, b)(c)` is two."""
    calls = (node for node in ast.walk(scopes.tree) if isinstance(node, ast.Call) and node.lineno == found.line)
    here = (call for call in calls if scopes.column(call) == found.column)
    return (call for call in here if getattr(call.func, "id", getattr(call.func, "attr", "")) == NAME)


def _is_typings(scopes: Scopes, call: ast.Call) -> bool:
    """Say whether a call is one of typing's `cast`."""
    root = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    meaning = scopes.meaning(root.id, call.lineno) if isinstance(root, ast.Name) else None
    names = {Imported(module, None if root is not call.func else NAME) for module in MODULES}
    return meaning in names


class _Value(SiteTransformer):
    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if self.site(original_node) is None or not m.matches(updated_node, CAST) or comments_in(updated_node):
            return updated_node
        value = updated_node.args[1].value
        if isinstance(value, TIGHT) or value.lpar:
            return value.with_changes(lpar=[*updated_node.lpar, *value.lpar], rpar=[*value.rpar, *updated_node.rpar])
        return value.with_changes(
            lpar=[*updated_node.lpar, cst.LeftParen()], rpar=[cst.RightParen(), *updated_node.rpar]
        )
