"""Find the lines of a file that can end with a comment, and the statement that each belongs to."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stomper.python import Token, read_tokens
from stomper.suppressions.python_comments import FOR_TOOLS

IN_STRING = "the line ends inside of a string"
BACKSLASH = "a backslash ends the line"
EMPTY = "the line is empty"
DIRECTIVE = "the line is a comment that a tool reads to its end"


@dataclass(frozen=True, slots=True)
class Row:
    """A line as a place for a comment; `first` to `last` are the lines of its statement, counted from 1.

    `code` is all that stands before the `comment`, which is '' if there is none. `problem` says why
    nothing can be added to it.
    """

    first: int
    last: int
    code: str
    comment: str
    problem: str = ""

    def with_comment(self, comment: str) -> str:
        """The line with another comment."""
        return f"{self.code}{'' if self.comment else '  '}{comment}"


def rows_of(text: str) -> list[Row]:
    """The lines of a text with `\\n` line ends; that of line n is at n - 1. Raises CannotReadError."""
    lines = text.split("\n")
    tokens = read_tokens(text)
    comments = {token.start[0]: token.start[1] for token in tokens if token.kind == "comment"}
    strings = (token for token in tokens if token.kind == "string")
    inside = {line for token in strings for line in range(token.start[0], token.end[0])}
    spans = {line: part for part in _statements(tokens) for line in part}
    rows = []
    for number, line in enumerate(lines, 1):
        column = comments.get(number, len(line))
        span = spans.get(number, range(number, number + 1))
        problem = IN_STRING if number in inside else _problem(line[:column], line[column:])
        rows.append(Row(span[0], span[-1], line[:column], line[column:], problem))
    return rows


def _problem(code: str, comment: str) -> str:
    if code.strip():
        return BACKSLASH if not comment and code.endswith("\\") else ""
    if not comment:
        return EMPTY
    return DIRECTIVE if FOR_TOOLS.match(comment) else ""


def _statements(tokens: Iterable[Token]) -> Iterator[range]:
    """The lines of each logical line: of a compound statement those of its head."""
    first = 0
    for token in tokens:
        if token.kind == "newline":
            yield range(first, token.start[0] + 1)
            first = 0
        elif token.kind != "comment":
            # What stands in the braces of an f-string comes before the string.
            first = min(first or token.start[0], token.start[0])


def blocks_of(tree: ast.Module) -> dict[int, int]:
    """The last line of each compound statement, by the lines from its beginning to that above its first statement.

    Those between two branches of it, as of an `else`, are taken for its beginning, too.
    """
    blocks: dict[int, int] = {}
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, ast.stmt | ast.ExceptHandler) and isinstance(body, list):
            parts = [body, *(getattr(node, part, []) for part in ("orelse", "finalbody"))]
            inside = {n for part in parts for one in part for n in range(one.lineno, (one.end_lineno or 0) + 1)}
            heads = set(range(node.lineno, (node.end_lineno or node.lineno) + 1)) - inside
            blocks.update({line: max(blocks.get(line, 0), node.end_lineno or line) for line in heads})
    return blocks
