"""What fixers came to, by code: counted from outcomes, summed up from reports, and shown as a table."""

import pytest

from stomper.grades import Dropped, Grade, Part
from stomper.models import (
    Attempt,
    AttemptResult,
    Diagnostic,
    Outcome,
    Partial,
    Patch,
    Rejected,
    Skipped,
    Timing,
    Unchanged,
)
from stomper.report.by_fixer import SHOWN_ROWS, ByFixer, by_fixer, to_lines

F401, F821 = (Diagnostic("ruff", code, "m", "a.py", 1, 1) for code in ("F401", "F821"))
TIMING = Timing(0, 1, 1)
PART = Part("ruff", Grade.SAFE, (("ruff", "F401", 2),), ())


def tried(fixer: str, *left: str) -> Attempt:
    return Attempt(fixer, AttemptResult.NO_CHANGE, 3, 1, 0.1, left_codes=left)


PARTIAL: Outcome = Partial(
    path="a.py",
    before=(F401, F401, F821),
    attempts=(tried("agent", "F821"), tried("agent", "F821"), tried("other", "E501")),
    timing=TIMING,
    patch=Patch(b"", ()),
    after=(F821,),
    reason="",
    parts=(PART,),
)
REJECTED: Outcome = Rejected(
    path="b.py",
    before=(F401,),
    attempts=(),
    timing=TIMING,
    reason="",
    broken=("t",),
    dropped=(Dropped("ruff", (("ruff", "F401", 1),), (1,), ("t",)),),
)
SKIPPED: Outcome = Skipped(path="c.py", before=(F821,), reason="", attempts=(tried("agent", "F821"),))
ROWS = [
    {"fixer": "ruff", "tool": "ruff", "code": "F401", "fixed": 2, "dropped": 1, "left": 0},
    {"fixer": "agent", "tool": "ruff", "code": "F821", "fixed": 0, "dropped": 0, "left": 1},
]


def test_rows_of_a_run() -> None:
    assert by_fixer([PARTIAL, REJECTED, SKIPPED]).rows() == ROWS


def test_of_a_file_of_several_rounds_the_last_says_what_is_left() -> None:
    again: Outcome = Unchanged(
        path="a.py", before=(F821,), attempts=(tried("agent", "F821"),), timing=TIMING, reason=""
    )
    assert by_fixer([PARTIAL, again, REJECTED]).rows() == ROWS


def test_reports_add_up_to_a_table() -> None:
    counts = ByFixer()
    assert to_lines(counts) == []
    for _ in range(2):
        counts.add_report(ROWS)
    title, *rows = to_lines(counts)
    assert title.startswith("fixers and codes, in 2 runs")
    assert [row.split() for row in rows] == [
        ["ruff:", "ruff", "F401", "4", "2", "0"],
        ["agent:", "ruff", "F821", "0", "0", "2"],
    ]
    counts.add_report([{**ROWS[0], "code": f"C{n}"} for n in range(SHOWN_ROWS)])
    assert to_lines(counts)[-1] == "... and 2 more: stomper stats --format json"


@pytest.mark.parametrize("rows", [[{"fixer": "x"}], [1], None])
def test_what_is_no_row_is_an_error(rows: object) -> None:
    with pytest.raises((KeyError, TypeError)):
        ByFixer().add_report(rows)  # type: ignore[arg-type]
