"""Find out if a function does anything after one of its lines: a new name keeps its value alive until the end."""

import ast
from collections.abc import Iterator, Sequence

BLOCKS = ("body", "orelse", "handlers")


def is_last(function: ast.AST, line: int) -> bool:
    """Return whether a function does nothing after the statement on a line, except to return a constant.

    What is in a loop, a `with` or a `try` with a `finally` has something behind it.
    """
    for block in _blocks(function):
        for at, statement in enumerate(block):
            if line in range(statement.lineno, (statement.end_lineno or 0) + 1):
                return all(map(_is_idle, block[at + 1 :])) and _ends(statement, line)
    return False


def _ends(statement: ast.stmt | ast.ExceptHandler, line: int) -> bool:
    """Return whether no part of a statement follows a line of it."""
    if isinstance(statement, ast.Try):
        return not statement.finalbody and _is_idle_rest(statement, line) and is_last(statement, line)
    if isinstance(statement, ast.If | ast.Match | ast.ExceptHandler):
        return is_last(statement, line)
    return not any(isinstance(inner, ast.stmt) for inner in ast.iter_child_nodes(statement))


def _is_idle_rest(node: ast.Try, line: int) -> bool:
    """Return whether an `else` behind the line does nothing."""
    in_body = line <= (node.body[-1].end_lineno or 0)
    return not in_body or all(map(_is_idle, node.orelse))


def _blocks(node: ast.AST) -> Iterator[Sequence[ast.stmt | ast.ExceptHandler]]:
    if isinstance(node, ast.Match):
        yield from (case.body for case in node.cases)
        return
    for part in BLOCKS:
        block = getattr(node, part, [])
        # Of clauses one is taken: none is behind another.
        yield from ([clause] for clause in block) if part == "handlers" else [block]


def _is_idle(statement: ast.stmt | ast.ExceptHandler) -> bool:
    value = statement.value if isinstance(statement, ast.Return) else None
    return isinstance(statement, ast.Pass | ast.Return) and (value is None or isinstance(value, ast.Constant))
