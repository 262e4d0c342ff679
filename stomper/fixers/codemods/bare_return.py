"""mypy's return-value, where a function that promises a value or None returns without a word: `return None`."""

from collections.abc import Sequence

import libcst as cst

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.missing_return import takes_none
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    return transform(source, diagnostics, _None)


class _None(SiteTransformer):
    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(diagnostics)
        self.takes_none: list[bool] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.takes_none.append(node.returns is not None and takes_none(node.returns.annotation))

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        self.takes_none.pop()
        return updated_node

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:
        if self.site(original_node) is None or updated_node.value is not None or not self.takes_none[-1]:
            return updated_node
        space = cst.SimpleWhitespace(" ")
        return updated_node.with_changes(value=cst.Name("None"), whitespace_after_return=space)
