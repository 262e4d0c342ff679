"""Differences of lines: right for any two texts, and near for those that people change."""

import random

import pytest

from stomper.fixers.tidy_after import changed_lines
from stomper.text.line_diff import changes


def rebuilt(old: list[str], new: list[str]) -> list[str]:
    """`new` once more, from what is said to be the same and what is said to be different."""
    found, place = [], 0
    for change in changes(old, new):
        found += old[place : change.first] + new[change.new_first : change.new_last]
        place = change.last
    return found + old[place:]


@pytest.mark.parametrize("letters", ["ab", "abcdefgh", "abcdefghijklmnopqrstuvwxyz"])
def test_the_new_text_is_the_old_one_with_its_changes(letters: str) -> None:
    chance = random.Random(1)
    for _ in range(200):
        old, new = (chance.choices(letters, k=chance.randrange(12)) for _ in range(2))
        assert rebuilt(old, new) == new


def test_nothing_differs_from_itself() -> None:
    assert changes(["a", "b", "a"], ["a", "b", "a"]) == []
    assert changes([], []) == []


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a\nb\nc", "a\nB\nc", {2}),
        ("a\nb\nc", "a\nx\nb\nc", {2}),
        ("a\nb\nc", "a\nc", {2}),
        ("a\nb\nc\nd\ne", "A\nb\nc\nd\nE", {1, 5}),
        ("x\n" * 9 + "a\n" + "x\n" * 9, "x\n" * 9 + "b\n" + "x\n" * 9, {10}),
        ("a\nb\nc\nd", "b\na\nc\nD", {1, 2, 4}),
    ],
)
def test_only_lines_that_differ_are_named(before: str, after: str, lines: set[int]) -> None:
    named = changed_lines(before, after)
    assert lines <= named
    assert len(named) <= len(lines) + 1


def test_many_equal_lines_around_two_places_are_no_difference() -> None:
    rows = ["row"] * 12_000
    before, after = ["a", *rows, "b", *rows, "c"], ["A", *rows, "b", *rows, "C"]
    assert changed_lines("\n".join(before), "\n".join(after)) == {1, 24_003}
