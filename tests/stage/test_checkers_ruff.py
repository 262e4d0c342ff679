"""ruff as a checker: what it says is carried over whole, and whatever is not a result is an error, never "clean"."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.checkers.ruff import RuffChecker
from stomper.errors import CheckerError
from stomper.models import Severity
from stomper.process import command
from tests.kit.fakes import fake_tool, real_tool

RUFF = real_tool("ruff") or "ruff"
CHECKER = "--output-format"  # the word that tells the check itself from the listing of files


@pytest.fixture
def project(tmp_path: Path) -> Path:
    top = tmp_path / "project"
    top.mkdir()
    (top / "ruff.toml").write_text('exclude = ["left_out.py"]\n[lint]\nselect = ["E", "F", "UP"]\n')
    (top / "a.py").write_text("import os\nx = undefined\n")
    (top / "b.py").write_text("import sys\n")
    (top / "clean.py").write_text("x = 1\n")
    (top / "left_out.py").write_text("import os\n")
    return top


def test_a_diagnostic_has_code_place_and_whether_it_is_fixable(project: Path) -> None:
    unused, undefined = RuffChecker(RUFF).check(project, ["a.py"])
    assert (unused.tool, unused.code, unused.path, unused.line, unused.column) == ("ruff", "F401", "a.py", 1, 8)
    assert (undefined.code, undefined.line, undefined.column) == ("F821", 2, 5)
    assert (unused.fixable, undefined.fixable) == (True, False)
    assert "`os`" in unused.message
    assert unused.severity is Severity.ERROR


def test_a_clean_file_has_none_and_so_has_one_that_the_project_excludes(project: Path) -> None:
    assert RuffChecker(RUFF).check(project, ["clean.py", "left_out.py"]) == ()


def test_an_unsafe_fix_counts_only_where_it_is_asked_for(project: Path) -> None:
    (project / "a.py").write_text("def f() -> None:\n    unused = 1\n")
    assert [d.fixable for d in RuffChecker(RUFF).check(project, ["a.py"])] == [False]
    assert [d.fixable for d in RuffChecker(RUFF, unsafe_fixes=True).check(project, ["a.py"])] == [True]


def test_a_syntax_error_is_a_diagnostic(project: Path) -> None:
    (project / "a.py").write_text("def f(:\n")
    assert {d.code for d in RuffChecker(RUFF).check(project, ["a.py"])} == {"invalid-syntax"}


def test_many_paths_are_asked_in_several_calls_and_give_one_ordered_answer(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "ARGUMENTS_SIZE", 5)
    fake = fake_tool(tmp_path / "bin", "ruff", "real", when=CHECKER)
    found = RuffChecker(str(fake.path)).check(project, ["b.py", "a.py"])
    assert [(d.path, d.code) for d in found] == [("a.py", "F401"), ("a.py", "F821"), ("b.py", "F401")]
    assert [call[-1] for call in fake.calls()] == ["b.py", "a.py"]


def test_no_paths_are_no_call(project: Path, tmp_path: Path) -> None:
    fake = fake_tool(tmp_path / "bin", "ruff", "crash")
    assert RuffChecker(str(fake.path)).check(project, []) == ()
    assert fake.calls() == []


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("crash", "exit code 101"),
        ("exit2", "invalid configuration"),
        ("signal", "killed by SIGKILL"),
        ("half", "not JSON"),
        ("nothing", "not JSON"),
        ("nothing=1", "not JSON"),
        ("empty=1", "exit code 1 does not go with"),
        ("print={}", "does not go with"),
        ('print=[{"code": "F401"}]', "cannot be read"),
    ],
)
def test_what_is_no_result_is_an_error(project: Path, tmp_path: Path, mode: str, words: str) -> None:
    fake = fake_tool(tmp_path / "bin", "ruff", mode, when=CHECKER)
    with pytest.raises(CheckerError, match=words):
        RuffChecker(str(fake.path)).check(project, ["a.py"])
    assert len(fake.calls()) == 1


def test_one_that_hangs_is_ended_and_is_an_error(project: Path, tmp_path: Path) -> None:
    fake = fake_tool(tmp_path / "bin", "ruff", "hang")
    with pytest.raises(CheckerError, match="still running"):
        RuffChecker(str(fake.path), timeout=0.5).check(project, ["a.py"])


def row(**changes: object) -> Callable[[Path], str]:
    import json

    def text(top: Path) -> str:
        place = {"row": 3, "column": 4}
        facts = {"filename": str(top / "a.py"), "code": "X1", "message": "m", "location": place, "fix": None, **changes}
        return json.dumps([facts])

    return text


@pytest.mark.parametrize(
    ("made", "code", "severity"),
    [
        (row(), "X1", Severity.ERROR),
        (row(code=None), "invalid-syntax", Severity.ERROR),
        (row(severity="warning"), "X1", Severity.WARNING),
        (row(severity="of another version"), "X1", Severity.ERROR),
    ],
)
def test_other_versions_of_ruff_can_be_read(
    project: Path, tmp_path: Path, made: Callable[[Path], str], code: str, severity: Severity
) -> None:
    fake = fake_tool(tmp_path / "bin", "ruff", f"print={made(project.resolve())}", when=CHECKER)
    (found,) = RuffChecker(str(fake.path)).check(project, ["a.py"])
    assert (found.code, found.severity, found.line, found.column) == (code, severity, 3, 4)


def test_a_file_outside_the_project_cannot_be_read(project: Path, tmp_path: Path) -> None:
    fake = fake_tool(tmp_path / "bin", "ruff", f"print={row(filename='/elsewhere/a.py')(project)}", when=CHECKER)
    with pytest.raises(CheckerError, match="cannot be read"):
        RuffChecker(str(fake.path)).check(project, ["a.py"])
