"""B904: `raise` in an `except` clause says what it comes from.

That is what was caught, which gets a name if it has none: `from None` would hide from the traceback what it
shows today. Only what is certainly a new exception gets a cause: any other may be the one that was caught, which would
become its own. Names that are given are new to the file, and differ where one clause is within another: Python forgets
a name at the end of its clause.

A cause is read: by the project, where it has a word for that, and by `contextlib`, which takes a RuntimeError that
a StopIteration caused for the one that Python makes when a generator lets a StopIteration through.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import libcst as cst

from stomper.fixers.annotations.module_uses import first_with
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.names import free_name, words_of
from stomper.fixers.codemods.new_exceptions import NewExceptions
from stomper.fixers.codemods.scopes import SCOPES, Builtin, Scopes, names_bound
from stomper.fixers.codemods.sites import SiteTransformer, transform_at
from stomper.models import Diagnostic

NAMES = ("err", "exc", "error", "caught")
Place: TypeAlias = tuple[int, int]
Clauses: TypeAlias = tuple[ast.ExceptHandler, ...]
H = TypeVar("H", cst.ExceptHandler, cst.ExceptStarHandler)
OTHERS = "what is raised may be the exception that was caught, which would become its own cause"
BARE = "the `except` says nothing that could have a name"
REBOUND = "the name of what was caught comes to mean something else"
SEEN = "code looks at names by their text, and would see another one"
OF_CLASS = "a name here would be one of the class"
ASKED = "the cause of an exception is read"
ENDS = "contextlib asks if a StopIteration is the cause of a RuntimeError"
# What reads a cause and not, where there is none, the context. The second is tenacity's.
CAUSES = frozenset({"__cause__", "__suppress_context__", "retry_if_exception_cause_type"})
STOPS = frozenset({"StopIteration", "StopAsyncIteration"})
ANY_STOPS = STOPS | {"Exception", "BaseException"}


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    plan = _Planner(source, Scopes(source.text)).plan(diagnostics)
    return transform_at(source, diagnostics, lambda mine, above: _RaiseFrom(mine, above, plan))


@dataclass(frozen=True, slots=True)
class _Plan:
    """The name behind `from` of each `raise`, and the new one of each clause, by their places in the file."""

    causes: dict[Place, str] = field(default_factory=dict)
    names: dict[Place, str] = field(default_factory=dict)


class _Planner:
    def __init__(self, source: Source, scopes: Scopes) -> None:
        self.source, self.scopes = source, scopes
        self.new = NewExceptions(source, scopes)
        self.given: dict[ast.ExceptHandler, str] = {}
        self.words = words_of(source.text)
        self.asks = _who_asks(source, self.words)

    def plan(self, diagnostics: Iterable[Diagnostic]) -> _Plan:
        plan, wanted = _Plan(), {(d.line, d.column): d for d in diagnostics}
        for node, clauses in _raises(self.scopes.tree):
            found = wanted.get(self._place(node))
            if found is None or node.cause is not None or not clauses:
                continue
            if why := self._why_not(node, clauses):
                self.source.leave(found, why)
                continue
            name = clauses[-1].name
            if name is None:
                name = plan.names[self._place(clauses[-1])] = self._new_name(clauses)
            plan.causes[self._place(node)] = name
        return plan

    def _why_not(self, node: ast.Raise, clauses: Clauses) -> str:
        clause = clauses[-1]
        if self.asks:
            return f"{ASKED} by {self.asks}"
        if not self.new.is_new(node.exc):
            return OTHERS
        if self._may_stop(clause):
            return ENDS
        if clause.name is not None:
            return REBOUND if clause.name in self.scopes.globals | names_bound(clause) else ""
        if clause.type is None:
            return BARE
        if isinstance(next(reversed(self.scopes.around(clause.lineno)), None), ast.ClassDef):
            return OF_CLASS
        return SEEN if self.scopes.sees_names(clause.lineno) else ""

    def _may_stop(self, clause: ast.ExceptHandler) -> bool:
        """Say whether a clause may catch the end of an iteration; in a generator any that is not known not to."""
        kinds = clause.type.elts if isinstance(clause.type, ast.Tuple) else [clause.type]
        if any(getattr(kind, "id", getattr(kind, "attr", "")) in STOPS for kind in kinds):
            return True
        function = next(reversed(self.scopes.around(clause.lineno)), None)
        if function is None or not any(isinstance(one, ast.Yield | ast.YieldFrom) for one in ast.walk(function)):
            return False
        return not all(self._is_another(kind) for kind in kinds)

    def _is_another(self, kind: ast.expr | None) -> bool:
        """Say whether what a clause names is a built-in exception that no end of an iteration is one of."""
        meaning = self.scopes.meaning(kind.id, kind.lineno) if isinstance(kind, ast.Name) else None
        return isinstance(meaning, Builtin) and meaning.is_exception and meaning.name not in ANY_STOPS

    def _new_name(self, clauses: Clauses) -> str:
        """The name that a clause gets: one that neither a clause around it has got nor one within it."""
        clause = clauses[-1]
        if clause not in self.given:
            inner = [one for one in ast.walk(clause) if isinstance(one, ast.ExceptHandler)]
            taken = [self.given[one] for one in (*clauses, *inner) if one in self.given]
            self.given[clause] = free_name(NAMES, self.words, taken)
        return self.given[clause]

    def _place(self, node: ast.Raise | ast.ExceptHandler) -> Place:
        return node.lineno, self.scopes.column(node)


def _who_asks(source: Source, words: frozenset[str]) -> str:
    """Give the file of the project that reads the causes of exceptions; '' if none does."""
    return "this file" if words & CAUSES else first_with(source.root, source.path, CAUSES)


def _raises(node: ast.AST, clauses: Clauses = ()) -> Iterator[tuple[ast.Raise, Clauses]]:
    """Each `raise` with the clauses around it that are its own: what a function within one raises, it raises later."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Raise):
            yield child, clauses
        elif isinstance(child, SCOPES):
            yield from _raises(child)
        else:
            yield from _raises(child, (*clauses, child) if isinstance(child, ast.ExceptHandler) else clauses)


class _RaiseFrom(SiteTransformer):
    def __init__(self, diagnostics: Sequence[Diagnostic], above: int, plan: _Plan) -> None:
        super().__init__(diagnostics)
        self.above, self.plan = above, plan

    def leave_Raise(self, original_node: cst.Raise, updated_node: cst.Raise) -> cst.Raise:
        name = self.plan.causes.get(self._in_file(original_node))
        return updated_node if name is None else updated_node.with_changes(cause=cst.From(cst.Name(name)))

    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        return self._named(original_node, updated_node)

    def leave_ExceptStarHandler(
        self, original_node: cst.ExceptStarHandler, updated_node: cst.ExceptStarHandler
    ) -> cst.ExceptStarHandler:
        return self._named(original_node, updated_node)

    def _named(self, original_node: H, updated_node: H) -> H:
        name = self.plan.names.get(self._in_file(original_node))
        if name is None:
            return updated_node
        caught = updated_node.type
        if isinstance(caught, cst.Tuple) and not caught.lpar:  # which only a clause without a name may be
            caught = caught.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        named: H = updated_node.with_changes(type=caught, name=cst.AsName(cst.Name(name)))
        return named

    def _in_file(self, node: cst.CSTNode) -> Place:
        line, column = self.place(node)
        return line + self.above, column
