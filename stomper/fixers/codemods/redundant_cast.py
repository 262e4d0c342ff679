"""mypy's redundant-cast: a `cast` to the type that a value has anyway leaves the value."""

from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.comments import comments_in
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

CAST = m.Call(
    m.OneOf(m.Name("cast"), m.Attribute(attr=m.Name("cast"))),
    [m.Arg(keyword=None, star=""), m.Arg(keyword=None, star="")],
)
# What binds as tightly as the call did.
TIGHT = cst.Name | cst.Attribute | cst.Call | cst.Subscript | cst.SimpleString | cst.List | cst.Dict | cst.Set


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    return transform(source, diagnostics, _Value)


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
