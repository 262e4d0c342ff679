"""E722: a bare `except` names what it has always caught: `BaseException`."""

from collections.abc import Sequence

import libcst as cst

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.scopes import Scopes
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

EVERYTHING = "BaseException"
OTHER = "`BaseException` may be something else here"


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    scopes, mine = Scopes(source.text), []
    for found in diagnostics:
        if scopes.is_builtin(EVERYTHING, found.line):
            mine.append(found)
        else:
            source.leave(found, OTHER)
    return transform(source, mine, _Name)


class _Name(SiteTransformer):
    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        if self.site(original_node) is None or updated_node.type is not None:
            return updated_node
        return updated_node.with_changes(type=cst.Name(EVERYTHING), whitespace_after_except=cst.SimpleWhitespace(" "))
