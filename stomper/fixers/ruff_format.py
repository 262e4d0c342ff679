"""ruff's formatter on the statements that diagnostics of layout are in, and on no others."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from stomper.errors import ToolError
from stomper.fixers.base import FixReply, FixRequest
from stomper.fixers.codemods.fixer import unreadable
from stomper.fixers.kept_layout import free_to_move
from stomper.fixers.ruff_text import writing_ruff
from stomper.fixers.unsafe_reasons import Doubts
from stomper.models import Diagnostic
from stomper.python import CannotReadError, read_tokens
from stomper.python.source_file import Content, read_content

LIMIT = re.compile(r"> (\d+)\)")
TRAILING = frozenset({"W291", "W293"})
MOST_RANGES = 100  # of one attempt; the rest waits for the next
CODES = frozenset(
    f"{family}{number}"
    for family, numbers in {
        "E": (
            *(101, *range(111, 118), *range(201, 205), 211, *range(221, 229), 231, 241, 242, 251, 252, 261, 262, 265),
            *(*range(271, 276), *range(301, 307), 501, 502, 701, 702, 703),
        ),
        "W": (191, 291, 293, 391),
    }.items()
    for number in numbers
)


@dataclass(frozen=True, slots=True)
class RuffFormatFixer:
    """`ruff format --range`, from the last place up so that the lines above stay where they are."""

    program: str
    timeout: float = 300.0
    name: str = "ruff-format"
    divisible: bool = True
    learns: bool = False
    ours: bool = True

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return any(d.tool == "ruff" and d.code in CODES for d in diagnostics)

    def guesses(self, diagnostics: Sequence[Diagnostic]) -> tuple[frozenset[tuple[str, str]], ...]:
        return (frozenset(("ruff", code) for code in CODES),)

    def fix(self, request: FixRequest) -> FixReply:
        try:
            content = read_content(request.content())
        except CannotReadError as error:
            return unreadable(request.path, error)
        found, kept = free_to_move(content.text, self._wanted(request))
        doubts = Doubts(content.text, request.root, request.path)
        found = tuple(d for d in found if d.code not in TRAILING or not doubts.is_data(d.line))
        reply = FixReply(remarks=kept)
        if not (ranges := _ranges(found, content)):
            return reply
        ruff = writing_ruff(self.program, request, self.timeout)
        text = content.text
        try:
            for lines in reversed(ranges[-MOST_RANGES:]):
                text = _better(text, ruff.format(text, lines), self._limit(request, lines))
        except ToolError as error:  # of a file that does not parse there is nothing to format
            return replace(reply, log=f"{self.name}: {error.message}")
        if text != content.text:
            request.file.write_bytes(content.encode(text))
        return reply

    def _limit(self, request: FixRequest, lines: range) -> int | None:
        """The length of a line that is to be kept to, if nothing else is wrong with these lines."""
        here = [d for d in request.diagnostics if d.tool == "ruff" and d.code in CODES and d.line in lines]
        limits = {int(found[1]) for d in here if d.code == "E501" and (found := LIMIT.search(d.message))}
        return limits.pop() if len(limits) == 1 and {d.code for d in here} == {"E501"} else None

    def _wanted(self, request: FixRequest) -> list[Diagnostic]:
        wanted = [d for d in request.diagnostics if d.tool == "ruff" and d.code in CODES]
        return [d for d in wanted if request.codes is None or d.code in request.codes]


def _ranges(found: Iterable[Diagnostic], content: Content) -> list[range]:
    fixed_width = fixed_lines(content.text)
    return joined({d.line for d in found if not (d.code == "E501" and d.line in fixed_width)})


def _better(old: str, new: str, limit: int | None) -> str:
    """The formatted text; the one before if it was to make lines shorter and did not."""
    if limit is None:
        return new
    before, after = Counter(old.split("\n")), Counter(new.split("\n"))
    gone, came = (
        sum((a - b)[line] for line in a - b if len(line) > limit) for a, b in ((before, after), (after, before))
    )
    return new if came < gone else old


def joined(lines: Iterable[int]) -> list[range]:
    """Neighbouring lines as ranges, in their order."""
    ranges: list[range] = []
    for line in sorted(lines):
        first = ranges.pop().start if ranges and ranges[-1].stop == line else line
        ranges.append(range(first, line + 1))
    return ranges


def fixed_lines(text: str) -> frozenset[int]:
    """The lines that no formatter makes shorter: those of comments alone, and those within a string."""
    try:
        tokens = read_tokens(text)
    except CannotReadError:  # ruff cannot format it either, and says so
        return frozenset()
    found, lines = set[int](), text.split("\n")
    for token in tokens:
        line, column = token.start
        if token.kind == "comment" and not lines[line - 1][:column].strip():
            found.add(line)
        elif token.kind == "string":
            found.update(range(line + 1, token.end[0]))
    return frozenset(found)
