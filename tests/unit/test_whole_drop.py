"""A file that is dropped whole says who changed it: the fixers, with codes and lines of the base."""

from collections.abc import Sequence

from stomper.grades import Dropped, Edit, Grade, Part
from stomper.models import Attempt, AttemptResult, CodeTally, Diagnostic, Fixed, Patch, Timing
from stomper.units.part_lines import lines_of_parts
from stomper.worker.whole_drop import by_whom, dropped_whole

BASE = b"a\nb\nc\nd\n"
FIRST = Part("ruff", Grade.SAFE, (("ruff", "F401", 2),), (Edit(0, 1, ""), Edit(2, 3, "")), True)
SECOND = Part("codemods/x", Grade.TESTED, (("mypy", "misc", 1),), (Edit(1, 2, "D\n"),), layout=(Edit(0, 1, "B\n"),))


def fixed(parts: Sequence[Part] = (), attempts: Sequence[Attempt] = ()) -> Fixed:
    before = (Diagnostic("ruff", "F401", "m", "a.py", 1, 1),)
    timing = Timing(0, 1, 1)
    return Fixed(
        path="a.py",
        before=before,
        attempts=tuple(attempts),
        timing=timing,
        patch=Patch(b"", ()),
        parts=tuple(parts),
    )


def test_lines_are_those_of_the_base() -> None:
    """The second part changes what the first one has left: `d` is the second line then, and stays the fourth."""
    assert lines_of_parts(BASE, [FIRST, SECOND]) == [(1, 3), (4,)]


def test_lines_of_what_does_not_fit_are_not_known() -> None:
    assert lines_of_parts(b"", [FIRST, SECOND]) == [(), ()]


def test_each_part_is_named() -> None:
    dropped = dropped_whole(fixed([FIRST, SECOND]), BASE, ("t",))
    assert dropped == (
        Dropped("ruff", FIRST.codes, (1, 3), ("t",), Grade.SAFE),
        Dropped("codemods/x", SECOND.codes, (4,), ("t",), Grade.TESTED),
    )
    assert by_whom(dropped) == ", by F401 (ruff, lines 1, 3), misc (codemods/x, line 4)"
    assert [part.lines for part in dropped_whole(fixed([FIRST]), None, ())] == [()]


def test_without_parts_the_kept_attempts_are_named() -> None:
    tallies = (CodeTally("ruff", "F821", 1, 1),)
    kept = Attempt("agent", AttemptResult.KEPT, 1, 0, 1.0, codes=tallies, grade=Grade.TESTED)
    dropped = dropped_whole(fixed(attempts=[kept, Attempt("ruff", AttemptResult.NO_CHANGE, 1, 1, 1.0)]), BASE, ("t",))
    assert by_whom(dropped) == ", by F821 (agent)"
    assert by_whom(()) == ""
