"""A file's change in units: any of them can be left out, with those that need it and no others."""

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from stomper.grades import Edit, Grade, Part
from stomper.text.line_edits import apply_edits, edits_between, lines_of
from stomper.units.division import Division, divide, prefix

PATH = "a.txt"
BASE = b"a\nb\nc\nd\ne\n"


def part(*edits: Edit, fixed: int = 1, divisible: bool = False) -> Part:
    return Part("ruff", Grade.SAFE, (("ruff", "X1", fixed),), edits, divisible)


def parts_of(*contents: bytes) -> list[Part]:
    return [part(*edits_between(a, b)) for a, b in itertools.pairwise(contents)]


def divided(*contents: bytes) -> Division:
    found = divide(PATH, contents[0], parts_of(*contents), contents[-1])
    assert found is not None
    return found


def left(division: Division, dropped: int) -> bytes:
    return division.content(prefix(len(division.units)) - division.fallen(dropped))


def test_prefixes_are_the_contents_between() -> None:
    contents = [BASE, b"a\nB\nc\nd\ne\n", b"a\nB\nc\nd\n", b"new\na\nB\nc\nd\n"]
    division = divided(*contents)
    assert [division.content(prefix(n)) for n in range(4)] == contents


def test_what_is_dropped_leaves_the_others_where_they_belong() -> None:
    division = divided(BASE, b"b\nc\nd\ne\n", b"b\nc\nd\nE\n", b"b\nc1\nc2\nd\nE\n")
    assert left(division, 0) == b"a\nb\nc1\nc2\nd\nE\n"
    assert left(division, 1) == b"b\nc1\nc2\nd\ne\n"
    assert left(division, 2) == b"b\nc\nd\nE\n"


def test_who_changes_the_lines_of_another_falls_with_it() -> None:
    division = divided(BASE, b"a\nB\nc\nd\ne\n", b"a\nBB\nc\nd\ne\n", b"a\nBB\nc\nD\ne\n")
    assert division.fallen(0) == {0, 1}
    assert division.needed(1) == {0, 1}
    assert left(division, 0) == b"a\nb\nc\nD\ne\n"
    assert left(division, 1) == b"a\nB\nc\nD\ne\n"


@pytest.mark.parametrize(
    ("middle", "last"),
    [
        (b"a\nb\nx\ny\nc\nd\ne\n", b"a\nb\nx\nNEW\ny\nc\nd\ne\n"),  # in the middle of what it has written
        (b"a\nb\nd\ne\n", b"a\nb\nNEW\nd\ne\n"),  # where it has taken something away
        (b"a\nb\nd\ne\n", b"a\nNEW\ne\n"),  # around it
    ],
)
def test_who_stands_in_the_place_of_another_falls_with_it(middle: bytes, last: bytes) -> None:
    division = divided(BASE, middle, last)
    assert division.fallen(0) == {0, 1}
    assert left(division, 0) == BASE


def test_a_neighbour_stays() -> None:
    division = divided(BASE, b"a\nb\nd\ne\n", b"a\nb\nD\ne\n", b"a\nB\nD\ne\n")
    assert left(division, 0) == b"a\nB\nc\nD\ne\n"


def test_the_edits_of_a_divisible_part_are_units() -> None:
    edits = edits_between(BASE, b"A\nb\nC1\nC2\nd\n")
    division = divide(PATH, BASE, [part(*edits, fixed=4, divisible=True)], b"A\nb\nC1\nC2\nd\n")
    assert division is not None
    assert [unit.size for unit in division.units] == [2, 2, 2]
    assert division.content({1}) == b"a\nb\nC1\nC2\nd\ne\n"
    assert division.lines({0}) == (1,)
    assert division.lines({1, 2}) == (3, 5)
    assert divide(PATH, BASE, [part(*edits)], b"A\nb\nC1\nC2\nd\n") is None


def test_lines_are_those_of_the_base() -> None:
    division = divided(BASE, b"new\na\nb\nc\nd\ne\n", b"new\na\nb\nc\nD\ne\n", b"new\na\nb\nc\nDD\ne\n")
    assert [division.lines({n}) for n in range(3)] == [(1,), (4,), (4,)]


def test_a_last_line_without_an_end() -> None:
    """What is added behind it cannot be there while the end is not."""
    division = divided(b"a\nb", b"A\nb", b"A\nb\n", b"A\nb\nc\n")
    assert division.fallen(1) == {1, 2}
    assert left(division, 1) == b"A\nb"
    assert left(division, 0) == b"a\nb\nc\n"


def test_an_import_that_goes_here_needs_the_one_that_comes_there() -> None:
    base = b"x = 1\nimport sys, os\n"
    landed = b"import os\nimport sys\nx = 1\n"
    made = divide("a.py", base, [part(*edits_between(base, landed), divisible=True)], landed)
    assert made is None or all(b"import" in left(made, unit) for unit in range(len(made.units)))
    assert made is not None


def test_parts_that_lead_elsewhere_divide_nothing() -> None:
    parts = parts_of(BASE, b"A\nb\nc\nd\ne\n", b"A\nb\nc\nd\nE\n")
    assert divide(PATH, BASE, parts, b"A\nb\nc\nd\nE\n") is not None
    assert divide(PATH, BASE, parts, b"A\nb\nc\nd\nF\n") is None
    assert divide(PATH, BASE, [], BASE) is None
    assert divide(PATH, BASE, parts[:1], b"A\nb\nc\nd\ne\n") is None


@pytest.mark.parametrize(
    "edits",
    [
        (Edit(3, 4, "D\n"), Edit(1, 2, "B\n")),
        (Edit(1, 3, "B\n"), Edit(2, 4, "C\n")),
        (Edit(2, 1, "B\n"), Edit(3, 4, "D\n")),
        (Edit(-1, 0, "B\n"), Edit(3, 4, "D\n")),
        (Edit(0, 1, "B\n"), Edit(4, 9, "D\n")),
        (Edit(0, 1, "B\n"), Edit(9, 9, "D\n")),
        (Edit(0, 1, "B"), Edit(3, 4, "D\n")),
        (Edit(0, 1, "B\n"), Edit(3, 4, "\u0100\n")),
    ],
)
def test_edits_that_cannot_be_divide_nothing(edits: Sequence[Edit]) -> None:
    joined = "".join(edit.lines for edit in edits).encode()
    assert divide(PATH, BASE, [part(*edits, divisible=True)], joined) is None


def made_up(draw: random.Random) -> list[bytes]:
    """A base, and what it becomes by some changes of a few lines each."""
    base = [f"{n}\n" for n in range(draw.randrange(30))]
    contents = ["".join(base).encode()]
    if draw.random() < 0.2:
        contents[0] = contents[0].removesuffix(b"\n")
    fresh = itertools.count()
    for _ in range(draw.randrange(2, 8)):
        lines = lines_of(contents[-1])
        for _ in range(draw.randrange(1, 4)):
            first = draw.randrange(len(lines) + 1)
            last = min(len(lines), first + draw.randrange(3))
            lines[first:last] = [f"new {next(fresh)}\n" for _ in range(draw.randrange(3))]
        lines[:-1] = [line.removesuffix("\n") + "\n" for line in lines[:-1]]
        contents.append("".join(lines).encode())
    return contents


@pytest.mark.parametrize("seed", range(100))
def test_made_up_changes(seed: int) -> None:
    draw = random.Random(seed)
    contents = made_up(draw)
    parts = [part(*edits_between(a, b), divisible=draw.random() < 0.5) for a, b in itertools.pairwise(contents)]
    division = divide(PATH, contents[0], parts, contents[-1])
    if division is None:
        assert sum(len(p.edits) if p.divisible else bool(p.edits) for p in parts) < 2
        return
    everything = prefix(len(division.units))
    for length in range(len(division.units)):
        part_of = division.units[length].part
        begun = sum(unit.part == part_of for unit in division.units[:length])
        assert division.content(prefix(length)) == apply_edits(contents[part_of], parts[part_of].edits[:begun])
    dropped = draw.randrange(len(division.units))
    fallen = division.fallen(dropped)
    assert min(fallen) == dropped
    assert all(division.needed(unit) & fallen for unit in fallen)
    kept = everything - fallen
    assert all(division.needed(unit) <= kept for unit in kept)
    content = division.content(kept)
    assert all(line.endswith("\n") for line in lines_of(content)[:-1])
    # Line by line: nothing of what is kept is lost, and nothing of what is dropped stays.
    there, gone = (brought(division, units) for units in (kept, fallen))
    assert not gone & set(lines_of(content))
    assert set(lines_of(content)) <= there | set(lines_of(contents[0]))
    # The rest divides again, and leads to the same.
    again = contents[0]
    for p in division.parts_with(kept):
        again = apply_edits(again, p.edits)
    assert again == content
    rest = divide(PATH, contents[0], division.parts_with(kept), content)
    assert rest is None or len(rest.units) == len(kept)


def brought(division: Division, units: frozenset[int]) -> set[str]:
    """The lines that units bring."""
    edits = {edit for unit in units for edit in division.units[unit].edits}
    return {line.text for line in division.weave.lines if line.born in edits}


def tidy(content: bytes) -> bytes | None:
    """A formatter that wants no line twice in a row, and cannot stand `e` alone."""
    lines = lines_of(content)
    kept = [line for n, line in enumerate(lines) if n == 0 or line != lines[n - 1]]
    return None if kept == ["e\n"] else "".join(kept).encode()


def test_contents_by_some_units_are_formatted_and_their_parts_lead_there() -> None:
    contents = [b"a\nb\nc\nd\n", b"c\nb\nc\nd\n", b"c\nc\nd\n", b"c\nd\n"]
    parts = [part(*edits_between(a, b)) for a, b in itertools.pairwise(contents[:2])]
    parts.append(part(*edits_between(b"c\nb\nc\nd\n", b"c\nd\n")))
    division = divide(PATH, contents[0], parts, b"c\nd\n", tidy)
    assert division is not None
    kept = frozenset({0})
    assert division.content(kept) == contents[1]
    led = contents[0]
    for one in division.parts_with(frozenset({0, 1})):
        led = apply_edits(apply_edits(led, one.edits), one.layout)
    assert led == division.content({0, 1}) == b"c\nd\n"


def test_the_last_part_with_edits_takes_over_what_formatting_changes() -> None:
    base, landed = b"a\nb\nx\nb\n", b"b\ny\nb\n"
    parts = [part(*edits_between(base, b"a\nb\nb\n")), part(*edits_between(b"a\nb\nb\n", landed))]
    division = divide(PATH, base, parts, landed, tidy)
    assert division is not None
    assert division.content({0}) == b"a\nb\n"
    first, second = division.parts_with({0})
    assert (second.edits, second.layout) == ((), ())
    assert apply_edits(apply_edits(base, first.edits), first.layout) == b"a\nb\n"


def test_layout_falls_with_what_it_is_made_of_and_is_no_part() -> None:
    base, middle = b"(\na\nb\nc\nd\n)\n", b"(\na\nc\nd\n)\n"
    written, landed = b"(\na\nd\n)\n", b"(a d)\n"
    mine = part(*edits_between(base, middle))
    other = replace(part(*edits_between(middle, written)), layout=edits_between(written, landed))
    last = part(*edits_between(landed, b"(a D)\n"))
    division = divide(PATH, base, [mine, other, last], b"(a D)\n")
    assert division is not None
    assert [(unit.part, unit.is_layout, unit.size) for unit in division.units] == [
        (0, False, 1),
        (1, False, 1),
        (1, True, 0),
        (2, False, 1),
    ]
    assert division.fallen(1) == {1, 2, 3}
    assert division.content({0}) == middle
    rest = division.parts_with({0})
    assert [(len(one.edits), len(one.layout)) for one in rest] == [(1, 0), (0, 0), (0, 0)]


def test_it_is_known_what_cannot_be_formatted() -> None:
    contents = [b"a\nb\n", b"a\n", b"e\n"]
    division = divide(PATH, contents[0], parts_of(*contents), contents[-1], tidy)
    assert division is not None
    assert division.is_formatted({0})
    assert not division.is_formatted({0, 1})
    assert division.content({0, 1}) == b"e\n"
