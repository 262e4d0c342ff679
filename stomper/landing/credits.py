"""Share out what was fixed among the attempts that did it, with their grades."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from stomper.attempts import Attempt, AttemptResult
from stomper.grades import Credit, Grade, Part
from stomper.models import Changed, Diagnostic, Outcome, count_keys, suppressed_in

Graded: TypeAlias = dict[str, dict[Grade, int]]
"""By code: the number of diagnostics that were fixed on each grade."""

WEAKEST = tuple(Grade)


def fixed_codes(before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> dict[str, int]:
    """Count the diagnostics that went away, by code."""
    gone = count_keys(before) - count_keys(after)
    codes: Counter[str] = Counter()
    for (_, code, _), count in gone.items():
        codes[code] += count
    return dict(sorted(codes.items()))


def fixed_in(outcome: Outcome) -> dict[str, int]:
    """Count the diagnostics that an outcome fixes, by code. Those that comments silence are not fixed."""
    if not isinstance(outcome, Changed):
        return {}
    return fixed_codes(outcome.before, (*outcome.after, *suppressed_in(outcome)))


def credits_of(attempts: Iterable[Attempt], parts: Sequence[Part] = ()) -> tuple[Credit, ...]:
    """Give the credits of what stays: of the parts where they are known, else of the attempts that were kept."""
    if parts:
        return tuple(Credit(part.fixer, part.grade, part.codes) for part in parts)
    kept = (attempt for attempt in attempts if attempt.result is AttemptResult.KEPT)
    return tuple(Credit(attempt.fixer, attempt.grade, _gone(attempt)) for attempt in kept)


def _gone(attempt: Attempt) -> tuple[tuple[str, str, int], ...]:
    return tuple((tally.tool, tally.code, tally.fixed) for tally in attempt.codes if tally.fixed)


def elsewhere_in(attempts: Iterable[Attempt]) -> dict[tuple[str, str], int]:
    """Count, by tool and code, what is gone in other files by attempts that were kept for that alone."""
    counts = Counter[tuple[str, str]]()
    for attempt in attempts:
        counts.update({(tally.tool, tally.code): tally.fixed for tally in attempt.elsewhere})
    return dict(sorted(counts.items()))


def grades_in(outcome: Outcome) -> Graded:
    """Say on which grades an outcome fixes the diagnostics of each code."""
    if not isinstance(outcome, Changed):
        return {}
    return fixed_grades(fixed_in(outcome), credits_of(outcome.attempts, outcome.parts))


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
        if code in found:
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
    if not weaker:
        return f"{number}"
    if list(weaker.values()) == [number]:
        return f"{number}, {next(iter(weaker))}"
    return f"{number}, of them {', '.join(f'{count} {grade}' for grade, count in weaker.items())}"
