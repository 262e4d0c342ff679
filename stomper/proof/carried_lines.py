"""Carry what is known of lines over to a later version of a file."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

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

    A line that stands in the place of others counts as they do: by the tests that run all of these which are run.
    Lines that were put in between count as not run.
    """
    if base == now:
        return runs, imported
    origins = _origins(base, now)
    outside = {line for line, places in origins.items() if any(place in imported for place in places)}
    return Carried(runs, origins), outside


def _origins(base: str, now: str) -> dict[int, tuple[int, ...]]:
    old, new = base.split("\n"), now.split("\n")
    found, here, there = dict[int, tuple[int, ...]](), 0, 0
    for change in changes(old, new):
        found |= {there + n + 1: (here + n + 1,) for n in range(change.first - here)}
        gone = range(change.first + 1, change.last + 1)
        come = range(change.new_first + 1, change.new_last + 1)
        found |= (
            {line: tuple(gone) for line in come}
            if len(gone) != len(come)
            else {line: (place,) for line, place in zip(come, gone, strict=True)}
        )
        here, there = change.last, change.new_last
    return found | {there + n + 1: (here + n + 1,) for n in range(len(old) - here)}
