"""Choose the comment that silences each diagnostic, or the reason why none can."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from stomper.fixers.suppress.comment_lines import Row
from stomper.models import Diagnostic
from stomper.multisets import Countdown
from stomper.suppressions.python_comments import (
    NOQA_CODE,
    read_ignore,
    read_noqa,
    why_no_ignore,
    why_no_noqa,
    with_codes,
)

Site: TypeAlias = tuple[str, str, int]
"""Tool, code, line."""

TOOLS = ("ruff", "mypy")
WHOLE_FILE = "it is about the whole file"
STALE = "a comment that silences nothing goes with --remove-stale"
BESIDE_STALE = "a `# type: ignore` that silences nothing is there: it goes with --remove-stale"
WHITE_SPACE = "white space can be taken out"
# What no comment silences, or should not.
NEVER: Mapping[tuple[str, str], str] = {
    ("ruff", "invalid-syntax"): "the file does not parse",
    ("ruff", "E999"): "the file does not parse",
    ("ruff", "E902"): WHOLE_FILE,
    ("ruff", "RUF100"): STALE,
    ("ruff", "W291"): WHITE_SPACE,
    ("ruff", "W293"): WHITE_SPACE,
    ("ruff", "W391"): WHITE_SPACE,
    ("mypy", "syntax"): "mypy cannot read what is there",
    ("mypy", "unused-ignore"): STALE,
}
NOT_ASKED = "another one of its code in the same statement is not to be suppressed"
NOT_OURS = "comments are written for ruff and mypy only"
UNHEEDED = "its checker heeds no comment there"
OUTSIDE = "there is no such line"
ELSEWHERE = "its place is at another statement"
NO_CODE = "no code is on the line"


def site_of(found: Diagnostic) -> Site:
    return found.tool, found.code, found.line


@dataclass(frozen=True, slots=True)
class Mark:
    """A diagnostic and the line (counted from 1) whose comment silences it."""

    diagnostic: Diagnostic
    line: int


@dataclass(slots=True)
class Marks:
    """The comments for a file of these `rows`, and the reasons for the diagnostics that are `left`.

    `others` are diagnostics that nobody asked to silence: a comment that would is not written.
    """

    rows: Sequence[Row]
    others: Sequence[Diagnostic] = ()
    sites: frozenset[Site] = field(init=False)
    made: list[Mark] = field(default_factory=list)
    left: list[tuple[Diagnostic, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sites = frozenset(map(site_of, self.others))

    def add(self, found: Diagnostic, line: int | None) -> None:
        """Mark a diagnostic, at the `line` that its checker reads; None if it reads none."""
        place = line_for_mypy(self.rows, found) if found.tool == "mypy" else line
        if problem := NEVER.get((found.tool, found.code)) or self._problem(found, place):
            self.left.append((found, problem))
        elif place is not None:
            self.made.append(Mark(found, place))

    def take_back(self, found: Counter[Site], idle: Collection[Site] = ()) -> bool:
        """Unmark as many as are `found` all the same at each site; whether there are any.

        The comment stays where another one of the same site is silenced by it. Unmarked are also those beside a code
        of mypy that was there for nothing: of the longer comment mypy complains in other words, as of a new one.
        `idle` are codes that their line's comment needs no more: ruff does not count what stands behind a
        `# type: ignore` as a part of a line too long.
        """
        still, marks = Countdown(found), self.made
        self.made = []
        for mark in marks:
            if (mark.diagnostic.tool, mark.diagnostic.code, mark.line) in idle:
                continue
            if still.take(site_of(mark.diagnostic)):
                self.left.append((mark.diagnostic, self._unheeded(mark)))
            elif self._is_beside_stale(mark, found):
                self.left.append((mark.diagnostic, BESIDE_STALE))
            else:
                self.made.append(mark)
        return len(self.made) < len(marks)

    def _is_beside_stale(self, mark: Mark, found: Counter[Site]) -> bool:
        there = read_ignore(self.rows[mark.line - 1].comment)
        return mark.diagnostic.tool == "mypy" and there is not None and found["mypy", "unused-ignore", mark.line] > 0

    def _unheeded(self, mark: Mark) -> str:
        problem = self.rows[mark.diagnostic.line - 1].problem
        return f"{problem}, and {mark.diagnostic.tool} heeds no comment below" if problem else UNHEEDED

    def text(self, reason: str) -> str:
        """The whole text with the comments."""
        codes: defaultdict[int, dict[str, set[str]]] = defaultdict(lambda: {tool: set() for tool in TOOLS})
        for mark in self.made:
            codes[mark.line][mark.diagnostic.tool].add(mark.diagnostic.code)
        lines = [row.code + row.comment for row in self.rows]
        for line, by_tool in codes.items():
            lines[line - 1] = silenced(self.rows[line - 1], by_tool["ruff"], by_tool["mypy"], reason)
        return "\n".join(lines)

    def _problem(self, found: Diagnostic, line: int | None) -> str:
        if found.tool not in TOOLS or (found.tool == "ruff" and not NOQA_CODE.fullmatch(found.code)):
            return NOT_OURS
        if line is None or not 1 <= line <= len(self.rows):
            return OUTSIDE
        row = self.rows[line - 1]
        if not row.first <= found.line <= row.last:
            return ELSEWHERE
        if row.problem or (not row.code.strip() and found.tool == "mypy"):
            return row.problem or NO_CODE
        why = (why_no_noqa if found.tool == "ruff" else why_no_ignore)(row.comment)
        return why or (NOT_ASKED if self._silences_others(found, row) else "")

    def _silences_others(self, found: Diagnostic, row: Row) -> bool:
        """Say whether one that nobody asked to silence is of the same code in the same statement."""
        return any((found.tool, found.code, line) in self.sites for line in range(row.first, row.last + 1))


def line_for_mypy(rows: Sequence[Row], found: Diagnostic) -> int | None:
    """Give the line for a comment: the diagnostic's own, else the next line of the statement that can have one."""
    if not 1 <= found.line <= len(rows):
        return None
    able = (line for line in range(found.line, rows[found.line - 1].last + 1) if not rows[line - 1].problem)
    return next(able, found.line)


def silenced(row: Row, noqa: Iterable[str], ignore: Iterable[str], reason: str) -> str:
    """The line with these codes in its comment, those that are there already left out."""
    old_noqa, old_ignore = read_noqa(row.comment), read_ignore(row.comment)
    more_noqa = sorted(set(noqa) - set(old_noqa.codes if old_noqa else ()))
    more_ignore = sorted(set(ignore) - set(old_ignore.codes if old_ignore else ()))
    if not more_noqa and not more_ignore:
        return row.code + row.comment
    return row.with_comment(with_codes(row.comment, more_noqa, more_ignore, reason))
