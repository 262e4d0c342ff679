"""Divide landed outcomes into shares, each with a commit of its own, and count what several of them do together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from stomper.grades import Grade, Part
from stomper.landing.credits import WEAKEST, credits_of, elsewhere_in, fixed_codes, fixed_grades
from stomper.models import Changed, Step, codes_of, suppressed_in


@dataclass(frozen=True, slots=True)
class Share:
    """The part of one file's change that is committed as one: a step of it, or all. `parts` are known for all only."""

    path: str
    step: Step
    parts: tuple[Part, ...] = ()

    @property
    def paths(self) -> frozenset[str]:
        """The paths that its patch changes."""
        return frozenset(blob.path for blob in self.step.patch.blobs)


def parts_of(outcome: Changed) -> tuple[Step, ...]:
    """Divide an outcome into the parts that get their own commits: its steps, or all of it."""
    whole = Step(outcome.before, outcome.after, outcome.patch, outcome.attempts, suppressed_in(outcome))
    return outcome.steps or (whole,)


def shares_of(outcome: Changed) -> tuple[Share, ...]:
    """The same parts, with what their commits are to say."""
    parts = () if outcome.steps else outcome.parts
    return tuple(Share(outcome.path, step, parts) for step in parts_of(outcome))


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of diagnostics, by (code, tool), that shares fix, suppress, and take away in other files.

    `grades` are those of the fixed ones, empty where nothing was graded; `fixers` are in the order of their work.
    """

    fixed: Counter[tuple[str, str]] = field(default_factory=Counter)
    suppressed: Counter[tuple[str, str]] = field(default_factory=Counter)
    elsewhere: Counter[tuple[str, str]] = field(default_factory=Counter)
    grades: dict[tuple[str, str], Counter[Grade]] = field(default_factory=dict)
    fixers: dict[str, None] = field(default_factory=dict)

    @property
    def weakest(self) -> Grade | None:
        """The weakest grade of all fixes, None if nothing was graded."""
        found = {grade for counts in self.grades.values() for grade in counts}
        return max(found, key=WEAKEST.index, default=None)

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools whose diagnostics are gone, by name."""
        return tuple(sorted({tool for counts in (self.fixed, self.suppressed, self.elsewhere) for _, tool in counts}))


def count(shares: Iterable[Share]) -> Counts:
    """Count what shares do together."""
    counts = Counts()
    for share in shares:
        _add(counts, share)
    return counts


def _add(counts: Counts, share: Share) -> None:
    step, credits = share.step, credits_of(share.step.attempts, share.parts)
    tools = {diagnostic.code: diagnostic.tool for diagnostic in step.before}
    fixed = fixed_codes(step.before, (*step.after, *step.suppressed))
    counts.fixed.update({(code, tools[code]): number for code, number in fixed.items()})
    counts.suppressed.update({(code, tools[code]): number for code, number in codes_of(step.suppressed).items()})
    counts.elsewhere.update({(code, tool): number for (tool, code), number in elsewhere_in(step.attempts).items()})
    for code, grades in fixed_grades(fixed, credits).items():
        counts.grades.setdefault((code, tools[code]), Counter()).update(grades)
    counts.fixers.update(dict.fromkeys(credit.fixer for credit in credits))
