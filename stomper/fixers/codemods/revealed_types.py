"""Ask mypy for the types of expressions: in a copy of the text each is within a `reveal_type`, with its number.

`x = f(y)` becomes `x = (reveal_type((0, (f(y)))))[1]`, of which mypy infers the same for `x` as before.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from stomper.fixers.annotate.types import Type, read_type
from stomper.fixers.codemods.base import Ask

TOLD = re.compile(r'note: Revealed type is "tuple\[Literal\[(?P<number>\d+)\]\?, (?P<type>.*)\]"$')


def reveal(text: str, nodes: Sequence[ast.expr], ask: Ask) -> Mapping[ast.expr, Type]:
    """The types of expressions of a text, without those that mypy does not know or no annotation can say.

    Of one that is in another one nothing is asked. May raise what `ask` raises.
    """
    chosen = list(_apart(nodes))
    numbers = dict(enumerate(chosen))
    lines = ask(_with_questions(text, numbers)) if chosen else []
    told = (match for line in lines if (match := TOLD.search(line)))
    types = ((numbers.get(int(match["number"])), read_type(match["type"])) for match in told)
    return {node: one for node, one in types if node and one}


def _apart(nodes: Sequence[ast.expr]) -> Iterator[ast.expr]:
    """Give the expressions that are in none of the others, and may stand in brackets, in their order."""
    end = (0, 0)
    for node in sorted(nodes, key=_outermost_first):
        if (node.lineno, node.col_offset) >= end and not isinstance(node, ast.Yield | ast.YieldFrom | ast.Starred):
            end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
            yield node


def _outermost_first(node: ast.expr) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, -(node.end_lineno or 0), -(node.end_col_offset or 0)


def _with_questions(text: str, numbers: Mapping[int, ast.expr]) -> str:
    lines = text.encode().split(b"\n")
    for number, node in reversed(list(numbers.items())):  # the last one first, which moves no other
        _put(lines, (node.end_lineno or node.lineno, node.end_col_offset or 0), b"))))[1]")
        _put(lines, (node.lineno, node.col_offset), b"(reveal_type((%d, (" % number)
    return b"\n".join(lines).decode()


def _put(lines: list[bytes], place: tuple[int, int], words: bytes) -> None:
    number, column = place[0] - 1, place[1]
    lines[number] = lines[number][:column] + words + lines[number][column:]
