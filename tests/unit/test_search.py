"""The search for what is guilty: exactly that is dropped, of a pair the smaller part, and within the bound."""

import functools
import math
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, TypeAlias, cast

import pytest

from stomper.grades import Edit, Grade, Part
from stomper.project_tests.line_record import LineRecord
from stomper.project_tests.verdict import Verdict
from stomper.run.gate import EVERYTHING
from stomper.run.reach import Reach
from stomper.run.row import Kept, Question, Row
from stomper.run.search import Guilty, Piece, find_guilty
from stomper.run.search_trace import Trace
from stomper.units.division import Division, divide, prefix

Place: TypeAlias = tuple[int, int]
"""A unit of a file: the number of the file from 1, and of the unit from 0."""
MOST = 10
Broken: TypeAlias = Callable[[frozenset[Place]], set[str]]


@functools.cache
def division_of(sizes: tuple[int, ...]) -> Division:
    """A file of so many lines, each changed by a part of its own that has fixed so many diagnostics."""
    base = "".join(f"{n}\n" for n in range(len(sizes))).encode()
    landed = "".join(f"new {n}\n" for n in range(len(sizes))).encode()
    parts = [
        Part("ruff", Grade.SAFE, (("ruff", "X", size),), (Edit(n, n + 1, f"new {n}\n"),))
        for n, size in enumerate(sizes)
    ]
    found = divide("a.txt", base, parts, landed)
    assert found is not None
    return found


@dataclass
class FakeRow:
    """Files with units, and what is broken by sets of them. Each set that is judged is counted once."""

    divisions: list[Division | None]
    broken: Broken
    there: list[frozenset[int]]
    width: int = 1
    runs: set[frozenset[Place]] = field(default_factory=set)
    told: list[tuple[int, ...]] = field(default_factory=list)
    trace: Trace = field(default_factory=Trace)

    @property
    def items(self) -> list[frozenset[int]]:
        return self.there

    @property
    def gate(self) -> Any:
        return SimpleNamespace(record=None, runs=SimpleNamespace(suspect=lambda *count: self.told.append(count)))

    def outcome(self, place: int) -> Any:
        return SimpleNamespace(path=f"{place}.txt", before=(), after=())

    def division(self, place: int) -> Division | None:
        return self.divisions[place - 1]

    def commit_at(self, length: int) -> frozenset[Place]:
        return frozenset((n, unit) for n in range(1, length + 1) for unit in self.there[n - 1])

    def commit_of(self, length: int, more: Mapping[int, Kept]) -> frozenset[Place]:
        units = {place: self.there[place - 1] if kept is None else kept for place, kept in more.items()}
        return self.commit_at(length) | {
            (n, unit) for n, kept in units.items() for unit in kept if unit in self.there[n - 1]
        }

    def judge(self, commits: Collection[frozenset[Place]], _: object) -> list[Verdict]:
        self.runs |= set(commits)
        return [Verdict(frozenset(self.broken(commit))) for commit in commits]

    def are_red(self, commits: Collection[frozenset[Place]], question: Question) -> list[bool]:
        return [bool(v.tests & question.witnesses) for v in self.judge(commits, None)]

    def whole(self) -> Verdict:
        return self.judge([self.commit_at(len(self.there))], None)[0]


def fake(sizes: Sequence[Sequence[int]], broken: Broken, width: int = 1) -> FakeRow:
    divisions = [division_of(tuple(each)) if len(each) > 1 else None for each in sizes]
    return FakeRow(divisions, broken, [prefix(len(each)) for each in sizes], width)


def drop_all(row: FakeRow) -> list[Place]:
    """Find and drop until the whole is green, as the gate does; give what was dropped, in that order."""
    dropped: list[Place] = []
    verdict, green = row.whole(), 0
    while verdict.red:
        guilty = find_guilty(cast(Row, row), Question(verdict.tests, EVERYTHING), green, verdict)
        place, unit = guilty.piece.place, guilty.piece.unit
        lost = {unit} if unit is not None else prefix(len(row.there[place - 1]) or 1)
        row.there[place - 1] -= lost
        dropped += [(place, one) for one in lost]
        green = place - 1
        assert len(dropped) < MOST, "it drops what is not guilty"
        verdict = row.whole()
    return dropped


def alone(*guilty: Place) -> Broken:
    """Each of these is red by itself."""
    return lambda there: {f"test_{place}" for place in guilty if place in there}


def pair(first: Place, second: Place) -> Broken:
    return lambda there: {"test_pair"} if {first, second} <= there else set()


def test_suspects_get_fewer_and_fewer() -> None:
    row = fake([[1], [1], [1], [1], [1, 1, 1, 1], [1], [1], [1]], alone((5, 2)))
    assert drop_all(row) == [(5, 2)]
    assert row.told == [(8,), (4,), (2,), (1, 4), (1, 2)]


def bound(guilty: int, files: int, units: int) -> int:
    """The runs beside the one of the base commit."""
    return math.floor(guilty * (math.log2(files) + math.log2(units) + 3) + 3) - 1


@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("seed", range(12))
def test_guilty_parts_of_many_files_are_found_within_the_bound(seed: int, width: int) -> None:
    draw = random.Random(seed)
    files, units = 64, draw.choice([2, 17, 150, 200])
    guilty = {(draw.randint(1, files), draw.randrange(units)) for _ in range(draw.randint(1, 4))}
    row = fake([[1] * units] * files, alone(*guilty), width)
    assert set(drop_all(row)) == guilty
    if width == 1:
        assert len(row.runs) <= bound(len(guilty), files, units), (guilty, units)


@pytest.mark.parametrize("seed", range(12))
def test_of_a_pair_one_is_dropped_within_the_bound_of_two(seed: int) -> None:
    draw = random.Random(seed)
    files, units = 64, draw.choice([2, 100, 200])
    one, other = sorted((draw.randint(1, files), draw.randrange(units)) for _ in range(2))
    if one == other:
        return
    row = fake([[1] * units] * files, pair(one, other))
    assert drop_all(row) == [other]
    assert len(row.runs) <= bound(2, files, units)


@pytest.mark.parametrize(("sizes", "dropped"), [((1, 1), 2), ((3, 1), 2), ((1, 3), 1)])
@pytest.mark.parametrize("one_file", [True, False])
def test_the_smaller_one_of_a_pair_is_dropped_or_else_the_later(
    sizes: tuple[int, int], dropped: int, one_file: bool
) -> None:
    places = ((1, 1), (1, 3)) if one_file else ((1, 1), (3, 1))
    files = [[5, sizes[0], 5, sizes[1]]] if one_file else [[5, sizes[0]], [5], [5, sizes[1]]]
    row = fake(files, pair(*places))
    assert drop_all(row) == [places[dropped - 1]]


def test_a_pair_of_whole_files() -> None:
    row = fake([[1], [1], [1]], pair((1, 0), (3, 0)))
    verdict = row.whole()
    guilty = find_guilty(cast(Row, row), Question(verdict.tests, EVERYTHING), 0, verdict)
    assert guilty == Guilty(Piece(3), Piece(1), ("test_pair",), "")


def test_what_cannot_matter_is_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    for matter in ({1, 40}, {1}, set(range(1, 65)), {40, 41}, set[int](), {50}):

        def includes(_: Reach, path: str, lines: object, matter: set[int] = matter) -> bool:
            return int(path.partition(".")[0]) in matter

        monkeypatch.setattr(Reach, "includes", includes)
        row = fake([[1]] * 64, alone((40, 0)))
        assert drop_all(row) == [(40, 0)]
        asked.append(len(row.runs))
    few, wrong, everything, two, none, later = asked
    assert few <= two < everything
    assert everything <= wrong <= 2 * everything
    assert everything <= none <= 2 * everything
    assert everything <= later <= 2 * everything


def test_the_lines_that_tests_run_and_those_of_an_import_matter() -> None:
    class Known(LineRecord):
        def runs(self, path: str) -> Mapping[int, frozenset[str]]:
            return {4: frozenset({"t1"}), 8: frozenset({"t2"})} if path == "a.py" else {}

        def imported(self, path: str) -> frozenset[int]:
            return frozenset({3, 7}) if path == "a.py" else frozenset()

    reach = Reach(frozenset({"t1"}), Known())
    assert reach.includes("a.py", None)
    assert not reach.includes("b.py", None)
    assert reach.includes("b.txt", None)
    assert [reach.includes("a.py", [line]) for line in range(1, 10)] == [False, False, *[True] * 5, False, False]
    assert replace(reach, record=None).includes("b.py", None)
