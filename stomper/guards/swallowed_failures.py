"""Find places that catch a failed assertion and forget it: handlers, `suppress`, `raises` and their like."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from stomper.guards.constant_values import truth
from stomper.guards.names import FUNCTIONS, Names
from stomper.guards.nodes import nodes_of

CAUGHT = frozenset({"AssertionError", "Exception", "BaseException"})
RAISES = frozenset({"raises", "assertRaises", "assertRaisesRegex", "RaisesGroup", "RaisesExc"})


@dataclass(frozen=True, slots=True)
class Swallowing:
    """The parts of a file that catch failed assertions. `managers` are its own context managers that do."""

    names: Names
    managers: frozenset[str]

    def catches(self, node: ast.expr | None) -> bool:
        """Return whether `except` with these classes catches an AssertionError. None stands for a bare `except`."""
        if node is None:
            return True
        inner = node.value if isinstance(node, ast.Starred) else node
        if isinstance(inner, ast.Tuple | ast.List):
            return any(map(self.catches, inner.elts))
        if isinstance(inner, ast.Name) and any(map(self.catches, self.names.values_of(inner.id))):
            return True
        return bool(CAUGHT & self.names.last(inner))

    def forgets(self, handler: ast.ExceptHandler) -> bool:
        """Return whether a handler catches failed assertions and lets the test pass."""
        return self.catches(handler.type) and not self._fails(handler.body)

    def _fails(self, statements: Sequence[ast.stmt]) -> bool:
        """Return whether a block, or a branch of it that may run, makes a test fail."""
        return any(map(self._one_fails, statements))

    def _one_fails(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Raise | ast.Assert):
            return True
        if isinstance(node, ast.If):
            branches = [node.body] if truth(node.test, self.names) is not False else []
            return any(map(self._fails, [*branches, node.orelse]))
        if isinstance(node, ast.Call):
            called = self.names.last(node.func)
            if called & {"fail", "exit", "_exit", "abort"} or any(name.startswith("assert") for name in called):
                return True
        return not isinstance(node, (*FUNCTIONS, ast.Lambda)) and any(map(self._one_fails, ast.iter_child_nodes(node)))

    def manages(self, node: ast.expr) -> bool:
        """Return whether a context manager swallows errors of its block."""
        if not isinstance(node, ast.Call):
            return bool(self.names.last(node) & self.managers)
        called = self.names.last(node.func)
        if called & {"suppress", "ignored"}:
            return any(map(self.catches, node.args))
        if called & {"enter_context", "enter_async_context"}:
            return any(map(self.manages, node.args))
        if called & RAISES:
            expected = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "expected_exception")]
            return any(map(self.catches, expected))
        return bool(called & self.managers)


def read_swallowing(nodes: Sequence[ast.AST], names: Names) -> Swallowing:
    """Find the context managers of a file that swallow."""
    plain = Swallowing(names, frozenset())
    found = [node.name for node in nodes if isinstance(node, ast.ClassDef) and _exits_true(node)]
    found += [node.name for node in nodes if isinstance(node, FUNCTIONS) and _yields_in_try(node, plain)]
    return Swallowing(names, frozenset(found))


def _exits_true(node: ast.ClassDef) -> bool:
    """Return whether the `__exit__` of a class may return something true."""
    exits = [item for item in node.body if isinstance(item, FUNCTIONS) and item.name in ("__exit__", "__aexit__")]
    returns = [part for item in exits for part in nodes_of(item) if isinstance(part, ast.Return) and part.value]
    return any(not (isinstance(part.value, ast.Constant) and not part.value.value) for part in returns)


def _yields_in_try(node: ast.FunctionDef | ast.AsyncFunctionDef, plain: Swallowing) -> bool:
    """Return whether a `@contextmanager` generator catches and forgets an error raised at its `yield`."""
    tries = [part for part in nodes_of(node) if isinstance(part, ast.Try) and any(map(plain.forgets, part.handlers))]
    return any(isinstance(inner, ast.Yield) for part in tries for item in part.body for inner in nodes_of(item))
