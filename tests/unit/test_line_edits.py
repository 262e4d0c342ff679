"""Edits of whole lines lead from one content to the other, whatever these are; origins lead back."""

import itertools
import random

import pytest

from stomper.text.line_edits import Origins, apply_edits, carried_lines, edits_between, lines_of

CONTENTS = [
    (b"", b"a\n"),
    (b"a\n", b""),
    (b"a\nb\nc\n", b"a\nB\nc\n"),
    (b"a\nb", b"a\nb\n"),
    (b"a\r\nb\r\n", b"a\nb\r\n"),
    (b"\xff\n\x85\n", b"\xff\n\xfe\n"),
    (b"a\x0cb\n", b"a\x0cc\n"),
]


@pytest.mark.parametrize(("before", "after"), CONTENTS)
def test_there(before: bytes, after: bytes) -> None:
    assert apply_edits(before, edits_between(before, after)) == after


def test_there_for_any_change() -> None:
    dice = random.Random(1)
    for _ in range(200):
        before = [dice.choice("abcdef") + "\n" for _ in range(dice.randrange(12))]
        after = [line for line in before if dice.random() > 0.2]
        for _ in range(dice.randrange(4)):
            after.insert(dice.randrange(len(after) + 1), dice.choice("xyz") + "\n")
        old, new = "".join(before).encode(), "".join(after).encode()
        edits = edits_between(old, new)
        assert apply_edits(old, edits) == new
        assert all(one.last <= next_.first for one, next_ in itertools.pairwise(edits))


def test_back() -> None:
    before, now = lines_of(b"a\nb\nc\nd\n"), lines_of(b"new\na\nB1\nB2\nc\nD\n")
    origins = Origins(before, now)
    assert [list(origins.of(line)) for line in range(len(now))] == [[], [0], [1], [1], [2], [3]]


def test_lines_are_found_again_that_are_the_same_or_stand_in_the_place_of_one() -> None:
    before, now = b"a\nb\nc\nd\n", b"x\na\nB\nc\nd\ne\n"
    assert carried_lines(before, now) == {2: 1, 3: 2, 4: 3, 5: 4}
    assert carried_lines(before, b"a\nB\nC\nC\nd\n") == {1: 1, 5: 4}
    assert carried_lines(before, b"a\n  b\nc\nd\n") == {1: 1, 3: 3, 4: 4}
    assert carried_lines(before, before) == {1: 1, 2: 2, 3: 3, 4: 4}
    assert carried_lines(b"", b"a\n") == {}
