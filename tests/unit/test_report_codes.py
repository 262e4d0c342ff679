"""The counts by code: each diagnostic is fixed, suppressed or left, and counted once."""

from stomper.models import Diagnostic
from stomper.report.codes import HEAD, SHOWN, CodeReport, code_lines, code_reports


def found(code: str, count: int, tool: str = "ruff") -> list[Diagnostic]:
    return [Diagnostic(tool, code, "m", "a.py", line, 1) for line in range(1, count + 1)]


def test_what_is_gone_is_fixed_unless_a_comment_silences_it() -> None:
    before = [*found("F401", 5), *found("E501", 3), *found("F401", 1, "other")]
    left = [*found("F401", 1), *found("new", 2)]
    assert code_reports(before, found("E501", 2), left) == (
        CodeReport("ruff", "F401", 5, 4, 0, 1),
        CodeReport("ruff", "E501", 3, 1, 2, 0),
        CodeReport("other", "F401", 1, 1, 0, 0),
        CodeReport("ruff", "new", 0, 0, 0, 2),
    )


def test_nothing_is_fixed_that_was_not_delivered() -> None:
    before = found("F401", 2)
    assert code_reports(before, before, before) == (CodeReport("ruff", "F401", 2, 0, 0, 2),)


def test_a_table_has_a_row_for_each_code_and_counts_the_rest() -> None:
    rows = [CodeReport("ruff", f"X{n:03}", 9, 6, 2, 1) for n in range(SHOWN + 2)]
    lines = code_lines(rows)
    assert (lines[0], lines[1].split()) == (HEAD, ["9", "6", "2", "1", "X000"])
    assert lines[SHOWN + 1 :] == ["... and 2 more codes in the report", ""]
    assert code_lines(()) == []
