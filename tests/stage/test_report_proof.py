"""What a report says of grades: for people in a line, for scripts with every guess and what would prove it."""

import json
import tomllib
from pathlib import Path

import pytest

from stomper.grades import Dropped, Grade, Withheld
from stomper.models import Attempt, AttemptResult
from stomper.report import to_text
from stomper.report.model import Concurrency, FileReport, RunReport
from stomper.report.plain import to_dict
from stomper.report.render import to_json, to_toml
from stomper.settings import ProofLevel

A_TEST = "a test that runs the line"


def file(path: str, status: str = "partial", **facts: object) -> FileReport:
    return FileReport(path, status, "", 2, 1, {}, 0.5, None, facts.pop("attempts", ()), None, None, **facts)  # type: ignore[arg-type]


def report(*files: FileReport, proof: ProofLevel = "tested") -> RunReport:
    return RunReport(
        "run-1", "1.0", "/repo", "a" * 40, "b" * 40, "refs/heads/main", "2024-01-02T03:04:05Z", "2024-01-02T03:04:06Z",
        9, 1, Concurrency(4, 2, 2.0, 3.0), files, proof=proof,
    )  # fmt: skip


def held(*codes: str) -> tuple[Withheld, ...]:
    return tuple(Withheld("ruff-unsafe", "ruff", code, line, A_TEST) for line, code in enumerate(codes, 1))


TWO_TOOLS = ("ruff", "E712", 2), ("mypy", "E712", 1)
TRIED = (
    Attempt("ruff", AttemptResult.KEPT, 9, 4, 0.1, grade=Grade.SAFE),
    Attempt("ruff-unsafe", AttemptResult.WITHHELD, 4, 3, 0.1, grade=Grade.UNPROVED),
    Attempt("agent", AttemptResult.WORSE, 4, 5, 0.1),
)
FULL = report(
    file(
        "a.py",
        attempts=TRIED,
        grades={"F401": {Grade.SAFE: 3}, "E711": {Grade.SAFE: 1, Grade.TESTED: 2}},
        withheld=held("E711", "B006"),
    ),
    file("b.py", grades={"E711": {Grade.TESTED: 1}}, withheld=held("E711")),
    file("c.py", "rejected", dropped=(Dropped("ruff-unsafe", TWO_TOOLS, (3, 9), ("t::a",), Grade.TESTED),)),
    file("d.py", "rejected", dropped=(Dropped("agent", (("ruff", "F821", 1),), (), ()),)),
)


def test_grades_are_counted() -> None:
    summary = to_dict(FULL)["summary"]
    assert (summary["withheld"], summary["dropped"]) == (3, 4)
    assert summary["grades"] == {"safe": 4, "tested": 3}
    assert list(summary["grades"]) == ["safe", "tested"]


def test_each_guess_is_named() -> None:
    a, b, c, d = to_dict(FULL)["files"]
    assert a["withheld"] == [
        {"fixer": "ruff-unsafe", "tool": "ruff", "code": "E711", "line": 1, "needs": A_TEST},
        {"fixer": "ruff-unsafe", "tool": "ruff", "code": "B006", "line": 2, "needs": A_TEST},
    ]
    assert [attempt.get("grade") for attempt in a["attempts"]] == ["safe", "unproved", None]
    assert a["grades"] == {"F401": {"safe": 3}, "E711": {"safe": 1, "tested": 2}}
    assert c["dropped"] == [
        {"fixer": "ruff-unsafe", "grade": "tested", "codes": {"E712": 3}, "lines": [3, 9], "broken": ["t::a"]}
    ]
    assert d["dropped"] == [{"fixer": "agent", "codes": {"F821": 1}}]
    assert not {"withheld", "grades"} & c.keys()
    assert "dropped" not in b


def test_toml_and_json_have_the_same_content() -> None:
    assert tomllib.loads(to_toml(FULL)) == json.loads(to_json(FULL)) == to_dict(FULL)


LINES: dict[str, tuple[RunReport, str]] = {
    "several": (FULL, "3 fixes withheld: nothing proves them (--unproved lands them; E711 2, B006 1)\n"),
    "one": (
        report(file("a.py", withheld=held("E711"))),
        "1 fix withheld: nothing proves it (--unproved lands it; E711 1)\n",
    ),
    "only what is safe": (
        report(file("a.py", withheld=held("E711", "E711")), proof="safe"),
        "2 fixes withheld: they are not safe (--unproved lands them; E711 2)\n",
    ),
    "only what is proved": (
        report(file("a.py", withheld=held("E711")), proof="proved"),
        "1 fix withheld: it is not proved (--unproved lands it; E711 1)\n",
    ),
    "many codes": (
        report(file("a.py", withheld=held(*(f"X{n}" for n in range(9))))),
        "X6 1, X7 1 and 1 more)\n",
    ),
}


@pytest.mark.parametrize("what", LINES)
def test_a_person_reads_how_many_and_what_lands_them(what: str) -> None:
    made, line = LINES[what]
    assert line in to_text(made, Path("report.toml"))


def test_nothing_withheld_is_not_said() -> None:
    assert "withheld" not in to_text(report(file("a.py")), None)
