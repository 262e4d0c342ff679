"""The lines whose layout somebody keeps by hand, by the comments that formatters and isort obey.

`# fmt: off` to `# fmt: on`, `# fmt: skip`; `# yapf: disable` to `# yapf: enable`; `# autopep8: off` to
`# autopep8: on`; `# isort: off` to `# isort: on`, `# isort: skip`, also with `ruff:` before it. What begins on a line
of its own ends with its block, if nothing ends it before; behind code it is about that one statement.
"""

import bisect
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from stomper.models import Diagnostic
from stomper.python import CannotReadError, Token, read_tokens

ORDER = re.compile(
    r"#\s*(?:ruff:\s*)?(?:(?P<tool>fmt|yapf|autopep8|isort):\s*(?P<word>off|on|skip_file|skip|disable|enable)\b)"
)
ENDS = frozenset({"on", "enable"})
SAME = {"yapf": "fmt"}  # black, and ruff after it, take yapf's words for their own
FILE = "skip_file"
FORMATTERS = frozenset({"fmt", "yapf", "autopep8"})
ALL = FORMATTERS | {"isort"}
CODES = re.compile(r"[EW][1-357]\d\d|I00\d|D2\d\d|COM\d+|Q\d+|ISC001")  # of ruff


@dataclass(frozen=True, slots=True)
class Order:
    """A comment that says something about layout: `tool` and `word`, and whether it stands on a line of its own."""

    tool: str
    word: str
    line: int
    column: int
    alone: bool

    def __str__(self) -> str:
        return f"# {self.tool}: {self.word}"


def kept_lines(text: str, tools: Collection[str] = FORMATTERS) -> dict[int, Order]:
    """The lines that are to stay as they are laid out, counted from 1, each with the comment that says so.

    None of a text that cannot be taken apart.
    """
    if not any(f"{tool}:" in text for tool in tools):
        return {}
    try:
        tokens = read_tokens(text)
    except CannotReadError:
        return {}
    lines = text.split("\n")
    statements = Statements(tuple(_statements(tokens)), len(lines))
    kept: dict[int, Order] = {}
    ends: dict[str, int] = {}
    for order in reversed([order for order in _orders(tokens, lines) if order.tool in tools]):
        family = SAME.get(order.tool, order.tool)
        if order.word in ENDS and order.alone:
            ends[family] = order.line
        elif order.word not in ENDS:
            kept |= dict.fromkeys(_lines(order, ends.get(family, statements.last), statements), order)
    return kept


def _orders(tokens: Iterable[Token], lines: Sequence[str]) -> Iterator[Order]:
    for token in tokens:
        if token.kind == "comment":
            alone = not lines[token.start[0] - 1][: token.start[1]].strip()
            for found in ORDER.finditer(token.text):
                yield Order(found["tool"], found["word"], *token.start, alone)


def _statements(tokens: Iterable[Token]) -> Iterator[tuple[range, int]]:
    """The lines of each logical line, from its first token on, and the column that it begins in."""
    first: tuple[int, int] | None = None
    for token in tokens:
        if token.kind == "newline" and first is not None:
            yield range(first[0], token.start[0] + 1), first[1]
            first = None
        elif token.kind not in ("newline", "comment"):  # what is within an f-string comes before it
            first = token.start if first is None else min(first, token.start)


def _lines(order: Order, end: int, statements: "Statements") -> Iterable[int]:
    """The lines that a comment is about, itself among them; `end` is the last of them if its block is no shorter."""
    if order.word == FILE:
        return range(1, statements.last + 1)
    if not order.alone or order.word == "skip":
        return statements.around(order.line)
    end = min(end, statements.end_of_block(order))
    # A statement is one thing to a formatter: of which a part is to stay, it stays.
    first, last = statements.around(order.line), statements.around(end)
    return range(min(order.line, first.start), max(end + 1, last.stop))


@dataclass(frozen=True)
class Statements:
    """The logical lines of a text, with the columns they begin in, and the number of its last line."""

    found: Sequence[tuple[range, int]]
    last: int

    @cached_property
    def _starts(self) -> list[int]:
        return [lines.start for lines, _ in self.found]

    def around(self, line: int) -> range:
        """The lines of the statement that a line is in; just that line where it is in none."""
        at = bisect.bisect_right(self._starts, line) - 1
        inside = at >= 0 and line in self.found[at][0]
        return self.found[at][0] if inside else range(line, line + 1)

    def end_of_block(self, order: Order) -> int:
        """The last line before code that stands further left than a comment."""
        following = islice(self.found, bisect.bisect_right(self._starts, order.line), None)
        return next((lines.start - 1 for lines, column in following if column < order.column), self.last)


def is_layout(code: str) -> bool:
    """Say whether what ruff says with a code is about layout and nothing else."""
    return CODES.fullmatch(code) is not None


def keeps(before: str, after: str) -> bool:
    """Say whether what is to stay as it is laid out did so."""
    return not (kept := kept_lines(before)) or _texts(before, kept) == _texts(after, kept_lines(after))


def _texts(text: str, kept: Mapping[int, Order]) -> list[str]:
    lines = text.split("\n")
    return [lines[line - 1] for line in sorted(kept) if line <= len(lines)]


def free_to_move(text: str, diagnostics: Iterable[Diagnostic]) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """The diagnostics on lines whose layout nobody keeps, and what to say of the others."""
    kept, free, said = kept_lines(text), [], dict[str, set[str]]()
    for found in diagnostics:
        if found.line in kept:
            said.setdefault(str(kept[found.line]), set()).add(found.code)
        else:
            free.append(found)
    remarks = (f"{', '.join(sorted(codes))}: `{order}` keeps the layout" for order, codes in said.items())
    return tuple(free), tuple(remarks)
