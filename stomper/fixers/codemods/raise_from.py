"""B904: `raise` in an `except` clause says what it comes from.

That is what was caught, which gets a name where it has none: `from None` would hide from the traceback what it
shows today.
"""

from collections.abc import Sequence
from typing import TypeAlias, TypeVar

import libcst as cst
import libcst.matchers as m

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.names import free_name
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

NAMES = ("err", "exc", "error", "caught")
Handler: TypeAlias = cst.ExceptHandler | cst.ExceptStarHandler
H = TypeVar("H", cst.ExceptHandler, cst.ExceptStarHandler)


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    spare = free_name(NAMES, source.text)
    return transform(source, diagnostics, lambda mine: RaiseFrom(mine, spare))


class RaiseFrom(SiteTransformer):
    """`names` are those of the clauses around a node, None where one cannot be used; `used` says whether it was."""

    def __init__(self, diagnostics: Sequence[Diagnostic], spare: str) -> None:
        super().__init__(diagnostics)
        self.spare = spare
        self.names: list[str | None] = []
        self.used: list[bool] = []

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        self._enter(node)

    def visit_ExceptStarHandler(self, node: cst.ExceptStarHandler) -> None:
        self._enter(node)

    def _enter(self, node: Handler) -> None:
        self.names.append(self._name(node))
        self.used.append(False)

    def _name(self, node: Handler) -> str | None:
        """The name of what is caught, or the one that it can get. None for a name that comes to mean other things."""
        if node.name is None:
            return self.spare if node.type is not None else None
        name = node.name.name
        return name.value if isinstance(name, cst.Name) and not _rebound(name.value, node.body) else None

    def leave_Raise(self, original_node: cst.Raise, updated_node: cst.Raise) -> cst.Raise:
        name = self.names[-1] if self.names else None
        if self.site(original_node) is None or name is None or updated_node.cause is not None:
            return updated_node
        if isinstance(updated_node.exc, cst.Name) and updated_node.exc.value == name:
            return updated_node
        self.used[-1] = True
        return updated_node.with_changes(cause=cst.From(cst.Name(name)))

    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        return self._named(original_node, updated_node)

    def leave_ExceptStarHandler(
        self, original_node: cst.ExceptStarHandler, updated_node: cst.ExceptStarHandler
    ) -> cst.ExceptStarHandler:
        return self._named(original_node, updated_node)

    def _named(self, original_node: H, updated_node: H) -> H:
        self.names.pop()
        if not self.used.pop() or original_node.name is not None:
            return updated_node
        named: H = updated_node.with_changes(name=cst.AsName(cst.Name(self.spare)))
        return named


def _rebound(name: str, body: cst.BaseSuite) -> bool:
    """Whether a name is given another meaning in a clause, or none."""
    target = m.Name(name)
    kinds = (m.AssignTarget(target), m.AnnAssign(target), m.AugAssign(target), m.NamedExpr(target), m.For(target))
    return any(m.findall(body, kind) for kind in (*kinds, m.AsName(target), m.Del(target)))
