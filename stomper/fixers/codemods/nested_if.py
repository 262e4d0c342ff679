"""SIM102: an `if` that is all there is in another one is one `if` with both conditions; comments go above it."""

from collections.abc import Sequence

import libcst as cst

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.comments import as_lines, comments_in, read_by_tools
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

LOOSER = cst.IfExp | cst.Lambda | cst.NamedExpr | cst.Yield


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    return transform(source, diagnostics, _Merge)


class _Merge(SiteTransformer):
    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If:
        body = updated_node.body
        if self.site(original_node) is None or updated_node.orelse or not isinstance(body, cst.IndentedBlock):
            return updated_node
        inner = body.body[0]
        if len(body.body) != 1 or not isinstance(inner, cst.If) or inner.orelse or body.footer:
            return updated_node
        comments = comments_in(body.header, *inner.leading_lines)
        if read_by_tools(comments) or not isinstance(inner.body, cst.IndentedBlock):
            return updated_node
        if comments_in(updated_node.test, inner.test):
            return updated_node
        test = cst.BooleanOperation(_operand(updated_node.test), cst.And(), _operand(inner.test))
        lines = (*updated_node.leading_lines, *as_lines(comments))
        after_if = cst.SimpleWhitespace(" ")
        return updated_node.with_changes(
            test=_on_one_line(test), body=inner.body, leading_lines=lines, whitespace_before_test=after_if
        )


def _operand(test: cst.BaseExpression) -> cst.BaseExpression:
    loose = isinstance(test, LOOSER) or (isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.Or))
    if test.lpar or not loose:
        return test
    return test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _on_one_line(test: cst.BooleanOperation) -> cst.BooleanOperation:
    """In parentheses where a line ends in it outside of others."""
    if "\n" not in cst.Module(()).code_for_node(test):
        return test
    return test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
