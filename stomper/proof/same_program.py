"""Say whether a program can tell a change by syntax alone: it cannot if the same tree is left of its text."""

import ast
import re

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
    if not path.endswith(PYTHON) or _commands(before) != _commands(after):
        return False
    return (tree := _tree(before)) is not None and tree == _tree(after)


def _commands(content: bytes) -> list[bytes]:
    return COMMANDS.findall(content.replace(b"\r\n", b"\n"))


def _tree(content: bytes) -> str | None:
    """The tree of Python source as text, without places; None for what does not parse."""
    try:
        return ast.dump(ast.parse(content))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
