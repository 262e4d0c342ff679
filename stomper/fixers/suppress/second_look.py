"""Look again at a text with new comments: which of them silence nothing, or more than they should."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from stomper.fixers.suppress.comments import Mark, Marks, Site, site_of
from stomper.models import Diagnostic
from stomper.multisets import Countdown
from stomper.suppressions.dialects import BY_TOOL, NOQA, STALE, TOO_LONG
from stomper.suppressions.python_comments import read_directive, why_not

BESIDE_STALE = "a `# {}` that silences nothing is there: it goes with --remove-stale"
UNNEEDED = "{} calls its comment needless"
OTHERS_ASKED = "its comment would silence what is not to be suppressed"
UNHEEDED = "its checker heeds no comment there"
NO_ROOM = "its comment would make the line too long"


@dataclass(frozen=True, slots=True)
class SecondLook:
    """The sites that checkers found `before` the comments, and what they have `found` since.

    `checked` are the tools that have looked. `idle` are codes that their line's comment needs no more: ruff does not
    count what stands behind a `# type: ignore` as a part of a line too long.
    """

    marks: Marks
    before: Counter[Site]
    found: Counter[Site]
    checked: Collection[str]
    idle: Collection[Site] = ()
    lost: list[Diagnostic] = field(init=False)

    def __post_init__(self) -> None:
        there = Countdown(self.found)
        lost = [d for d in self.marks.others if d.tool in self.checked and not there.take(site_of(d))]
        object.__setattr__(self, "lost", lost)

    def correct(self) -> tuple[bool, bool]:
        """Take back what does not do; whether there is any, and whether comments grew since they are long."""
        still, tight = Countdown(self.found), {*self._tight(), *self._vain_growth()}
        reasons = {id(mark): self._why(mark, still) for mark in self.marks.made}
        grown = self._grow(tight)
        for mark in self.marks.made:
            if reasons[id(mark)] is None and mark.line in tight - grown:
                reasons[id(mark)] = NO_ROOM
        return self.marks.take_back(lambda mark: reasons[id(mark)]), bool(grown)

    def _why(self, mark: Mark, still: Countdown[Site]) -> str | None:
        """Say why a mark is taken back; '' where its code is not needed, None if it stays.

        The comment stays where another one of the same site is silenced by it. Taken back are also those beside a
        code that was there for nothing: of the longer comment its tool complains in other words, as of a new one.
        """
        tool, code = mark.diagnostic.tool, mark.diagnostic.code
        if (tool, code, mark.line) in self.idle:
            return ""
        if still.take(site_of(mark.diagnostic)):
            return self._unheeded(mark)
        if self._is_beside_stale(mark):
            return BESIDE_STALE.format(mark.dialect.words)
        if any(mark.line in self._lines_about(other) for other in self.lost):
            return OTHERS_ASKED
        return next((UNNEEDED.format(other) for other in self._objectors(mark)), None)

    def _unheeded(self, mark: Mark) -> str:
        problem = self.marks.rows[mark.diagnostic.line - 1].problem
        return f"{problem}, and {mark.diagnostic.tool} heeds no comment below" if problem else UNHEEDED

    def _is_beside_stale(self, mark: Mark) -> bool:
        tool = mark.diagnostic.tool
        there = read_directive(mark.dialect, self.marks.rows[mark.line - 1].comment)
        return tool in STALE and tool != "ruff" and there is not None and self.found[tool, STALE[tool], mark.line] > 0

    def _lines_about(self, found: Diagnostic) -> set[int]:
        """The lines whose comments can speak of a diagnostic."""
        return {
            mark.line
            for mark in self.marks.made
            if found.line in self.marks.reach(mark.dialect, self.marks.rows[mark.line - 1])
        }

    def _objectors(self, mark: Mark) -> Iterator[str]:
        """Give the other tools that read a comment, too, and say that it silences nothing."""
        mine = mark.diagnostic.tool
        if mine == "flake8" and ("ruff", mark.name, mark.line) in self.idle:
            yield "ruff"
        for tool, code in STALE.items():
            site = (tool, code, mark.line)
            if tool not in ("ruff", mine) and self.found[site] > self.before[site] and self._reads(tool, mark):
                yield tool

    def _reads(self, tool: str, mark: Mark) -> bool:
        """Say whether a tool may read another one's comment, as checkers of types do, and has no need of it there."""
        return mark.dialect.first and not any(
            m.line == mark.line and m.diagnostic.tool == tool for m in self.marks.made
        )

    def _tight(self) -> Iterator[int]:
        """Give the lines that are too long with their comments, and were not without."""
        lines = {mark.line for mark in self.marks.made}
        for (tool, code, line), count in self.found.items():
            if (tool, code) in TOO_LONG and line in lines and count > self.before[tool, code, line]:
                yield line

    def _vain_growth(self) -> Iterator[int]:
        """Give lines whose comments grew since they are long, of which ruff says that they need not have."""
        for line, more in list(self.marks.more.items()):
            if any(("ruff", code, line) in self.idle for code in more.get(NOQA.words, ())):
                del self.marks.more[line]
                yield line

    def _grow(self, tight: Collection[int]) -> set[int]:
        """Have comments accept that they make their lines too long; the lines where that can be said."""
        grown = set()
        for tool, code in TOO_LONG:
            for line in tight:
                room = not why_not(BY_TOOL[tool], self.marks.rows[line - 1].comment)
                if self.found[tool, code, line] > self.before[tool, code, line] and room:
                    self.marks.accept_too(line, tool, code)
                    grown.add(line)
        return grown
