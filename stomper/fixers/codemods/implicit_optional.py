"""mypy's assignment, where a parameter's default is None and its type does not say so (PEP 484)."""

import re
from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

from stomper.fixers.annotate.python_version import read_target
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.bindings import Spelling, spell
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

DEFAULT = re.compile(r'^Incompatible default for (?:parameter|argument) "\w+" \(default has type "None", ')
LAZY = re.compile(r"^from __future__ import .*\bannotations\b", re.MULTILINE)
# `X | None` is an error where the annotation is evaluated and X is text, or was before it had `|`.
PLAIN = m.OneOf(m.Name(), m.Attribute(), m.Subscript(), m.BinaryOperation(operator=m.BitOr()))
OLD = "Optional"


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    mine = [d for d in diagnostics if DEFAULT.match(d.message)]
    unions = read_target(source.root, source.path, source.text).unions or LAZY.search(source.text) is not None
    spelling = Spelling("") if unions else spell(source, {d.line for d in mine}, ["typing"], OLD)
    text = transform(source, mine, lambda here: _WithNone(here, unions, spelling.words)) if spelling else None
    return spelling.imported(text) if spelling and text else None


class _WithNone(SiteTransformer):
    def __init__(self, diagnostics: Sequence[Diagnostic], unions: bool, optional: str) -> None:
        super().__init__(diagnostics)
        self.unions, self.optional = unions, optional

    def leave_Param(self, original_node: cst.Param, updated_node: cst.Param) -> cst.Param:
        default, annotation = original_node.default, updated_node.annotation
        if (
            default is None
            or annotation is None
            or self.site(default) is None
            or not m.matches(default, m.Name("None"))
        ):
            return updated_node
        wider = self._wider(annotation.annotation)
        return updated_node.with_deep_changes(annotation, annotation=wider) if wider is not None else updated_node

    def _wider(self, old: cst.BaseExpression) -> cst.BaseExpression | None:
        if isinstance(old, cst.SimpleString):
            words = str(old.evaluated_value)
            new = f"{words} | None" if self.unions else f"{self.optional}[{words}]"
            return old.with_changes(value=f"{old.prefix}{old.quote}{new}{old.quote}")
        if not m.matches(old, PLAIN):
            return None
        if self.unions:
            return cst.BinaryOperation(old, cst.BitOr(), cst.Name("None"))
        return cst.Subscript(cst.parse_expression(self.optional), [cst.SubscriptElement(cst.Index(old))])
