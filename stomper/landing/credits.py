"""Share out what was fixed among the attempts that did it, with their grades; see what the gate took out again."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from stomper.attempts import Attempt, AttemptResult
from stomper.grades import Credit, Grade, Part, Withheld
from stomper.models import Changed, Outcome, Rejected, Worked
from stomper.multisets import Countdown

Graded: TypeAlias = dict[str, dict[Grade, int]]
"""By code: the number of diagnostics that were fixed on each grade."""

WEAKEST = tuple(Grade)


def credits_of(attempts: Iterable[Attempt], parts: Sequence[Part] = ()) -> tuple[Credit, ...]:
    """Give the credits of what stays: of the parts where they are known, else of the attempts that were kept."""
    if parts:
        return tuple(Credit(part.fixer, part.grade, part.codes) for part in parts)
    kept = (attempt for attempt in attempts if attempt.result is AttemptResult.KEPT)
    return tuple(Credit(attempt.fixer, attempt.grade, _gone(attempt)) for attempt in kept)


def _gone(attempt: Attempt) -> tuple[tuple[str, str, int], ...]:
    return tuple((tally.tool, tally.code, tally.fixed) for tally in attempt.codes if tally.fixed)


def fixed_grades(fixed: Mapping[str, int], credits: Sequence[Credit]) -> Graded:
    """Say on which grades the diagnostics of each code were `fixed`, never more than that.

    Those that no attempt was asked for and that went all the same count as the weakest of the grades. Empty if nothing
    was graded: an earlier version made the attempts.
    """
    grades = [credit.grade for credit in credits if credit.grade]
    if not grades:
        return {}
    left, found = Counter(fixed), {code: Counter[Grade]() for code in fixed}
    for grade, code, count in _rows(credits):
        taken = min(count, left[code])
        left[code] -= taken
        found[code][grade] += taken
    weakest = max(grades, key=WEAKEST.index)
    for code, count in left.items():
        found[code][weakest] += count
    return {code: {grade: counts[grade] for grade in WEAKEST if counts[grade]} for code, counts in found.items()}


def _rows(credits: Iterable[Credit]) -> list[tuple[Grade, str, int]]:
    rows = [(credit.grade, code, count) for credit in credits for _, code, count in credit.codes]
    return [(grade, code, count) for grade, code, count in rows if grade]


def in_words(number: int, grades: Mapping[Grade, int]) -> str:
    """Say a number with its grades, as a commit does: nothing more if all is safe or nothing was graded."""
    weaker = {grade: count for grade, count in grades.items() if grade is not Grade.SAFE}
    if list(weaker.values()) == [number]:
        return f"{number}, {next(iter(weaker))}"
    return (
        f"{number}, of them {', '.join(f'{count} {grade}' for grade, count in weaker.items())}"
        if weaker
        else f"{number}"
    )


def dropped_of(outcome: Outcome) -> tuple[Credit, ...]:
    """Give what the gate took out of a file, or tests after its work: all of it, if the whole was rejected."""
    if isinstance(outcome, Rejected) and outcome.broken and not outcome.dropped:
        return credits_of(outcome.attempts)
    return outcome.dropped if isinstance(outcome, Changed | Rejected) else ()


def still_withheld(outcome: Outcome) -> tuple[Withheld, ...]:
    """Give the guesses that were not sure enough, one for each diagnostic that is left; the first fixer's counts."""
    if not isinstance(outcome, Worked):
        return ()
    after = outcome.after if isinstance(outcome, Changed) else outcome.before
    left = Countdown((diagnostic.tool, diagnostic.code) for diagnostic in after)
    first: dict[tuple[str, str, int], str] = {}
    mine = [w for w in outcome.withheld if first.setdefault((w.tool, w.code, w.line), w.fixer) == w.fixer]
    return tuple(sorted((w for w in mine if left.take((w.tool, w.code))), key=lambda w: (w.line, w.code)))


def with_dropped(before: Outcome, after: Outcome) -> Outcome:
    """Note in the outcome `after` the gate what it lacks of the one before."""
    if after is before or not isinstance(before, Changed) or not isinstance(after, Changed | Rejected):
        return after
    if isinstance(after, Rejected) and not after.broken:  # it would not land: nobody has judged it
        return after
    stays = credits_of(after.attempts, after.parts) if isinstance(after, Changed) else ()
    return replace(after, dropped=(*before.dropped, *missing(credits_of(before.attempts, before.parts), stays)))


def missing(before: Iterable[Credit], after: Iterable[Credit]) -> tuple[Credit, ...]:
    """Give what the first have and the others do not, counted by fixer, grade and code."""
    stays = Countdown(
        (c.fixer, c.grade, tool, code) for c in after for tool, code, count in c.codes for _ in range(count)
    )
    found = []
    for credit in before:
        lost = [(tool, code, _lost(stays, credit, tool, code, count)) for tool, code, count in credit.codes]
        if codes := tuple((tool, code, count) for tool, code, count in lost if count):
            found.append(replace(credit, codes=codes))
    return tuple(found)


def _lost(
    stays: Countdown[tuple[str, Grade | None, str, str]], credit: Credit, tool: str, code: str, count: int
) -> int:
    return sum(not stays.take((credit.fixer, credit.grade, tool, code)) for _ in range(count))
