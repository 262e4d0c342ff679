"""Changed statements, and the tests that run them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    unrun: tuple[int, ...] = ()
    tests: frozenset[str] = frozenset()


def judge_lines(before: str, after: str, runs: Mapping[int, Collection[str]], imported: Collection[int]) -> Run:
    return Run((1,))


def judge_places(
    text: str, lines: Collection[int], runs: Mapping[int, Collection[str]], imported: Collection[int]
) -> frozenset[int]:
    """Give those of some lines whose statements tests run."""
    return frozenset()
