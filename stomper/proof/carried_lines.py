"""Carry what is known of lines over to a later version of a file."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from stomper.text.line_edits import Origins


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

    A line that stands in the place of others counts by the tests that run all of these which are run at all. Lines
    that were put in between count as not run. The tests of a line are looked up when they are asked for.
    """
    if base == now:
        return runs, imported
    new = now.split("\n")
    found = Origins(base.split("\n"), new)
    origins = {line + 1: tuple(one + 1 for one in found.of(line)) for line in range(len(new))}
    outside = {line for line, places in origins.items() if any(place in imported for place in places)}
    return Carried(runs, origins), outside
