"""What became of fixes over several runs."""

from typing import Any

from stomper.grades import Grade
from stomper.report.fates import PastRun, fates_of, to_dict, to_lines


def run(*files: dict[str, Any], delivered: bool = True, **grades: int) -> PastRun:
    return PastRun({"summary": {"grades": grades}, "files": list(files)}, delivered)


def file(path: str, *withheld: str, **dropped: int) -> dict[str, Any]:
    facts: dict[str, Any] = {"path": path}
    if withheld:
        facts["withheld"] = [{"code": code} for code in withheld]
    if dropped:
        facts["dropped"] = [{"fixer": "x", "grade": grade, "codes": {"A1": n}} for grade, n in dropped.items()]
    return facts


RUNS = [
    run(file("a.py", "E711"), file("b.py"), safe=2, tested=1),
    run(file("a.py", "E711", "B006"), file("b.py", "B006"), file("c.py", "B006", "B006", tested=3), safe=1),
    run(file("a.py"), delivered=False, safe=100),
]


def test_grades_are_summed_and_withheld_is_what_the_last_run_of_a_file_says() -> None:
    fates = fates_of(RUNS)
    assert to_dict(fates) == {
        "runs": 3,
        "grades": {"safe": {"landed": 3, "dropped": 0}, "tested": {"landed": 1, "dropped": 3}},
        "withheld": {"B006": 2, "E711": 1},
        "fixers": [],
    }
    lines = to_lines(fates)
    assert lines[0].split() == ["fixes", "by", "grade,", "in", "3", "runs", "landed", "dropped", "by", "tests"]
    assert [line.split() for line in lines[1:5]] == [
        ["safe", "3", "0"],
        ["proved", "0", "0"],
        ["tested", "1", "3"],
        ["unproved", "0", "0"],
    ]
    assert lines[-1] == "withheld, where each file was last seen: B006 2, E711 1"


def test_nothing_is_said_without_runs() -> None:
    assert to_lines(fates_of([])) == []


def test_what_is_in_another_form_is_passed_over() -> None:
    odd: list[Any] = [{}, {"summary": 3}, {"summary": {"diagnostics_fixed": 3}, "files": []}, [], None]
    assert fates_of(PastRun(report, True) for report in odd).runs == 0
    later = run({"path": "a.py", "dropped": [{"codes": {"A1": 1}}]}, safe=1)
    assert fates_of([later]).dropped[""] == 1, "an earlier fixer was not graded"
    assert fates_of([later]).landed[Grade.SAFE] == 1
