"""Finds the place of an import that a rewrite needs: it is executed before all that use it, in any case."""

import ast
import re

from stomper.fixers.codemods.sites import parts_of
from stomper.fixers.kept_layout import ALL, kept_lines
from stomper.python import read_tree

PREAMBLE = re.compile(r"#!|#.*coding[:=]")


def with_statement(text: str, statement: str) -> str:
    """The text with an import at its top, behind what must be first: docstring and `__future__`.

    It stands before the first import; where that is laid out by hand, before the comment that says so.
    """
    lines = text.split("\n")
    at, blank = _place(text, lines)
    there = next((number for number, line in enumerate(lines[at:]) if line.strip()), blank)
    lines[at:at] = [statement, *[""] * (blank - there)]
    return "\n".join(lines)


def _place(text: str, lines: list[str]) -> tuple[int, int]:
    """The index of the line to insert before, and how many blank lines are to be between it and what follows."""
    tree, parts = read_tree(text), parts_of(text)
    first = max((part.stop - 1 for part in parts if _comes_first(tree, part)), default=0)
    following = next((part.start for part in parts if part.start > first), None)
    if following is None:
        return first, 1
    blank = _blank_before(tree, following)
    if kept := kept_lines(text, ALL).get(following):
        preamble = max((number for number, line in enumerate(lines[:2], 1) if PREAMBLE.match(line)), default=0)
        begun = min(kept.line, following) if kept.alone else following
        return first or max(preamble, begun - 1), max(blank, 1)
    return (first or following - 1) if blank else following - 1, blank


def _blank_before(tree: ast.Module, line: int) -> int:
    """Say how many blank lines there are between an import and the statement that begins on a line."""
    node = next(node for node in tree.body if (node.end_lineno or node.lineno) >= line)
    if isinstance(node, ast.Import | ast.ImportFrom):
        return 0
    return 2 if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) else 1


def _comes_first(tree: ast.Module, part: range) -> bool:
    """Say whether the docstring, or an import of `__future__`, is on these lines."""
    doc = tree.body[:1] if ast.get_docstring(tree, clean=False) is not None else []
    future = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    return any(node.lineno in part for node in (*doc, *future))
