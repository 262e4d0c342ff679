"""Names that are found by a string when the code runs, where no checker can follow: `eval`, `getattr(x, "name")`."""

import ast
from collections import Counter
from collections.abc import Iterator

from stomper.guards.names import Names
from stomper.guards.refusal import Finding, quoted
from stomper.guards.source import Source

RUNNING = frozenset({"eval", "exec", "compile", "__import__"})
TABLES = frozenset({"globals", "locals", "vars"})
BY_NAME = frozenset(
    {"getattr", "setattr", "delattr", "attrgetter", "methodcaller", "import_module", "__getattribute__"}
)
FINDING = RUNNING | TABLES | BY_NAME
ATTRIBUTES = frozenset(
    {"__dict__", "__builtins__", "__getattribute__", "__globals__", "f_globals", "f_locals", "modules"}
)


def more_indirect(old: Source, new: Source) -> list[Finding]:
    """The ways round a name that a change adds."""
    known = Counter(what for what, _ in _indirect(old))
    found = []
    for what, node in _indirect(new):
        if known[what]:
            known[what] -= 1
        else:
            found.append(Finding(f"looks a name up when the code runs: {quoted(node)}", getattr(node, "lineno", 0)))
    return found


def _indirect(source: Source) -> Iterator[tuple[str, ast.AST]]:
    called = {id(node.func): node for node in source.nodes if isinstance(node, ast.Call)}
    for node in source.nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            continue
        if isinstance(node, ast.Name | ast.Attribute):
            yield from ((what, called.get(id(node), node)) for what in _named(node, called.get(id(node)), source.every))
        elif isinstance(node, ast.Call) and (what := _looked_up(node)) in RUNNING | TABLES:
            yield what, node


def _named(node: ast.Name | ast.Attribute, call: ast.Call | None, names: Names) -> Iterator[str]:
    """By what an expression finds names. `call` is the call of it, if it is called."""
    own = node.attr if isinstance(node, ast.Attribute) else ""
    if own in ATTRIBUTES and (own != "modules" or "sys.modules" in names.dotted(node)):
        yield own
    paths = names.dotted(node)
    if FINDING.isdisjoint(path.rpartition(".")[2] for path in paths):
        return
    for what in sorted(RUNNING | TABLES):
        if what in paths or f"builtins.{what}" in paths:
            yield what
    for what in sorted(BY_NAME):
        known = any(path == what or path.endswith((f"operator.{what}", f"importlib.{what}")) for path in paths)
        if known and (call is None or _by_text(call, names)):
            yield what


def _by_text(call: ast.Call, names: Names) -> bool:
    """Return whether the code spells out the name that a call looks up, in one piece or in several."""
    return any(names.text(arg) for arg in call.args if not isinstance(arg, ast.Starred))


def _looked_up(call: ast.Call) -> str:
    """The name that a call of what a subscript finds stands for: `__builtins__["eval"]("x")`."""
    found = call.func.slice if isinstance(call.func, ast.Subscript) else None
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else ""
