"""Write types of variables into a text: where each gets its first value, or on a line of its own above that."""

import ast
import re
from collections.abc import Mapping

from stomper.fixers.codemods.variable_origins import Origin

TYPE_COMMENT = re.compile(r"#\s*type:\s*(?!ignore)")


def with_types(text: str, words: Mapping[Origin, str]) -> str:
    """The text with these types; a variable stays without where neither place can have it."""
    lines = text.split("\n")
    for origin in sorted(words, key=lambda one: (one.target.lineno, one.target.col_offset), reverse=True):
        if _has_type_comment(lines, origin):
            continue
        if origin.is_alone:
            _behind(lines, origin.target, words[origin])
        elif origin.in_function:
            _above(lines, origin, words[origin])
    return "\n".join(lines)


def _has_type_comment(lines: list[str], origin: Origin) -> bool:
    """Say whether somebody wrote the type of a variable already, in the way of Python 2."""
    statement = origin.statement
    ends = {statement.lineno, origin.target.lineno, statement.end_lineno or statement.lineno}
    return any(TYPE_COMMENT.search(lines[number - 1]) for number in ends)


def _behind(lines: list[str], target: ast.expr, words: str) -> None:
    number = (target.end_lineno or target.lineno) - 1
    data, end = lines[number].encode(), target.end_col_offset or 0
    lines[number] = f"{data[:end].decode()}: {words}{data[end:].decode()}"


def _above(lines: list[str], origin: Origin, words: str) -> None:
    """Declare a name of a function above the statement, unless something is before that on its line."""
    number = origin.statement.lineno - 1
    before = lines[number].encode()[: origin.statement.col_offset].decode()
    if not before.strip():
        lines.insert(number, f"{before}{ast.unparse(origin.target)}: {words}")
