"""mypy's no-any-return: what nobody knows the type of is returned by a name that has the type that is promised.

The same claim as before is made, and mypy holds what follows to it. A variable's annotation in a function is never
evaluated. `Any` is not written once more, and `NotImplemented` is of no type that is promised. Not where code looks at
names by their text, which would find one more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from stomper.fixers.annotate.python_version import read_target
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.comments import comments_in
from stomper.fixers.codemods.names import WORD, free_name
from stomper.fixers.codemods.scopes import Scopes
from stomper.fixers.codemods.sites import SiteTransformer, names_in, transform
from stomper.models import Diagnostic

NO_VALUE = m.Name("NotImplemented")
NAMES = ("result", "value", "answer", "returned")
SEEN = "code looks at names by their text, and would see one more"
TOO_OLD = "a variable cannot be annotated in every Python that the file is for"


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    scopes, mine = Scopes(source.text), []
    too_old = not read_target(source.root, source.path, source.text).variables
    for found in diagnostics:
        if why := TOO_OLD if too_old else SEEN if scopes.sees_names(found.line) else "":
            source.leave(found, why)
        else:
            mine.append(found)
    return transform(source, mine, _Named) if mine else None


@dataclass(slots=True)
class _Around:
    """A function around a place: what it promises, and the name to return it by, which it does not have yet.

    `promise` is None if the name would need another type, `written` is whether the name has its type by now.
    """

    promise: cst.Annotation | None
    name: str
    written: bool = False

    def given(self, value: cst.BaseExpression) -> cst.Assign | cst.AnnAssign:
        """The statement that gives the name a value, and the first time its type."""
        target, first = cst.Name(self.name), not self.written
        self.written = True
        if self.promise is not None and first:
            return cst.AnnAssign(target, cst.Annotation(self.promise.annotation), value)
        return cst.Assign([cst.AssignTarget(target)], value)


class _Named(SiteTransformer):
    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(diagnostics)
        self.around: list[_Around] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        name = self.around[0].name if self.around else free_name(NAMES, names_in(node))
        self.around.append(_Around(_promise(node), name))

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        self.around.pop()
        return updated_node

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine]:
        pair = self._pair(original_node)
        if pair is None:
            return updated_node
        first, last = updated_node.leading_lines, updated_node.trailing_whitespace
        given = cst.SimpleStatementLine([pair[0]], leading_lines=first, trailing_whitespace=last)
        return cst.FlattenSentinel([given, cst.SimpleStatementLine([pair[1]])])

    def leave_SimpleStatementSuite(
        self, original_node: cst.SimpleStatementSuite, updated_node: cst.SimpleStatementSuite
    ) -> cst.BaseSuite:
        pair = self._pair(original_node)
        if pair is None:
            return updated_node
        return cst.IndentedBlock(
            [cst.SimpleStatementLine([one]) for one in pair], header=updated_node.trailing_whitespace
        )

    def _pair(
        self, node: cst.SimpleStatementLine | cst.SimpleStatementSuite
    ) -> tuple[cst.BaseSmallStatement, cst.BaseSmallStatement] | None:
        """The statement that names the value of a place, and the one that returns it."""
        statement = node.body[0]
        if len(node.body) != 1 or not isinstance(statement, cst.Return) or statement.value is None:
            return None
        if m.matches(statement.value, NO_VALUE):
            return None
        around = self.around[-1] if self.around else None
        if around is None or around.promise is None or self.site(statement) is None:
            return None
        return around.given(statement.value), cst.Return(cst.Name(around.name))


def _promise(node: cst.FunctionDef) -> cst.Annotation | None:
    """Give the type that a function promises to return; None for `Any`, and for a generator, which promises another."""
    promise = node.returns
    if promise is None or comments_in(promise) or _yields(node):
        return None
    return None if "Any" in WORD.findall(cst.Module([]).code_for_node(promise.annotation)) else promise


def _yields(node: cst.FunctionDef) -> bool:
    return bool(m.findall(node.body, m.Yield()))
