"""Find inner definitions that never run: nested functions, lambdas, generators."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from stomper.guards.names import FUNCTIONS, Function
from stomper.guards.nodes import children, nodes_of


@dataclass(frozen=True, slots=True)
class Uses:
    """The names that a function reads in a way that can run what they stand for. Taken from its whole body."""

    read: frozenset[str]
    """Read anywhere but as a statement of their own."""
    consumed: frozenset[str]
    """Read so that a generator or coroutine that they make is run: not by a call whose result nobody takes."""

    def runs(self, node: Function) -> bool:
        """Return whether a nested function may be called."""
        if node.decorator_list:
            return True
        lazy = isinstance(node, ast.AsyncFunctionDef) or is_generator(node)
        return node.name in (self.consumed if lazy else self.read)

    def keeps(self, targets: list[ast.expr]) -> bool:
        """Return whether something reads the values that are assigned to these targets."""
        return any(not isinstance(target, ast.Name) or target.id in self.read for target in targets)


def read_uses(function: ast.AST) -> Uses:
    """Collect what is read in a function or module. What a nested function reads of itself is no use of it."""
    reads = [(name, idle) for name, idle, inside in _reads(function, frozenset()) if name not in inside]
    read = {name for name, _ in reads}
    consumed = {name for name, idle in reads if not idle}
    aliases = list(_aliases(function))
    for _ in aliases:  # another name of a function is a use of it where that name is used
        read |= {name for alias, name in aliases if alias in read}
        consumed |= {name for alias, name in aliases if alias in consumed}
    return Uses(frozenset(read), frozenset(consumed))


def _reads(node: ast.AST, inside: frozenset[str]) -> Iterator[tuple[str, bool, frozenset[str]]]:
    """Each name that is read, whether it is a call whose result is dropped, and the functions that it stands in."""
    if _is_idle(node):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
        yield node.value.func.id, True, inside
        for part in (*node.value.args, *node.value.keywords):
            yield from _reads(part, inside)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node.id, False, inside
    else:
        around = inside | {node.name} if isinstance(node, FUNCTIONS) else inside
        for child in children(node):
            yield from _reads(child, around)


def _is_idle(node: ast.AST) -> bool:
    """Return whether a statement only names something, or gives it another name."""
    if not isinstance(node, ast.Expr | ast.Assign) or not isinstance(node.value, ast.Name):
        return False
    return isinstance(node, ast.Expr) or all(isinstance(target, ast.Name) for target in node.targets)


def _aliases(function: ast.AST) -> Iterator[tuple[str, str]]:
    for node in nodes_of(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            yield from ((target.id, node.value.id) for target in node.targets if isinstance(target, ast.Name))


def is_generator(node: Function) -> bool:
    """Say whether a function has a `yield` of its own, reachable or not."""
    pending: list[ast.AST] = list(node.body)
    while pending:
        part = pending.pop()
        if isinstance(part, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(part, (*FUNCTIONS, ast.Lambda, ast.ClassDef, ast.GeneratorExp)):
            pending += children(part)
    return False
