"""E501 of strings: a long literal becomes several beside each other, which Python joins to the same one.

The whole file means the same before and after by its syntax tree, or nothing is changed.
"""

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.sites import statements
from stomper.fixers.codemods.widths import SHORTEST, limits
from stomper.fixers.edits import Edit, apply_edits
from stomper.models import Diagnostic
from stomper.python import parse_module, read_tokens, same_code

LITERAL = re.compile(r"(?P<prefix>[a-zA-Z]*)(?P<quote>['\"])(?P<body>.*)(?P=quote)")
ESCAPE = re.compile(r"\\(?:N\{[^}]*\}|x..|u....|U........|[0-7]{1,3}|.)")
BRACKETS = "([{)]}"


@dataclass(frozen=True, slots=True)
class Literal:
    """One literal: its text, where it begins (line from 1, column from 0), and whether it must get parentheses."""

    text: str
    line: int
    column: int
    alone: bool


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    wanted, lines = limits(diagnostics), source.lines
    depths = _Depths(source.text)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    edits = []
    for found in _literals(source.text, set(wanted)):
        line = lines[found.line - 1]
        depth = depths.at(found.line, found.column)
        new = _split(found, line, depth, wanted[found.line]) if len(line) > wanted[found.line] else None
        if new is not None:
            start = starts[found.line - 1] + found.column
            edits.append(Edit(start, start + len(found.text), new))
    text = apply_edits(source.text, sorted(edits, key=lambda edit: edit.start))
    if not same_code(text, source.text):
        raise ValueError("the literals would mean something else")
    return text if edits else None


class _Depths:
    """The number of open brackets at a place."""

    def __init__(self, text: str) -> None:
        self.places: list[tuple[int, int]] = [(0, 0)]
        self.depths = [0]
        for token in read_tokens(text):
            # Also behind a string: the braces of its fields count within it only.
            if token.kind == "string" or (token.kind == "op" and token.text in BRACKETS):
                self.places.append(token.end)
                self.depths.append(token.depth)

    def at(self, line: int, column: int) -> int:
        return self.depths[bisect.bisect_right(self.places, (line, column)) - 1]


def _literals(text: str, wanted: set[int]) -> Iterator[Literal]:
    """The literals on these lines, the parts of implicit concatenations each."""
    for part, old in statements(text, wanted):
        wrapper = MetadataWrapper(parse_module(old), unsafe_skip_copy=True)
        collector = _Collector(part.start - 1, wanted)
        wrapper.visit(collector)
        yield from collector.found


class _Collector(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, offset: int, wanted: set[int]) -> None:
        super().__init__()
        self.offset, self.wanted = offset, wanted
        self.found: list[Literal] = []
        self.module = cst.Module(())
        self.joined = 0

    def visit_Expr(self, node: cst.Expr) -> bool:
        return not isinstance(node.value, cst.SimpleString | cst.ConcatenatedString)

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> None:
        self.joined += 1

    def leave_ConcatenatedString(self, original_node: cst.ConcatenatedString) -> None:
        self.joined -= 1

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self._take(node)

    def visit_FormattedString(self, node: cst.FormattedString) -> bool:
        self._take(node)
        return False

    def _take(self, node: cst.SimpleString | cst.FormattedString) -> None:
        start = self.get_metadata(PositionProvider, node).start
        line = start.line + self.offset
        if line in self.wanted:
            bare = node.with_changes(lpar=(), rpar=())
            self.found.append(Literal(self.module.code_for_node(bare), line, start.column, not self.joined))


def _split(found: Literal, line: str, depth: int, limit: int) -> str | None:
    """The literals that take the place of one; None if it cannot be, or would not help."""
    literal = LITERAL.fullmatch(found.text)
    if literal is None or found.text[len(literal["prefix"]) :].startswith(('"""', "'''")):
        return None
    if depth == 0 and not found.alone:
        return None
    indent = len(line) - len(line.lstrip())
    column = indent if line[: found.column].isspace() or not found.column else indent + 4 * max(1, depth)
    frame = len(literal["prefix"]) + 2
    room = limit - column - frame - 2
    pieces = _pieces(literal["body"], literal["prefix"].lower(), room) if room >= SHORTEST else None
    if pieces is None or len(pieces) < 2:
        return None
    parts = [f"{literal['prefix']}{literal['quote']}{piece}{literal['quote']}" for piece in pieces]
    between = "\n" + " " * column
    if depth:
        return between.join(parts)
    return f"({between}{between.join(parts)}\n{' ' * indent})"


def _pieces(body: str, prefix: str, room: int) -> list[str] | None:
    """The body in pieces that end with a space; None if a piece stays too long."""
    pieces, start, last = [], 0, 0
    for place in _breaks(body, prefix):
        if place - start > room and last > start:
            pieces.append(body[start:last])
            start = last
        last = place
    pieces.append(body[start:])
    return pieces if all(len(piece) <= room for piece in pieces) else None


def _breaks(body: str, prefix: str) -> Iterator[int]:
    """The places behind spaces, outside of escapes and replacement fields, and the end."""
    place = depth = 0
    while place < len(body):
        escape = ESCAPE.match(body, place) if "r" not in prefix else None
        if escape is not None and not depth:
            place = escape.end()
            continue
        if "f" in prefix and body[place] in "{}":
            if body[place : place + 2] in ("{{", "}}") and not depth:
                place += 2
                continue
            depth += 1 if body[place] == "{" else -1
        place += 1
        if body[place - 1] == " " and not depth:
            yield place
    yield len(body)
