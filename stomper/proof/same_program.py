"""Say whether a program can tell a change by syntax alone: it cannot if the same tree is left of its text."""

import ast
import re

from stomper.python import CannotReadError, cells, is_notebook, no_python, read_notebook

STUB, PYTHON = ".pyi", ".py"
PROSE = (".md", ".rst")
COMMANDS = re.compile(rb"\A#![^\r\n]*|^# /// script[ \t]*$(?:\n#[^\n]*)*", re.MULTILINE)
"""Comments that say how the file is run: by which program, and with which packages."""


def same_program(path: str, before: bytes, after: bytes) -> bool:
    """Say whether a change of a file is one that no program can tell.

    It changes comments, white space, line ends or the way in which the same tokens are written; or a stub, which never
    runs; or a page of prose. Comments that say how the file is run are more than that. Line numbers, and so what a
    traceback shows, do not count.
    """
    if path.endswith((STUB, *PROSE)):
        return True
    if is_notebook(path):
        return _same_notebook(before, after)
    if not path.endswith(PYTHON) or _commands(before) != _commands(after):
        return False
    return (tree := _tree(before)) is not None and tree == _tree(after)


def _same_notebook(before: bytes, after: bytes) -> bool:
    """Say whether nothing but the text of the same Python is different in a notebook."""
    try:
        if no_python(read_notebook(before)) != no_python(read_notebook(after)):
            return False
        trees = [_tree(cells(content).encode()) for content in (before, after)]
    except CannotReadError:
        return False
    return trees[0] is not None and trees[0] == trees[1]


def _commands(content: bytes) -> list[bytes]:
    return COMMANDS.findall(content.replace(b"\r\n", b"\n"))


def _tree(content: bytes) -> str | None:
    """The tree of Python source as text, without places; None for what does not parse."""
    try:
        return ast.dump(ast.parse(content))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
