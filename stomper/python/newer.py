"""LibCST's tree as `ast`'s, so that newer syntax than this Python's own is read the same way as any other."""

import ast
from collections.abc import Sequence

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from stomper.python.expressions import Expressions
from stomper.python.patterns import Patterns
from stomper.python.statements import Statements


class _Converter(Statements, Patterns, Expressions):
    """Knows every class of node that LibCST's grammar has."""


def convert(module: cst.Module) -> ast.Module:
    """The same program as a tree of `ast`. Raises CannotReadError for a node that is not known."""
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    converter = _Converter(module, wrapper.resolve(PositionProvider))
    # Text and fields of an f-string have no place of LibCST's: they get that of what they are in.
    tree = ast.fix_missing_locations(ast.Module(converter.block(module), []))
    _count_bytes(tree, module.code.split("\n"))
    return tree


def _count_bytes(tree: ast.Module, lines: Sequence[str]) -> None:
    """Let columns be counted as `ast` does, in bytes of UTF-8."""
    wide = {number: line for number, line in enumerate(lines, 1) if not line.isascii()}
    for node in ast.walk(tree) if wide else ():
        for row, column in (("lineno", "col_offset"), ("end_lineno", "end_col_offset")):
            if line := wide.get(getattr(node, row, 0)):
                setattr(node, column, len(line[: getattr(node, column)].encode()))
