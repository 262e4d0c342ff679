"""mypy's explicit-override: a method that overrides one says so, `@override`, in projects that ask for it."""

from collections.abc import Sequence

import libcst as cst

from stomper.fixers.annotate.target import depends_on, read_target
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.bindings import Spelling, spell
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

NAME, BACKPORT = "override", "typing_extensions"


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    modules = ["typing"] if read_target(source.root).override else []
    if f"from {BACKPORT} import" in source.text or depends_on(source.root, BACKPORT):
        modules.append(BACKPORT)
    spelling = spell(source, {d.line for d in diagnostics}, modules, NAME) if modules else None
    text = transform(source, diagnostics, lambda mine: _Override(mine, spelling)) if spelling else None
    return spelling.imported(text) if spelling and text else None


class _Override(SiteTransformer):
    def __init__(self, diagnostics: Sequence[Diagnostic], spelling: Spelling) -> None:
        super().__init__(diagnostics)
        self.override = cst.parse_expression(spelling.words)

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        # Of a property with a setter mypy complains at its decorator, whatever the functions say: it stays.
        if self.site(original_node) is None:
            return updated_node
        # Next to the function: what other decorators make of it need not take an attribute.
        return updated_node.with_changes(decorators=[*updated_node.decorators, cst.Decorator(self.override)])
