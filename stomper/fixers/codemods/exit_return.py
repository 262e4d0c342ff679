"""mypy's exit-return: an `__exit__` that always returns False says `Literal[False]`: it swallows no exception."""

from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.bindings import NOT_TO_BE_HAD, Spelling, spell
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

BOOL = m.Name("bool") | m.SimpleString(value=m.MatchIfTrue(lambda value: value.strip("'\"") == "bool"))
NAME, MODULES = "Literal", ("typing", "typing_extensions")


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    spelling = spell(source, {d.line for d in diagnostics}, MODULES, NAME)
    if spelling is None:
        for found in diagnostics:
            source.leave(found, NOT_TO_BE_HAD)
        return None
    text = transform(source, diagnostics, lambda mine: _False(mine, spelling))
    return spelling.imported(text) if text else None


class _False(SiteTransformer):
    def __init__(self, diagnostics: Sequence[Diagnostic], spelling: Spelling) -> None:
        super().__init__(diagnostics)
        self.literal = cst.parse_expression(f"{spelling.words}[False]")

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        returns = updated_node.returns
        here = {line for line, _ in self.places} & set(self.lines(original_node))
        if not here or returns is None or not m.matches(updated_node.name, m.Name("__exit__") | m.Name("__aexit__")):
            return updated_node
        if not m.matches(returns.annotation, BOOL):
            return updated_node
        return updated_node.with_deep_changes(returns, annotation=self.literal)
