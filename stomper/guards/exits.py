"""Statements that leave: `return`, `raise`, `break`, and calls that do not come back."""

import ast

from stomper.guards.constant_values import truth
from stomper.guards.names import FUNCTIONS, Names
from stomper.guards.nodes import LEAVES, children

LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue)
# Calls behind which nothing runs.
ENDS = frozenset(
    (
        *("sys.exit", "os._exit", "os.abort", "exit", "quit", "builtins.exit", "builtins.quit"),
        *(
            f"{module}.{name}"
            for module in ("pytest", "_pytest.outcomes")
            for name in ("skip", "fail", "exit", "xfail")
        ),
        *("self.fail", "self.skipTest", "cls.skipTest", "unittest.SkipTest"),
    )
)
PASSES = frozenset({"skip", "exit", "xfail", "skipTest", "_exit", "abort", "quit"})
SKIPPING = frozenset({"SkipTest", "Skipped", "Exit", "Exception", "StopIteration", "SystemExit", "OutcomeException"})


def ends_here(node: ast.AST, names: Names) -> bool:
    """Return whether no code behind a simple statement runs."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return bool(names.dotted(node.value.func) & ENDS)
    if isinstance(node, ast.Assert):
        return truth(node.test, names) is False
    return isinstance(node, LEAVING)


def skips_here(node: ast.AST, names: Names) -> bool:
    """Return whether a simple statement ends a test as skipped."""
    called = node.value.func if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
    return bool(names.last(called) & {"skip", "xfail", "skipTest"})


def may_leave(node: ast.stmt, names: Names) -> bool:
    """Return whether a compound statement can leave its block without failing the test."""
    if isinstance(node, (*LEAVING, *FUNCTIONS, ast.ClassDef)):
        return False
    loop = isinstance(node, ast.For | ast.AsyncFor | ast.While)
    return any(_passes(part, names, loop) for part in _inner(node, names) if type(part) not in LEAVES)


def _passes(node: ast.AST, names: Names, loop: bool) -> bool:
    if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
        return False
    if isinstance(node, ast.Return) or (isinstance(node, ast.Break | ast.Continue) and not loop):
        return True
    if isinstance(node, ast.Raise) and node.exc is not None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return bool(names.last(raised) & SKIPPING)
    if isinstance(node, ast.Call) and names.dotted(node.func) & ENDS and names.last(node.func) & PASSES:
        return True
    inner = loop or isinstance(node, ast.For | ast.AsyncFor | ast.While)
    return any(_passes(child, names, inner) for child in _inner(node, names) if type(child) not in LEAVES)


def _inner(node: ast.AST, names: Names) -> list[ast.AST]:
    """The children of a node, without the branch of an `if` that never runs."""
    if isinstance(node, ast.If):
        known = truth(node.test, names)
        return [*(node.body if known is not False else ()), *(node.orelse if known is not True else ())]
    return children(node)
