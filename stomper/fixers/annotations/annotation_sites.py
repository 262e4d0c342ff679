"""The expressions of a module that are annotations, bases and decorators, by the place that they are at."""

import ast
import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stomper.fixers.annotations.names import Definition, Names, bound, read_names

Scope = ast.Module | Definition
LIKE_A_TYPE = re.compile(r"[\w\s.,|\[\]()'\"]+")
WORD = re.compile(r"[^\W\d]\w*")
Shadows = Callable[[], frozenset[str]]
"""Names that are looked for where they are asked for: most definitions have no annotations within."""


@dataclass(frozen=True, slots=True)
class Place:
    """An expression, `node`, and what it is evaluated for. `key` is the same before and after a change around it.

    `holder` is the qualified name of the definition that it belongs to, with its number among those of that name; ''
    for the module. `annotation` is False for bases, keywords of classes and decorators, `evaluated` for the
    annotations of variables that are a function's. `line` is where the evaluation is, `shadows` are the names of the
    definitions around.
    """

    key: tuple[str, int, str]
    node: ast.expr
    annotation: bool
    evaluated: bool
    line: int
    shadows: frozenset[str]

    @property
    def holder(self) -> tuple[str, int]:
        return self.key[:2]

    @property
    def text(self) -> str:
        return ast.unparse(self.node)


def places(tree: ast.Module) -> Iterator[Place]:
    """All of a module."""
    yield from _Walk(Counter()).of(tree, "", 0, frozenset)


@dataclass(frozen=True, slots=True)
class _Walk:
    numbers: Counter[str]

    def of(self, scope: Scope, name: str, number: int, shadows: Shadows) -> Iterator[Place]:
        for node in _inside(scope):
            if isinstance(node, Definition):
                yield from self._definition(node, name, shadows)
            elif isinstance(node, ast.AnnAssign):
                inner = isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef)
                key = (name, number, f"variable {ast.unparse(node.target)}")
                yield Place(key, node.annotation, True, not inner, node.lineno, shadows())

    def _definition(self, node: Definition, around: str, shadows: Shadows) -> Iterator[Place]:
        name = f"{around}.{node.name}" if around else node.name
        number = self.numbers[name]
        self.numbers[name] += 1
        for what, expression in _heads(node):
            annotation = not what.startswith("=")
            yield Place((name, number, what), expression, annotation, True, node.lineno, shadows())
        yield from self.of(node, name, number, functools.cache(lambda: shadows() | _bound_in(node)))


def _heads(node: Definition) -> Iterator[tuple[str, ast.expr]]:
    """The expressions that a definition begins with; those that are no annotation have a `=` before their name."""
    for decorator in node.decorator_list:
        yield "=decorator", decorator
    if isinstance(node, ast.ClassDef):
        for base in (*node.bases, *(keyword.value for keyword in node.keywords)):
            yield "=base", base
        return
    arguments = node.args
    for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
        if arg is not None and arg.annotation is not None:
            yield f"parameter {arg.arg}", arg.annotation
    if node.returns is not None:
        yield "return", node.returns


def _inside(scope: ast.AST) -> Iterator[ast.stmt]:
    """The statements of a scope, those of its blocks too, not those of other scopes in it."""
    for child in ast.iter_child_nodes(scope):
        if isinstance(child, ast.stmt):
            yield child
        if not isinstance(child, Definition | ast.expr):
            yield from _inside(child)


def _bound_in(scope: Definition) -> frozenset[str]:
    found = {name for node in _inside(scope) for name, _ in bound(node, ())}
    if not isinstance(scope, ast.ClassDef):
        found |= {arg.arg for arg in ast.walk(scope.args) if isinstance(arg, ast.arg)}
    return frozenset(found)


def added(before: ast.Module, after: ast.Module) -> list[Place]:
    """The places of `after` whose expression is not what it was, means something else, or was not there."""
    names = read_names(before)
    old = Counter(_sense(place, names) for place in places(before))
    names, found = read_names(after), []
    for place in places(after):
        key = _sense(place, names)
        if old[key]:
            old[key] -= 1
        else:
            found.append(place)
    return found


def _sense(place: Place, names: Names) -> tuple[object, ...]:
    """The text of a place, and what the names in it stand for: `Callable` is that of typing, or of collections."""
    roots = sorted(set(_roots(place.node)))
    return (place.key, ast.dump(place.node), *(names.meanings.get(root, root) for root in roots))


def _roots(node: ast.expr) -> Iterator[str]:
    """The first names of an expression, in quotes too."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and LIKE_A_TYPE.fullmatch(inner.value):
            yield from WORD.findall(inner.value)


def added_imports(before: ast.Module, after: ast.Module) -> list[tuple[str, str]]:
    """Give the certain imports that the top of `after` adds to `before`: (module, name), the name '' for the module."""
    old = Counter(_imports(before))
    return [one for one, count in (Counter(_imports(after)) - old).items() if count]


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module != "__future__":
            yield from ((node.module or "", alias.name) for alias in node.names)
