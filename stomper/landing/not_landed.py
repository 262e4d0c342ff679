"""Say which fixes did not land: those that were not sure enough, and those that tests took out again."""

from stomper.grades import Dropped, Withheld
from stomper.landing.credits import credits_of
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


def dropped_of(outcome: Outcome) -> tuple[Dropped, ...]:
    """Give what the gate took out of a file, or tests after its work: all of it, if the whole was rejected."""
    if isinstance(outcome, Rejected) and outcome.broken and not outcome.dropped:
        return tuple(Dropped(c.fixer, c.codes, (), outcome.broken, c.grade) for c in credits_of(outcome.attempts))
    return outcome.dropped if isinstance(outcome, Changed | Rejected) else ()


def guilty_in(outcome: Outcome) -> tuple[Dropped, ...]:
    """Give those of the dropped parts that are known to be guilty: not several of a file that was rejected whole."""
    dropped = dropped_of(outcome)
    return tuple(part for part in dropped if part.broken) if len(dropped) == 1 or isinstance(outcome, Changed) else ()
