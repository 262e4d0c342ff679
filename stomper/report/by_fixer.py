"""Count what each fixer came to at each code: in one run, from its outcomes, and in several, from their reports."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from stomper.landing.credits import credits_of
from stomper.landing.not_landed import dropped_of
from stomper.models import Changed, Outcome, Skipped, printable
from stomper.text.counts import plural

SHOWN_ROWS = 20
FATES = ("fixed", "dropped", "left")
Key: TypeAlias = tuple[str, str, str]
"""A fixer, and the tool and code of diagnostics."""


@dataclass(slots=True)
class ByFixer:
    """Counts of diagnostics over `runs` runs: those that a fixer fixed, that it left, and that tests took out again."""

    runs: int = 0
    fixed: Counter[Key] = field(default_factory=Counter)
    dropped: Counter[Key] = field(default_factory=Counter)
    left: Counter[Key] = field(default_factory=Counter)

    def rows(self) -> list[dict[str, Any]]:
        """Give a row for each fixer and code, those that fixed most first."""
        keys = {*self.fixed, *self.dropped, *self.left}
        order = sorted(keys, key=lambda key: (-self.fixed[key], self.left[key] + self.dropped[key], key))
        return [
            {
                "fixer": fixer,
                "tool": tool,
                "code": code,
                **{fate: getattr(self, fate)[fixer, tool, code] for fate in FATES},
            }
            for fixer, tool, code in order
        ]

    def add_report(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add the rows of a run's report. Raises KeyError or TypeError for what is none."""
        self.runs += 1
        for row in rows:
            for fate in FATES:
                if row[fate]:
                    getattr(self, fate)[str(row["fixer"]), str(row["tool"]), str(row["code"])] += row[fate]


def by_fixer(outcomes: Iterable[Outcome]) -> ByFixer:
    """Count what fixers came to in a run. Of a file with several outcomes the last says what is left."""
    counts, last = ByFixer(1), dict[str, Outcome]()
    for outcome in outcomes:
        last[outcome.path] = outcome
        if isinstance(outcome, Changed):
            _count(counts.fixed, credits_of(outcome.attempts, outcome.parts))
        _count(counts.dropped, dropped_of(outcome))
    for outcome in last.values():
        counts.left.update(_left(outcome))
    return counts


def _count(counts: Counter[Key], parts: Iterable[Any]) -> None:
    """Count the codes of credits, or of dropped parts."""
    for part in parts:
        counts.update({(part.fixer, tool, code): number for tool, code, number in part.codes})


def _left(outcome: Outcome) -> Counter[Key]:
    """Count what is left of a file, for each fixer that was there for it."""
    if isinstance(outcome, Skipped):
        return Counter()
    after = outcome.after if isinstance(outcome, Changed) else outcome.before
    there = {(attempt.fixer, code) for attempt in outcome.attempts for code in attempt.left_codes}
    found = Counter((diagnostic.tool, diagnostic.code) for diagnostic in after)
    return Counter(
        {(fixer, tool, code): n for (tool, code), n in found.items() for fixer, mine in there if mine == code}
    )


def to_lines(counts: ByFixer) -> list[str]:
    """A table for a terminal; none if no run has said anything."""
    rows = counts.rows()
    if not rows:
        return []
    title = f"fixers and codes, in {plural(counts.runs, 'run')}"
    lines = [f"{title:40}  fixed  dropped by tests   left"]
    for row in rows[:SHOWN_ROWS]:
        name = printable(f"{row['fixer']}: {row['tool']} {row['code']}")
        lines.append(f"{name:40}  {row['fixed']:5}  {row['dropped']:16}  {row['left']:5}")
    more = len(rows) - SHOWN_ROWS
    return lines + ([f"... and {more} more: stomper stats --format json"] if more > 0 else [])
