"""Decorators: those of the tested list, and those of the project whose source shows that they read nothing."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from stomper.fixers.annotations.functions_as_values import FUNCTIONS, readers_of
from stomper.fixers.annotations.harmless import DECORATORS, FAMILIES
from stomper.fixers.annotations.modules import Module, Modules
from stomper.fixers.annotations.names import OWN, Definition
from stomper.fixers.annotations.reader_names import reads_signatures

DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Decorators:
    """Judges decorators of functions. `modules` reads the project."""

    modules: Modules

    def reads(self, module: Module, decorator: ast.expr, around: tuple[Definition, ...] = ()) -> bool:
        """Say whether a decorator may read the annotations of its function, which is within these others."""
        full = module.names.full(decorator, around)
        if full in DECORATORS or full.startswith(FAMILIES):
            return False
        found = self._function(module, full) if not around else None
        if found is None:
            return True
        other, function = found
        return bool(reads_signatures(other.tree)) or not _only_calls(other, function, isinstance(decorator, ast.Call))

    def _function(
        self, module: Module, full: str, depth: int = 0
    ) -> tuple[Module, ast.FunctionDef | ast.AsyncFunctionDef] | None:
        """The function of the project that a full name means."""
        if full.startswith(OWN):
            named = [n for n in module.tree.body if isinstance(n, FUNCTIONS) and n.name == full.removeprefix(OWN)]
            return (module, named[0]) if len(named) == 1 and not named[0].decorator_list else None
        source, _, name = full.rpartition(".")
        other = self.modules.find(source, module.path) if source and depth < DEEPEST else None
        if other is None or name not in other.names.meanings:
            return None
        return self._function(other, other.names.meanings[name], depth + 1)


def _only_calls(module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef, made: bool) -> bool:
    """Say whether a decorator only calls, wraps and returns its function. `made`: a call returns it."""
    if made:
        inner = _returned(function)
        return inner is not None and _only_calls(module, inner, made=False)
    arguments = function.args
    first = [*arguments.posonlyargs, *arguments.args][:1]
    if not first or arguments.vararg or arguments.kwarg or _is_changed(function, first[0].arg):
        return False
    return not any(readers_of(module.tree, function, module.names, first[0].arg))


def _returned(function: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function that a function defines and returns, if it returns nothing else."""
    made = {node.name: node for node in function.body if isinstance(node, FUNCTIONS) and not node.decorator_list}
    returns = [node.value for node in _own(function) if isinstance(node, ast.Return)]
    if len(returns) != 1 or not isinstance(returns[0], ast.Name):
        return None
    return made.get(returns[0].id)


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions and classes in it."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, FUNCTIONS | ast.ClassDef | ast.Lambda):
            yield child
            yield from _own(child)


def _is_changed(function: ast.AST, name: str) -> bool:
    stored = (node for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return any(node.id == name for node in stored)
