"""mypy's explicit-override: a method that overrides one says so, `@override`, in projects that ask for it.

The decorator sets an attribute of the function, `__override__`: where something of the project asks for that, it stays.
"""

import ast
from collections.abc import Sequence

import libcst as cst

from stomper.fixers.annotations.module_uses import first_with
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.bindings import Spelling, spell
from stomper.fixers.codemods.names import words_of
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.metadata.supported_pythons import read_promise
from stomper.models import Diagnostic
from stomper.python import read_tree

NAME, BACKPORT = "override", "typing_extensions"
TYPING_SINCE, BACKPORT_SINCE = (3, 12), "4.4.0"
ASKS = frozenset({"__override__"})


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    if asks := ASKS.intersection(words_of(source.text)) or first_with(source.root, source.path, ASKS):
        for found in diagnostics:
            source.leave(found, f"`__override__` is read by {asks if isinstance(asks, str) else 'this file'}")
        return None
    promise = read_promise(source.root, source.path, source.text)
    modules = ["typing"] if promise.oldest >= TYPING_SINCE else []
    if _imports_backport(source.text) or promise.needs(BACKPORT, BACKPORT_SINCE):
        modules.append(BACKPORT)
    if not modules:
        since, oldest = (".".join(map(str, python)) for python in (TYPING_SINCE, promise.oldest))
        for found in diagnostics:
            source.leave(
                found,
                f"@{NAME} cannot be imported: typing has it since {since}, and the file is for {oldest} too, "
                f"without {BACKPORT} >= {BACKPORT_SINCE} as a dependency for every Python",
            )
        return None
    spelling = spell(source, {d.line for d in diagnostics}, modules, NAME)
    text = transform(source, diagnostics, lambda mine: _Override(mine, spelling)) if spelling else None
    return spelling.imported(text) if spelling and text else None


def _imports_backport(text: str) -> bool:
    """Say whether the file cannot be imported without the backport as it is."""
    return any(isinstance(n, ast.ImportFrom) and n.module == BACKPORT and not n.level for n in read_tree(text).body)


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
