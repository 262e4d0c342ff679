"""The last proposer: what a function asks nothing of may be anything, and `object` says so.

Only parameters that the body reads and passes on: of one that is only there for those that override it nobody can tell.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from stomper.fixers.annotate.proposals import Proposal, Question
from stomper.fixers.annotate.slots import Place, Slot, bare_parameters
from stomper.fixers.annotate.types import Type

NAME = "anything"
OBJECT = Type("object")


@dataclass(frozen=True, slots=True)
class AnythingProposer:
    """Proposes `object` for the parameters that a body reads. mypy refuses it where the body asks for more."""

    name: str = NAME

    def propose(self, question: Question) -> list[Proposal]:
        finder = _Finder()
        question.module.visit(finder)
        return [Proposal(slot, OBJECT, self.name) for slot in finder.found if slot in question.wanted]


class _Finder(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.place = Place()
        self.found: list[Slot] = []

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.place.enter_class(node.name.value)

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self.place.leave_class()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        in_class = self.place.in_class
        index = self.place.enter_function()
        read = _read(node.body)
        self.found += [(index, one.name.value) for one in bare_parameters(node, in_class) if one.name.value in read]

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.place.around.pop()

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False


def _read(node: cst.BaseSuite) -> set[str]:
    """The names that a body reads, without those of which it asks for something that not everything has."""
    asked = {name for kind in _ASKING for found in m.findall(node, kind) for name in _asked(found)}
    return {one.value for one in m.findall(node, m.Name()) if isinstance(one, cst.Name)} - asked


_NAME = m.Name()
_ASKING = (
    m.Attribute(value=_NAME), m.Subscript(value=_NAME), m.Call(func=_NAME), m.For(iter=_NAME), m.CompFor(iter=_NAME),
    m.BinaryOperation(), m.UnaryOperation(), m.Comparison(left=_NAME), m.ComparisonTarget(), m.AugAssign(),
    m.StarredElement(value=_NAME), m.Yield(), m.Await(),
)  # fmt: skip
_FREE = m.Equal() | m.NotEqual() | m.Is() | m.IsNot()
_OF_THE_LEFT = _FREE | m.In() | m.NotIn()


def _asked(node: cst.CSTNode) -> Iterator[str]:
    """The names whose value an expression asks for more than to be there."""
    if m.matches(node, m.UnaryOperation(operator=m.Not()) | m.ComparisonTarget(operator=_FREE)):
        return
    if isinstance(node, cst.Comparison) and all(m.matches(one.operator, _OF_THE_LEFT) for one in node.comparisons):
        return
    yield from (child.value for child in node.children if isinstance(child, cst.Name))
