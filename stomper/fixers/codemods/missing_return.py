"""mypy's return: a function that may return None says so at its end, where it does without a word."""

from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.endings import with_return_none
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

NONE = m.Name("None")
OPTIONAL = m.Subscript(m.OneOf(m.Name("Optional"), m.Attribute(attr=m.Name("Optional"))))


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    return transform(source, diagnostics, _Closed)


class _Closed(SiteTransformer):
    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        body, returns = updated_node.body, updated_node.returns
        named = {line for line, _ in self.places}
        if self.place(original_node.name)[0] not in named or returns is None or not isinstance(body, cst.IndentedBlock):
            return updated_node
        if not takes_none(returns.annotation) or _is_stub(body):
            return updated_node
        return updated_node.with_changes(body=with_return_none(body))


def takes_none(annotation: cst.BaseExpression) -> bool:
    """Return whether a written type is None or includes None."""
    if isinstance(annotation, cst.SimpleString):
        try:
            annotation = cst.parse_expression(str(annotation.evaluated_value))
        except cst.ParserSyntaxError:
            return False
    if m.matches(annotation, OPTIONAL):
        return True
    if isinstance(annotation, cst.BinaryOperation):
        return takes_none(annotation.left) or takes_none(annotation.right)
    return m.matches(annotation, NONE)


def _is_stub(body: cst.IndentedBlock) -> bool:
    """A body without code is one that is still to be written, or that others override."""
    return all(
        m.matches(
            statement, m.SimpleStatementLine([m.OneOf(m.Pass(), m.Expr(m.OneOf(m.SimpleString(), m.Ellipsis())))])
        )
        for statement in body.body
    )
