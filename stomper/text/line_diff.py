"""Finds the lines that differ between two texts, in time that grows with their length and not with its square.

Patience: what is the same at both ends goes first, lines that are there once in both texts tie the rest together, and
what is between two of these is looked at the same way. The answer is always right, and not always the shortest.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_ROUNDS = 12  # what is still not told apart then is one difference


@dataclass(frozen=True, slots=True)
class Change:
    """Lines `first` to `last` (not included) of one text, in place of which another has `new_first` to `new_last`."""

    first: int
    last: int
    new_first: int
    new_last: int


def changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """The differences from `old` to `new`, in their order, counted from 0. What is between them is the same."""
    found: list[Change] = []
    pending = [(Change(0, len(old), 0, len(new)), 0)]
    while pending:
        part, rounds = pending.pop()
        part = _trimmed(old, new, part)
        if part.first == part.last and part.new_first == part.new_last:
            continue
        inner = list(_between(old, new, part)) if rounds < MOST_ROUNDS else [part]
        if inner == [part]:
            found.append(part)
        else:
            pending += [(piece, rounds + 1) for piece in reversed(inner)]
    return found


def _trimmed(old: Sequence[str], new: Sequence[str], part: Change) -> Change:
    """A part without the lines that are the same at its ends."""
    first, last, new_first, new_last = part.first, part.last, part.new_first, part.new_last
    while first < last and new_first < new_last and old[first] == new[new_first]:
        first, new_first = first + 1, new_first + 1
    while first < last and new_first < new_last and old[last - 1] == new[new_last - 1]:
        last, new_last = last - 1, new_last - 1
    return Change(first, last, new_first, new_last)


def _between(old: Sequence[str], new: Sequence[str], part: Change) -> Iterator[Change]:
    """The pieces between lines of a part that are there once in both texts; the part itself if there are none."""
    first, new_first = part.first, part.new_first
    for here, there in _ties(old, new, part):
        yield Change(first, here, new_first, there)
        first, new_first = here + 1, there + 1
    yield Change(first, part.last, new_first, part.new_last)


def _ties(old: Sequence[str], new: Sequence[str], part: Change) -> list[tuple[int, int]]:
    """The longest row of lines that are there once in both texts and in the same order."""
    here, there = _once(old, part.first, part.last), _once(new, part.new_first, part.new_last)
    pairs = [(place, there[line]) for line, place in here.items() if line in there]
    ends: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        at = bisect_left(ends, place)
        ends[at : at + 1], tails[at : at + 1] = [place], [number]
        before.append(tails[at - 1] if at else -1)
    found, number = [], tails[-1] if tails else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _once(lines: Sequence[str], first: int, last: int) -> dict[str, int]:
    """The lines of a part that are there once in it, with their places."""
    counts = Counter(lines[first:last])
    return {lines[place]: place for place in range(first, last) if counts[lines[place]] == 1}
