"""Generic types without arguments (`list`, `Iterable`, `class Names(dict)`): places where types are missing too."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from stomper.fixers.annotate.slots import Slot, Variable
from stomper.fixers.annotate.types import Type, words

FIRST = -1_000_000
"""The index of the first one; those of variables are above."""
ITEM, PAIR, WHOLE = ("item",), ("key", "value"), ("whole",)
# All can be subscripted at run time since 3.9. `tuple` has as many arguments as values: it is asked for as a whole.
GENERICS = {
    **dict.fromkeys(
        words(
            "list set frozenset deque List Set FrozenSet Deque AbstractSet MutableSet Iterable Iterator Collection "
            "Container Reversible Sequence MutableSequence ValuesView KeysView AsyncIterable AsyncIterator Awaitable "
            "Generator AsyncGenerator Counter UserList Queue LifoQueue PriorityQueue SimpleQueue Future Task "
            "ContextVar Token partial Pattern Match PathLike IO Popen CompletedProcess"
        ),
        ITEM,
    ),
    **dict.fromkeys(
        words("dict Dict Mapping MutableMapping OrderedDict defaultdict DefaultDict ChainMap UserDict ItemsView"), PAIR
    ),
    **dict.fromkeys(words("tuple Tuple"), WHOLE),
}
# What follows in nearly all code: what is sent into a generator, and what it returns.
REST = {"Generator": ("None", "None"), "AsyncGenerator": ("None",)}
# Generic in text or bytes only: mypy says which it is not.
USUAL = {
    **dict.fromkeys(words("Pattern Match PathLike IO"), Type("str")),
    **dict.fromkeys(words("Popen CompletedProcess"), Type("bytes")),
}


@dataclass(frozen=True, slots=True)
class Opening(Variable):
    """A generic type that has no arguments, `name` by its last part. `base`: it is what a class is derived from.

    `node` is the expression that names it.
    """

    node: cst.CSTNode
    base: bool

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple((self.index, part) for part in GENERICS[self.name])

    @property
    def whole(self) -> bool:
        return GENERICS[self.name] == WHOLE

    @property
    def usual(self) -> Type | None:
        return USUAL.get(self.name)

    def takes(self, one: Type) -> bool:
        """Return whether a type can stand here: only a tuple can replace a tuple."""
        return not self.whole or all(member.name == "tuple" and member.args for member in one.members)

    def filled(self, node: cst.BaseExpression, arguments: Sequence[str]) -> cst.BaseExpression:
        """The expression, as it is by now, with these words as its arguments; of a tuple they are all of it."""
        if self.whole:
            return cst.parse_expression(arguments[0])
        given = [*arguments, *REST.get(self.name, ())]
        elements = [cst.SubscriptElement(cst.Index(cst.parse_expression(word))) for word in given]
        space = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        return cst.Subscript(node, [*(e.with_changes(comma=space) for e in elements[:-1]), elements[-1]])


def find_openings(wrapper: MetadataWrapper, lines: Collection[int]) -> list[Opening]:
    """Those of a module that are on these lines."""
    finder = _Finder()
    wrapper.visit(finder)
    return [opening for opening in finder.found if opening.line in lines]


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES: ClassVar = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Opening] = []

    def visit_Annotation(self, node: cst.Annotation) -> bool:
        self._look(node.annotation, base=False)
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        for base in node.bases:
            self._look(base.value, base=True)

    def _look(self, expression: cst.BaseExpression, base: bool) -> None:
        for node in _bare(expression):
            name = node.attr.value if isinstance(node, cst.Attribute) else node.value
            if name in GENERICS:
                line = self.get_metadata(PositionProvider, node).start.line
                self.found.append(Opening(FIRST - len(self.found), name, line, "", False, None, node, base))


def _bare(node: cst.CSTNode) -> Iterator[cst.Name | cst.Attribute]:
    """The names in a type expression that have no arguments."""
    if isinstance(node, cst.Name | cst.Attribute):
        yield node
        return
    children = node.slice if isinstance(node, cst.Subscript) else node.children
    for child in children:
        yield from _bare(child)
