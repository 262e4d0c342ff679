"""SIM105: `try: ... except X: pass` is `with contextlib.suppress(X): ...`, also where there are comments."""

from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.comments import as_lines, comments_in, read_by_tools
from stomper.fixers.codemods.imports import with_import
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

NOTHING = m.IndentedBlock([m.SimpleStatementLine([m.Pass() | m.Expr(m.Ellipsis())])]) | m.SimpleStatementSuite(
    [m.Pass() | m.Expr(m.Ellipsis())]
)


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    text = transform(source, diagnostics, _Suppress)
    return None if text is None else with_import(text, "contextlib")


class _Suppress(SiteTransformer):
    def leave_Try(self, original_node: cst.Try, updated_node: cst.Try) -> cst.Try | cst.With:
        if self.site(original_node) is None or len(updated_node.handlers) != 1:
            return updated_node
        handler = updated_node.handlers[0]
        comments = comments_in(handler)
        if updated_node.orelse or updated_node.finalbody or handler.name or not m.matches(handler.body, NOTHING):
            return updated_node
        if read_by_tools(comments):
            return updated_node
        call = cst.Call(cst.Attribute(cst.Name("contextlib"), cst.Name("suppress")), _caught(handler.type))
        lines = (*updated_node.leading_lines, *as_lines(comments))
        return cst.With([cst.WithItem(call)], updated_node.body, leading_lines=lines)


def _caught(types: cst.BaseExpression | None) -> list[cst.Arg]:
    if types is None:
        return [cst.Arg(cst.Name("BaseException"))]
    if not isinstance(types, cst.Tuple):
        return [cst.Arg(types)]
    return [cst.Arg(e.value, star="*" if isinstance(e, cst.StarredElement) else "") for e in types.elements]
