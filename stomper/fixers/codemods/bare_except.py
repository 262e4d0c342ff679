"""E722: a bare `except` names what it has always caught: `BaseException`."""

import re
from collections.abc import Sequence

import libcst as cst

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

OTHER = re.compile(r"\bBaseException\s*[:=]|(?:def|class|import|as) +BaseException\b")


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    if OTHER.search(source.text):
        return None
    return transform(source, diagnostics, _Name)


class _Name(SiteTransformer):
    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        if self.site(original_node) is None or updated_node.type is not None:
            return updated_node
        return updated_node.with_changes(
            type=cst.Name("BaseException"), whitespace_after_except=cst.SimpleWhitespace(" ")
        )
