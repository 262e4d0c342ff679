"""Say which fixes did not land: those that were not sure enough, and those that tests took out again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from stomper.grades import Credit, Withheld
from stomper.landing.credits import credits_of, fixed_in
from stomper.models import Changed, Outcome, Rejected, Worked
from stomper.multisets import Countdown


def still_withheld(outcome: Outcome) -> tuple[Withheld, ...]:
    """Give the guesses that were not sure enough, one for each diagnostic that is left; the first fixer's counts."""
    if not isinstance(outcome, Worked):
        return ()
    after = outcome.after if isinstance(outcome, Changed) else outcome.before
    left = Countdown((diagnostic.tool, diagnostic.code) for diagnostic in after)
    first: dict[tuple[str, str, int], str] = {}
    mine = [w for w in outcome.withheld if first.setdefault((w.tool, w.code, w.line), w.fixer) == w.fixer]
    return tuple(sorted((w for w in mine if left.take((w.tool, w.code))), key=lambda w: (w.line, w.code)))


def dropped_of(outcome: Outcome) -> tuple[Credit, ...]:
    """Give what the gate took out of a file, or tests after its work: all of it, if the whole was rejected."""
    if isinstance(outcome, Rejected) and outcome.broken and not outcome.dropped:
        return credits_of(outcome.attempts)
    return outcome.dropped if isinstance(outcome, Changed | Rejected) else ()


def guilty_in(outcome: Outcome) -> tuple[Credit, ...]:
    """Give those of the dropped fixes that are known to be guilty: not several of a file that was rejected whole."""
    dropped = dropped_of(outcome)
    return dropped if len(dropped) == 1 or isinstance(outcome, Changed) else ()


def with_dropped(before: Outcome, after: Outcome) -> Outcome:
    """Note in the outcome `after` the gate what it lacks of the one before: fixes by code, and whose they were."""
    if after is before or not isinstance(before, Changed) or not isinstance(after, Changed | Rejected):
        return after
    if isinstance(after, Rejected) and not after.broken:  # it would not land: nobody has judged it
        return after
    lost, had = Counter(fixed_in(before)), credits_of(before.attempts, before.parts)
    lost.subtract(fixed_in(after))
    stays = credits_of(after.attempts, after.parts) if isinstance(after, Changed) else ()
    likely = (*_missing(had, stays), *reversed(had))  # the boldest fixers come last
    return replace(after, dropped=(*before.dropped, *_taken(likely, lost)))


def _missing(before: Iterable[Credit], after: Iterable[Credit]) -> tuple[Credit, ...]:
    """Give those credits of the first that the others have not."""
    stays = Countdown((credit.fixer, credit.grade, credit.codes) for credit in after)
    return tuple(credit for credit in before if not stays.take((credit.fixer, credit.grade, credit.codes)))


def _taken(credits: Iterable[Credit], lost: Counter[str]) -> list[Credit]:
    """Share out what was lost among the credits, the first of them first."""
    found = []
    for credit in credits:
        codes = [(tool, code, min(count, lost[code])) for tool, code, count in credit.codes if lost[code] > 0]
        lost.subtract({code: count for _, code, count in codes})
        if codes:
            found.append(replace(credit, codes=tuple(codes)))
    return found
