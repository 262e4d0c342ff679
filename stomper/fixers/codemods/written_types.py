"""Write types of variables into a text: where each gets its first value, or on a line of its own above that."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from stomper.fixers.codemods.variable_origins import Origin

QUOTES = ('"', "'")
DEFINITION = re.compile(r"\s*(?:@|def |class |async )")
TYPE_COMMENT = re.compile(r"#\s*type:\s*(?!ignore)")


@dataclass(frozen=True, slots=True)
class Declaration:
    """A place for the type of a variable that has no first value: above a `line`, at a `column`."""

    name: str
    line: int
    column: int


Place: TypeAlias = Origin | Declaration


def with_types(text: str, words: Mapping[Place, str]) -> str:
    """The text with these types; a variable stays without where its place cannot have it."""
    lines = text.split("\n")
    origins = [place for place in words if isinstance(place, Origin) and not _has_type_comment(lines, place)]
    declared = [place for place in words if isinstance(place, Declaration)]
    for number in sorted({*map(_line, origins), *(one.line for one in declared)}, reverse=True):
        for origin in sorted((one for one in origins if _line(one) == number), key=_column, reverse=True):
            _write(lines, origin, words[origin])
        _declare(lines, number, {one: words[one] for one in declared if one.line == number})
    return "\n".join(lines)


def _line(origin: Origin) -> int:
    return origin.target.lineno


def _column(origin: Origin) -> int:
    return origin.target.col_offset


def _declare(lines: list[str], number: int, words: Mapping[Declaration, str]) -> None:
    """Declare variables above a line, apart from a docstring before it and a definition behind it."""
    new = sorted(f"{' ' * one.column}{one.name}: {text}" for one, text in words.items())
    before, behind = lines[number - 2 : number - 1], lines[number - 1 : number]
    if new and any(line.rstrip().endswith(QUOTES) for line in before):
        new.insert(0, "")
    if new and any(DEFINITION.match(line) for line in behind):
        new += [""] if new[-1].startswith(" ") else ["", ""]
    lines[number - 1 : number - 1] = new


def _write(lines: list[str], origin: Origin, words: str) -> None:
    if origin.is_alone:
        _behind(lines, origin.target, words)
    elif origin.in_function:
        _above(lines, origin, words)


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
