"""Say who changed a file whose whole change is dropped: the fixers, with the codes and the lines."""

from collections.abc import Sequence

from stomper.grades import Dropped
from stomper.landing.credits import credits_of
from stomper.models import Changed
from stomper.text.counts import shorten
from stomper.units.part_lines import lines_of_parts
from stomper.worker.dropped_words import words_of

SHOWN = 3


def dropped_whole(outcome: Changed, base: bytes | None, broken: tuple[str, ...]) -> tuple[Dropped, ...]:
    """Give all parts of a change that breaks something. `base` is the file before it, None if it is not known."""
    if not outcome.parts:
        return tuple(Dropped(c.fixer, c.codes, (), broken, c.grade) for c in credits_of(outcome.attempts))
    lines = lines_of_parts(base, outcome.parts) if base is not None else [()] * len(outcome.parts)
    pairs = zip(outcome.parts, lines, strict=True)
    return tuple(Dropped(part.fixer, part.codes, mine, broken, part.grade) for part, mine in pairs)


def by_whom(dropped: Sequence[Dropped]) -> str:
    """Give the end of a reason that names who did it; empty if nobody is known."""
    return f", by {shorten([words_of(one) for one in dropped], SHOWN)}" if dropped else ""
