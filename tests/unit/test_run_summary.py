"""A run on one page of Markdown: all that matters is on it, and nothing of others has an effect there."""

import dataclasses
from pathlib import Path

from stomper.grades import Dropped
from stomper.models import Diagnostic
from stomper.report import Concurrency, FileReport, RunReport, render
from stomper.report.codes import CodeReport
from stomper.report.markdown import MOST_ROWS

PAGE = Path("x.md")
HOSTILE = "</td><script>`|\n# [a](javascript:b) @team ::error::\x1b[31m\u202e" + "x&" * 5000
PART = Dropped("codemods/types", (("ruff", "ANN201", 2),), (3, 4), ("tests/test_a.py::test_sum",))


def file(path: str, status: str, reason: str = "", dropped: tuple[Dropped, ...] = ()) -> FileReport:
    made = FileReport(path, "fixed", reason, 2, 1, {}, 0.5, None, (), None, None, dropped=dropped)
    return dataclasses.replace(made, status=status)  # type: ignore[arg-type]


def run(name: str, count: int = 1) -> RunReport:
    """A run with so many files and codes, in whose words a name is."""
    found = [Diagnostic("ruff", f"{name}{n}", name, f"{name}{n}.py", 1, 1) for n in range(count)]
    files = [file(d.path, "rejected", name, (dataclasses.replace(PART, broken=(name,)),)) for d in found]
    codes = [CodeReport("ruff", d.code, 3, 1, 1, 1) for d in found]
    made = RunReport("r", "1", "/r", "a", "b", "main", "s", "f", 3, 1, Concurrency(1, 1, 1, 1), tuple(files))
    return dataclasses.replace(made, remaining=tuple(found), codes=tuple(codes))


def test_the_page_says_what_the_user_must_know() -> None:
    kept = dataclasses.replace(run("F4"), files=(file("a_b.py", "partial", "F401 left", (PART,)),))
    text = render(kept, PAGE)
    assert text.startswith("### Stomper: 2 of 3 diagnostics fixed in 1 file\\: 0 cleared, 1 partial\n")
    assert "- not tested\\: no tests were found\n" in text
    assert "- 1 diagnostic left\\: exit code 1\n" in text
    assert "|---|---|---:|---:|---:|---:|\n| ruff | F40 | 3 | 1 | 1 | 1 |\n" in text
    assert "| a\\_b.py (2 lines from 3 on) | ANN201 2 | tests/test\\_a.py\\:\\:test\\_sum |".replace(
        "(2 lines from 3 on)", "\\(2 lines from 3 on\\)"
    ) in text  # fmt: skip
    assert "| F40.py | 1 | F40 1 |" in text


def test_what_cannot_be_trusted_is_said_first() -> None:
    text = render(dataclasses.replace(run("F4"), untrusted="mypy crashed"), PAGE)
    assert text.splitlines()[2] == "**not to be trusted**: mypy crashed"


def test_a_large_run_with_hostile_names_fits_and_breaks_out_of_nothing() -> None:
    text = render(run(HOSTILE, 400), PAGE)
    assert len(text.encode()) < 2**20, "GitHub shows no more of a step"
    assert text.count(f"and {400 - MOST_ROWS} more\n") == 4
    assert "<" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    lines = text.splitlines()
    assert [line for line in lines if line.startswith("# ")] == []
    assert {line.count(" | ") for line in lines if line.startswith("| ruff")} == {5}
    assert "](javascript" not in text
