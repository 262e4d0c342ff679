"""Find the lines of a file that each part of its change is about."""

import itertools
from collections.abc import Sequence

from stomper.grades import Part
from stomper.units.weave import CannotWeaveError, weave


def lines_of_parts(base: bytes, parts: Sequence[Part]) -> list[tuple[int, ...]]:
    """Give, for each part, the lines of the base that it changes, counted from 1.

    All are empty if the parts do not lead on from the base.
    """
    layers = [edits for part in parts for edits in (part.edits, part.layout)]
    firsts = list(itertools.accumulate(map(len, layers), initial=0))
    try:
        woven = weave(base, layers)
    except CannotWeaveError:
        return [()] * len(parts)
    return [woven.places(range(firsts[2 * n], firsts[2 * n + 1])) for n in range(len(parts))]
