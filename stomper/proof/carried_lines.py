"""Carry what is known of lines over to a later version of a file."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from stomper.proof.evidence import Evidence
from stomper.proof.pieces import cut
from stomper.python import CannotReadError, read_tree
from stomper.text.line_diff import changes


@dataclass(frozen=True, slots=True)
class Carried(Mapping[int, frozenset[str]]):
    """The tests by the lines of a later version. `origins` are the lines of the base that each stands for."""

    runs: Mapping[int, Collection[str]]
    origins: Mapping[int, tuple[int, ...]]

    def __getitem__(self, line: int) -> frozenset[str]:
        known = [frozenset(self.runs[origin]) for origin in self.origins[line] if origin in self.runs]
        if not known:
            raise KeyError(line)
        return known[0].intersection(*known[1:])

    def __iter__(self) -> Iterator[int]:
        return (line for line, origins in self.origins.items() if any(origin in self.runs for origin in origins))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def carry_over(
    base: str, now: str, runs: Mapping[int, Collection[str]], imported: Collection[int]
) -> tuple[Mapping[int, Collection[str]], Collection[int]]:
    """Give `runs` and `imported` of the text `base` for the text `now`, so that a further change can be judged.

    A line that stands in the place of others counts by the tests that run all statements there: what was merged with a
    branch that no test takes is not run. Lines that were put in between count as not run. The tests of a line are
    looked up when they are asked for.
    """
    if base == now:
        return runs, imported
    old, new = base.split("\n"), now.split("\n")
    origins = {line + 1: tuple(one + 1 for one in places) for line, places in _origins(old, new)}
    outside = {line for line, places in origins.items() if any(place in imported for place in places)}
    joined = {place for places in origins.values() if len(places) > 1 for place in places}
    unrun = _unrun(base, joined, runs, imported) if joined else set()
    known = {line: places for line, places in origins.items() if len(places) == 1 or unrun.isdisjoint(places)}
    return Carried(runs, known), outside


def _unrun(
    base: str, lines: Collection[int], runs: Mapping[int, Collection[str]], imported: Collection[int]
) -> set[int]:
    """Give those of some lines on which a statement begins that no test runs."""
    try:
        pieces = cut(read_tree(base), base.split("\n"))
    except CannotReadError:
        return set()
    evidence = Evidence(pieces, runs, frozenset(imported))
    mine = [piece for piece in pieces if piece.line in lines and not piece.is_silent]
    return {piece.line for piece in mine if not evidence.tests_of(piece)}


def _origins(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, range]]:
    """The lines of a text, each with those of an earlier one that it stems from, counted from 0.

    Of as many lines in the place of others each is one, if none was moved in or out.
    """
    at, shift = 0, 0
    for part in changes(old, new):
        yield from ((line, range(line - shift, line - shift + 1)) for line in range(at, part.new_first))
        there, here = range(part.first, part.last), range(part.new_first, part.new_last)
        alike = [_indent(old[n]) for n in there] == [_indent(new[n]) for n in here]
        yield from ((n, there[n - here.start : n - here.start + 1] if alike else there) for n in here)
        at, shift = part.new_last, part.new_last - part.last
    yield from ((line, range(line - shift, line - shift + 1)) for line in range(at, len(new)))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
