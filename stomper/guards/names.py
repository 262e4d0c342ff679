"""Resolve names by the imports and assignments of a file, so that a second name hides nothing."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from stomper.guards.bindings import bindings

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
FOLLOWED = (ast.Name, ast.Attribute, ast.Call)
IMPORTING = frozenset({ast.Import, ast.ImportFrom})
SETTING = frozenset({"Assign", "AnnAssign", "NamedExpr", "TypeAlias"})
DEEPEST = 6
MOST = 50


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one file: by which dotted paths each was imported, and what it was set to by assignments."""

    imports: dict[str, frozenset[str]]
    values: dict[str, tuple[ast.expr, ...]]
    bound: Counter[str]
    """How often each name is bound."""
    handed: frozenset[str]
    """The names that are given to something which may change what they hold."""
    outer: "Names | None" = None
    """The names around a function; None for those of a module."""
    known: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)
    """The meanings that were found already."""

    def value(self, name: str) -> ast.expr | None:
        """The expression that a name was set to, if it holds one value throughout."""
        value = self.origin(name)
        return value if _never_changes(value) or not self._is_handed(name) else None

    def _is_handed(self, name: str) -> bool:
        return name in self.handed or (
            name not in self.bound and self.outer is not None and self.outer._is_handed(name)
        )

    def origin(self, name: str) -> ast.expr | None:
        """The expression that a name was set to, if it is bound once; what it holds may have changed since."""
        if name not in self.bound and self.outer is not None:
            return self.outer.origin(name)
        values = self.values.get(name, ())
        return values[0] if len(values) == 1 and self.bound[name] == 1 else None

    def values_of(self, name: str) -> tuple[ast.expr, ...]:
        """All that a name is set to by assignments, as far as it is known."""
        if self.outer is None or name in self.bound:
            return self.values.get(name, ())
        return self.outer.values_of(name)

    def imported(self, name: str) -> frozenset[str]:
        """The dotted paths by which a name is imported, here or around."""
        around = self.outer.imported(name) if self.outer is not None else frozenset[str]()
        return self.imports.get(name, frozenset()) | around

    def within(self, nodes: Sequence[ast.AST]) -> "Names":
        """The names as a function sees them, whose nodes these are: its own hide those around it."""
        inner = read_names(nodes)
        return Names(inner.imports, inner.values, inner.bound, inner.handed, self)

    def dotted(self, node: ast.AST | None) -> frozenset[str]:
        """Every dotted path that an expression may stand for: `t.cast` after `import typing as t` is `typing.cast`."""
        if isinstance(node, ast.Attribute):
            return frozenset(f"{path}.{node.attr}" for path in self.dotted(node.value) or {"?"})
        if isinstance(node, ast.Name):
            return self._meanings(node.id)
        return self._looked_up(node) if isinstance(node, ast.Call) else frozenset()

    def _meanings(self, name: str) -> frozenset[str]:
        """Give the meanings that a name may have. A name that leads back to itself stands for itself there."""
        if name not in self.known:
            self.known[name] = frozenset({name})
            values = [value for value in self.values_of(name) if isinstance(value, FOLLOWED)]
            followed = [self.dotted(value) for value in values[:MOST]]
            found = frozenset({name}).union(self.imported(name), *followed)
            self.known[name] = found if len(found) <= MOST else frozenset(sorted(found)[:MOST]) | {name}
        return self.known[name]

    def _looked_up(self, node: ast.Call) -> frozenset[str]:
        """The paths of `getattr(x, "name")` and `__import__("x")`."""
        if not node.args or not isinstance(node.func, ast.Name):
            return frozenset()
        if node.func.id == "getattr" and len(node.args) > 1:
            name = self.text(node.args[1])
            return frozenset(f"{path}.{name}" for path in self.dotted(node.args[0]) or {"?"})
        return frozenset({self.text(node.args[0])}) if node.func.id == "__import__" else frozenset()

    def last(self, node: ast.AST | None) -> frozenset[str]:
        """The last parts of those paths."""
        return frozenset(path.rpartition(".")[2] for path in self.dotted(node))

    def text(self, node: ast.AST | None, depth: int = 0) -> str:
        """The string that an expression is, as far as its parts are constants; '' if none is."""
        if node is None or depth > DEEPEST:
            return ""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else ""
        if isinstance(node, ast.Name):
            values = self.values_of(node.id)
            return self.text(values[0], depth + 1) if len(values) == 1 else ""
        return "".join(self.text(child, depth + 1) for child in ast.iter_child_nodes(node))


def _never_changes(value: ast.expr | None) -> bool:
    """Return whether a value is immutable: a constant, or the result of a method of a constant text."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return isinstance(value.func.value, ast.Constant)
    return isinstance(value, ast.Constant)


def read_names(nodes: Sequence[ast.AST]) -> Names:
    """Collect what the names of a file stand for, wherever in it that is said."""
    imports: dict[str, set[str]] = defaultdict(set)
    values: dict[str, list[ast.expr]] = defaultdict(list)
    for node in nodes:
        kind = type(node)
        if kind in IMPORTING:
            for name, path in _imported(node):
                imports[name].add(path)
        elif kind.__name__ in SETTING:
            for name, value in assigned(node):
                values[name].append(value)
    return Names(
        {name: frozenset(paths) for name, paths in imports.items()},
        {name: tuple(found) for name, found in values.items()},
        *bindings(nodes),
    )


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}".strip(".")


def assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names that a statement or a walrus sets, each with the expression that it gets."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _pairs(target, node.value)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        yield from _pairs(node.target, node.value)
    elif type(node).__name__ == "TypeAlias":  # newer than the oldest Python that runs this
        yield from _pairs(node.name, node.value)  # type: ignore[attr-defined]


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        same = len(target.elts) == len(value.elts)
        for one, other in zip(target.elts, value.elts, strict=True) if same else ():
            yield from _pairs(one, other)
