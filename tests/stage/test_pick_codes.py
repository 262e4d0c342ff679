"""Codes in a table: pages, a filter, names; the numbers of rows stay what they are."""

from stomper.cli.pick_codes import PAGE, View, parse_answer
from stomper.commands.plan import CodeOverview
from stomper.grades import Grade
from stomper.proof.foresight import Foresight

ROWS = tuple(
    CodeOverview(f"X{n:03}", 9, 1, ((("ruff", 9),) if n % 2 else ()), (("ruff", Foresight(Grade.SAFE)),))
    for n in range(1, 2 * PAGE + 2)
)
VIEW = View(ROWS, {"X007": "unused-import", "X041": "import-star"})


def numbers(view: View) -> list[int]:
    return [int(line.split()[0]) for line in view.lines[1:] if line.split()[0].isdecimal()]


def test_a_page_at_a_time_and_no_further_than_there_are_pages() -> None:
    assert numbers(VIEW) == list(range(1, PAGE + 1))
    assert VIEW.lines[-1] == f"page 1 of 3, {len(ROWS)} of {len(ROWS)} codes"
    assert numbers(VIEW.turned(1)) == list(range(PAGE + 1, 2 * PAGE + 1))
    assert VIEW.turned(1).turned(1).turned(1) == VIEW.turned(2)
    assert VIEW.turned(1).turned(-1).turned(-1) == VIEW


def test_a_filter_looks_at_codes_names_and_fixers() -> None:
    assert numbers(VIEW.filtered(" IMPORT")) == [7, 41]
    assert numbers(VIEW.filtered("x01")) == list(range(10, 20))
    assert len(VIEW.filtered("ruff").matching) == PAGE + 1
    assert VIEW.filtered("import").lines[-1] == f"page 1 of 1 of those with 'import', 2 of {len(ROWS)} codes"
    assert numbers(VIEW.filtered("nothing")) == []
    assert VIEW.filtered("import").filtered("") == VIEW
    assert "   7      9      1  X007 unused-import  ruff (safe)" in VIEW.lines


def test_all_are_those_that_the_filter_leaves() -> None:
    known, view = [row.code for row in ROWS], VIEW.filtered("import")
    shown = [row.code for _, row in view.matching]
    assert parse_answer("all", known, shown) == ("X007", "X041")
    assert parse_answer("1", known, shown) == ("X001",)
    assert parse_answer("all", known) == tuple(known)
