"""Lists compared as multisets."""

from collections import Counter

from stomper.multisets import Countdown, surplus


def test_a_key_can_be_taken_as_often_as_it_was_given() -> None:
    left = Countdown("aab")
    assert [left.take(key) for key in "aaabc"] == [True, True, False, True, False]


def test_counts_are_keys_too() -> None:
    left = Countdown(Counter({"a": 1, "b": 0}))
    assert [left.take(key) for key in "aab"] == [True, False, False]


def test_over_is_what_the_known_keys_have_not_taken() -> None:
    assert surplus(["x1", "y1", "x2", "x3"], ["x", "x", "z"], lambda word: word[0]) == ("y1", "x3")
    assert surplus([], ["x"], str) == ()
