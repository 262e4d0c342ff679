"""What `stomper show` says of a report that has everything, and of one of an older version that has less."""

from typing import Any

import pytest

from stomper.cli.show import SHOWN, run_lines

SUMMARY = {"files_total": 1, "diagnostics_before": 1, "diagnostics_fixed": 1, "diagnostics_after": 0}
REPORT: dict[str, Any] = {
    "run": "r", "started": "a", "finished": "b", "exit_code": 3, "branch": "refs/heads/main", "summary": SUMMARY,
    "base_commit": "c" * 40, "head_commit": "d" * 40, "files": [{"path": "a.py", "status": "fixed"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({}, None),
        ({"delivered": True}, None),
        ({"delivered": False}, "not delivered"),
        ({"delivered": False, "not_delivered": "HEAD moved"}, "not delivered: HEAD moved"),
    ],
)
def test_what_was_not_delivered_is_said(facts: dict[str, Any], line: str | None) -> None:
    lines = run_lines({**REPORT, **facts}, verbose=False)
    assert [each for each in lines if each.startswith("not delivered")] == ([line] if line else [])
    assert "1 of 1 diagnostic fixed, 0 left, in 1 file" in lines


def test_many_files_are_shown_only_if_asked_for() -> None:
    many = {**REPORT, "files": [{"path": f"{n}.py", "status": "unchanged", "reason": "why"} for n in range(SHOWN + 1)]}
    assert run_lines(many, verbose=False)[-1] == "... and 1 more file: -v"
    assert run_lines(many, verbose=True)[-1] == f"unchanged  {SHOWN}.py: why"
