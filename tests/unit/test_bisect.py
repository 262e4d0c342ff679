"""The search for the first red one: right at every place, and in no more questions than it takes."""

import itertools
import math
from collections.abc import Sequence

import pytest

from stomper.units.bisect import cut_points, first_red

MOST = 70


class Row:
    """A row of changes that is red from `first` on; counts how often, and for how many lengths, it was asked."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.rounds = 0
        self.asked: list[int] = []

    def probe(self, lengths: Sequence[int]) -> list[bool]:
        self.rounds += 1
        self.asked += lengths
        return [length >= self.first for length in lengths]


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_finds_every_place_in_every_row_with_few_questions(width: int) -> None:
    for count in range(1, MOST + 1):
        most = math.ceil(math.log(count, width + 1) - 1e-9) if count > 1 else 0
        for first in range(1, count + 1):
            row = Row(first)
            assert first_red(row.probe, 0, count, width) == first
            assert row.rounds <= most, (count, first)
            assert len(row.asked) == len(set(row.asked)) <= width * most
            assert all(0 < length < count for length in row.asked)


def test_alone_it_asks_no_more_than_the_logarithm() -> None:
    for count in range(1, MOST + 1):
        for first in range(1, count + 1):
            row = Row(first)
            first_red(row.probe, 0, count)
            assert len(row.asked) <= math.ceil(math.log2(count))


@pytest.mark.parametrize("width", [1, 4])
def test_what_is_known_green_is_not_asked_again(width: int) -> None:
    row = Row(60)
    assert first_red(row.probe, 50, 64, width) == 60
    assert min(row.asked) > 50


@pytest.mark.parametrize("width", [1, 4])
def test_one_of_several_is_found_and_it_is_the_first_of_a_red_stretch(width: int) -> None:
    red = {5, 6, 20, 21, 22, 40}  # not in order: as with a fix that a later one repairs

    def probe(lengths: Sequence[int]) -> list[bool]:
        return [length in red for length in lengths]

    found = first_red(probe, 0, 40, width)
    assert found in red
    assert found - 1 not in red


def test_cuts_divide_evenly_and_lie_between() -> None:
    assert cut_points(0, 64, 1) == [32]
    assert cut_points(0, 64, 3) == [16, 32, 48]
    assert cut_points(7, 8, 4) == []
    for red in range(1, MOST):
        for width in range(1, 6):
            cuts = cut_points(0, red, width)
            assert cuts == sorted(set(cuts))
            assert len(cuts) == min(width, red - 1)
            edges = [0, *cuts, red]
            steps = [b - a for a, b in itertools.pairwise(edges)]
            assert max(steps) - min(steps) <= 1
