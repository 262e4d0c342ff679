"""Choose the comment that silences each diagnostic, or the reason why none can."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from stomper.fixers.suppress.never import NEVER
from stomper.models import Diagnostic
from stomper.suppressions.comment_rows import Row
from stomper.suppressions.dialects import BY_TOOL, BY_WORDS, Dialect, name_in_comment
from stomper.suppressions.python_comments import read_directive, why_not, with_codes

Site: TypeAlias = tuple[str, str, int]
"""Tool, code, line."""

NOT_ASKED = "another one of its code in the same statement is not to be suppressed"
NOT_OURS = "Stomper knows no comment that its checker reads"
OUTSIDE = "there is no such line"
ELSEWHERE = "its place is at another statement"
NO_CODE = "no code is on the line"


def name_of(found: Diagnostic) -> str:
    return name_in_comment(found.tool, found.code, found.message)


def site_of(found: Diagnostic) -> Site:
    return found.tool, found.code, found.line


@dataclass(frozen=True, slots=True)
class Mark:
    """A diagnostic and the line (counted from 1) whose comment silences it."""

    diagnostic: Diagnostic
    line: int

    @property
    def dialect(self) -> Dialect:
        return BY_TOOL[self.diagnostic.tool]

    @property
    def name(self) -> str:
        """The name by which the comment accepts it."""
        return name_of(self.diagnostic)


@dataclass(slots=True)
class Marks:
    """The comments for a file of these `rows`, and the reasons for the diagnostics that are `left`.

    `others` are diagnostics that nobody asked to silence: a comment that would is not written. `blocks` has the last
    line of the block that a line is the head of.
    """

    rows: Sequence[Row]
    others: Sequence[Diagnostic] = ()
    blocks: Mapping[int, int] = field(default_factory=dict)
    sites: frozenset[Site] = field(init=False)
    made: list[Mark] = field(default_factory=list)
    left: list[tuple[Diagnostic, str]] = field(default_factory=list)
    more: dict[int, dict[str, set[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sites = frozenset(map(site_of, self.others))

    def add(self, found: Diagnostic, line: int | None) -> None:
        """Mark a diagnostic, at the `line` that ruff reads for one of its own; None if it reads none."""
        place = line if found.tool == "ruff" else line_of_comment(self.rows, found)
        if problem := NEVER.get((found.tool, found.code)) or self._problem(found, place):
            self.left.append((found, problem))
        elif place is not None:
            self.made.append(Mark(found, place))

    def keep(self, needed: Callable[[Mark], bool]) -> None:
        """Drop the marks that are not needed: what they are about is silenced by the others."""
        self.made = [mark for mark in self.made if needed(mark)]

    def take_back(self, why: Callable[[Mark], str | None]) -> bool:
        """Unmark those for which there is a reason, '' where nobody has to hear it; whether there are any."""
        reasons = [(mark, why(mark)) for mark in self.made]
        self.made = [mark for mark, reason in reasons if reason is None]
        self.left += [(mark.diagnostic, reason) for mark, reason in reasons if reason]
        return len(self.made) < len(reasons)

    def accept_too(self, line: int, tool: str, code: str) -> None:
        """Let the comment on a line accept a code, too, of which the comment itself is the cause."""
        self.more.setdefault(line, {}).setdefault(BY_TOOL[tool].words, set()).add(code)

    def text(self, reason: str) -> str:
        """The whole text with the comments."""
        codes: defaultdict[int, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for mark in self.made:
            codes[mark.line][mark.dialect.words].add(mark.name)
        for line, more in self.more.items():
            for words, others in more.items() if line in codes else ():
                codes[line][words] |= others
        lines = [row.code + row.comment for row in self.rows]
        for line, by_words in codes.items():
            lines[line - 1] = silenced(self.rows[line - 1], by_words, reason)
        return "\n".join(lines)

    def reach(self, dialect: Dialect, row: Row) -> range:
        """The lines that a comment on a row speaks of: those of the statement, the block below it for some."""
        last = self.blocks.get(row.last, row.last) if dialect.covers else row.last
        return range(row.first, last + 1)

    def _problem(self, found: Diagnostic, line: int | None) -> str:
        dialect = BY_TOOL.get(found.tool)
        if dialect is None or not dialect.code.fullmatch(name_of(found)):
            return NOT_OURS
        if line is None or not 1 <= line <= len(self.rows):
            return OUTSIDE
        row = self.rows[line - 1]
        if not row.first <= found.line <= row.last:
            return ELSEWHERE
        if row.problem or (not row.code.strip() and not dialect.beside_comments):
            return row.problem or NO_CODE
        why = why_not(dialect, row.comment)
        return why or (NOT_ASKED if self._silences_others(found, dialect, row) else "")

    def _silences_others(self, found: Diagnostic, dialect: Dialect, row: Row) -> bool:
        """Say whether one that nobody asked to silence is of the same code in the same statement."""
        return any((found.tool, found.code, line) in self.sites for line in self.reach(dialect, row))


def line_of_comment(rows: Sequence[Row], found: Diagnostic) -> int | None:
    """Give the line for a comment: the diagnostic's own, else the next line of the statement that can have one."""
    if not 1 <= found.line <= len(rows):
        return None
    able = (line for line in range(found.line, rows[found.line - 1].last + 1) if not rows[line - 1].problem)
    return next(able, found.line)


def silenced(row: Row, codes: Mapping[str, Collection[str]], reason: str) -> str:
    """The line with these codes in its comment, each at most once. They come by the words of their dialect."""
    more = {words: _missing(BY_WORDS[words], row.comment, names) for words, names in codes.items()}
    if not any(more.values()):
        return row.code + row.comment
    return row.with_comment(with_codes(row.comment, more, reason))


def _missing(dialect: Dialect, comment: str, codes: Collection[str]) -> list[str]:
    there = read_directive(dialect, comment)
    return sorted(set(codes) - set(there.codes if there else ()))
