"""Find the variable that a value is given to, and the statement that gives it its first one: where mypy reads its type.

Only of variables whose type nobody has written, and that nothing but assignments, `for` and `with` bind.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from stomper.fixers.codemods.scopes import bound

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Scope: TypeAlias = Function | ast.ClassDef | ast.Module | ast.Lambda
BINDERS = ast.Assign | ast.AugAssign | ast.For | ast.AsyncFor | ast.With | ast.AsyncWith
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
CONSTRUCTOR = "__init__"
NOT_OF_INSTANCES = frozenset({"staticmethod", "classmethod"})


@dataclass(frozen=True, slots=True)
class Origin:
    """The first `statement` that binds a variable, as its `target`. `in_function`: it is a name of a function."""

    statement: ast.stmt
    target: ast.Name | ast.Attribute
    in_function: bool

    @property
    def is_alone(self) -> bool:
        """Whether the statement gives just this variable a value, so that its type can be written there."""
        return isinstance(self.statement, ast.Assign) and self.statement.targets == [self.target]


class Origins:
    """The variables of one module."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        self.classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}

    def of(self, target: ast.expr) -> Origin | None:
        """The origin of a name or an attribute of `self`; None for what has none that is sure."""
        if isinstance(target, ast.Name):
            return self._in_scope(self.scope(target), target.id)
        if isinstance(target, ast.Attribute) and (owner := self.owner(target)):
            return self.of_attribute(owner, target.attr)
        return None

    def of_attribute(self, owner: ast.ClassDef | str, name: str) -> Origin | None:
        """The origin of an attribute of a class of the module, or of one that it is derived from."""
        node = self.classes.get(owner) if isinstance(owner, str) else owner
        if node is None:
            return None
        if any(name in bound(inner) for inner in own(node)):
            return self._in_scope(node, name)
        bases = (base.id for base in node.bases if isinstance(base, ast.Name) and base.id != node.name)
        if inherited := next(filter(None, (self.of_attribute(base, name) for base in bases)), None):
            return inherited
        first = next((one for method in _methods(node) for one in self._given_in(method, name)), None)
        return first if first and first.is_alone else None

    def family(self, node: ast.ClassDef) -> frozenset[str]:
        """The names of a class and of those of the module that it is derived from."""
        bases = [self.classes[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in self.classes]
        return frozenset({node.name}).union(*(self.family(base) for base in bases if base is not node))

    def _in_scope(self, scope: Scope, name: str) -> Origin | None:
        binding = [node for node in own(scope) if name in bound(node)]
        found = [(self._statement(node), node) for node in binding if isinstance(node, ast.Name)]
        if not found or len(found) < len(binding) or not all(isinstance(one, BINDERS) for one, _ in found):
            return None
        statement, target = min(found, key=lambda pair: (pair[1].lineno, pair[1].col_offset))
        return Origin(statement, target, isinstance(scope, Function))

    def _given_in(self, method: Function, name: str) -> Iterator[Origin]:
        for node in own(method):
            mine = isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Store)
            if mine and isinstance(node, ast.Attribute) and self.owner(node):
                yield Origin(self._statement(node), node, False)

    def owner(self, attribute: ast.Attribute) -> ast.ClassDef | None:
        """The class of whose instances, by the first parameter of a method, something is an attribute; or None."""
        scope = self.scope(attribute)
        owner = self._parents.get(scope)
        if (
            not isinstance(owner, ast.ClassDef)
            or not isinstance(scope, Function)
            or not isinstance(attribute.value, ast.Name)
        ):
            return None
        first = [*scope.args.posonlyargs, *scope.args.args][:1]
        named = {getattr(one, "id", "") for one in scope.decorator_list}
        return owner if [one.arg for one in first] == [attribute.value.id] and not named & NOT_OF_INSTANCES else None

    def scope(self, node: ast.AST) -> Scope:
        """The function, class or module that a node belongs to."""
        while not isinstance(node := self._parents[node], Scope):
            pass
        return node

    def _statement(self, node: ast.AST) -> ast.stmt:
        while not isinstance(node, ast.stmt):
            node = self._parents[node]
        return node


def own(scope: Scope) -> Iterator[ast.AST]:
    """The nodes of a scope, its parameters too, in the order of the source; those of other scopes in it are not."""
    for child in ast.iter_child_nodes(scope):
        yield from _within(child)


def _within(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if not isinstance(node, Scope | COMPREHENSIONS):
        for child in ast.iter_child_nodes(node):
            yield from _within(child)


def _methods(node: ast.ClassDef) -> list[Function]:
    """The methods of a class, in the order in which mypy looks for attributes: the constructor first."""
    found = [one for one in node.body if isinstance(one, Function)]
    return sorted(found, key=lambda one: one.name != CONSTRUCTOR)
