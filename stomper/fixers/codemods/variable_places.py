"""Find the variables that a checker has no type for: where their type can be written, and all that means them."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from stomper.fixers.codemods.clashes import Missing
from stomper.fixers.codemods.scopes import bound
from stomper.fixers.codemods.variable_origins import Function, Origins, own
from stomper.fixers.codemods.written_types import Declaration, Place

Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable by the place for its type, and the nodes that mean it.

    `foreign` are those nodes that mean it if they are attributes of an object of one of the classes `owners`.
    """

    place: Place
    meant: frozenset[ast.AST]
    foreign: frozenset[ast.Attribute] = frozenset()
    owners: frozenset[str] = frozenset()


class VariablePlaces:
    """The variables of one module."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._origins = Origins(tree)
        texts = (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr))
        self._in_texts = {inner for node in texts for inner in ast.walk(node)}

    def bound(self, target: ast.expr) -> Variable | None:
        """The variable that a name or an attribute of `self` is, if it is sure where it gets its first value."""
        origin = self._origins.of(target)
        if origin is None:
            return None
        scope = self._origins.scope(origin.target)
        if isinstance(origin.target, ast.Attribute):
            owner = self._origins.owner(origin.target)
            return self._attribute(origin, origin.target.attr, owner) if owner else None
        if isinstance(scope, ast.ClassDef):
            return self._attribute(origin, origin.target.id, scope)
        return Variable(origin, self._readable(_names(scope, origin.target.id)))

    def undefined(self, missing: Missing) -> Variable | None:
        """The variable that nothing binds where it should be: one of functions only, or an attribute of a class."""
        if not missing.owner:
            return self._of_functions(missing.name)
        owner = self._origins.classes.get(missing.owner)
        place = _first_line(owner, missing.name) if owner else None
        return self._attribute(place, missing.name, owner) if owner and place else None

    def _of_functions(self, name: str) -> Variable | None:
        meant = self._readable(_names(self._tree, name))
        shared = [node for node in self._tree.body if any(_shares(inner, name) for inner in ast.walk(node))]
        if not shared or any(name in bound(node) for node in own(self._tree)):
            return None
        decorators: list[ast.expr] = getattr(shared[0], "decorator_list", [])
        line = min([shared[0].lineno, *(one.lineno for one in decorators)])
        return Variable(Declaration(name, line, 0), meant)

    def _attribute(self, place: Place, name: str, owner: ast.ClassDef) -> Variable:
        """An attribute of a class: those of that name, but for `self` in classes that have nothing to do with it."""
        nodes = [node for node in ast.walk(self._tree) if isinstance(node, ast.Attribute) and node.attr == name]
        owners = {node: self._origins.owner(node) for node in nodes}
        related = frozenset(one.name for one in self._origins.classes.values() if self._is_related(one, owner))
        within = [node for node in own(owner) if _is_named(node, name)]
        mine = [node for node, other in owners.items() if other and other.name in related]
        others = self._readable(node for node, other in owners.items() if other is None)
        return Variable(place, self._readable([*within, *mine]), others, related)

    def _is_related(self, one: ast.ClassDef, other: ast.ClassDef) -> bool:
        return one.name in self._origins.family(other) or other.name in self._origins.family(one)

    def _readable(self, nodes: Iterable[Node]) -> frozenset[Node]:
        """Give the nodes whose place is known: older Pythons have none for what is in an f-string."""
        return frozenset(node for node in nodes if node not in self._in_texts)


def _names(scope: ast.AST, name: str) -> Iterator[ast.AST]:
    """The nodes that are a name in a scope, and in those within it that have no other of that name."""
    for node in ast.iter_child_nodes(scope):
        if _is_named(node, name):
            yield node
        if not isinstance(node, Function | ast.Lambda) or not _has_its_own(node, name):
            yield from _names(node, name)


def _has_its_own(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str) -> bool:
    nodes = list(own(function))
    return any(name in bound(node) for node in nodes) and not any(_shares(node, name) for node in nodes)


def _shares(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Global | ast.Nonlocal) and name in node.names


def _is_named(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _first_line(owner: ast.ClassDef, name: str) -> Declaration | None:
    """The place behind a class's docstring; None for a class on one line."""
    first = owner.body[0]
    if first.lineno == owner.lineno:
        return None
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    decorators: list[ast.expr] = getattr(first, "decorator_list", [])
    line = (first.end_lineno or first.lineno) + 1 if is_text else min([first.lineno, *(d.lineno for d in decorators)])
    return Declaration(name, line, first.col_offset)
