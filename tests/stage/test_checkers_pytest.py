"""pytest as a checker: failing tests of the files asked for, and never "clean" where there was no result."""

import sys
from pathlib import Path

import pytest

from stomper.checkers.pytest import PytestChecker
from stomper.checkers.pytest_run import PytestRunner
from stomper.errors import CheckerError
from stomper.models import Diagnostic
from tests.kit.fakes import FakeTool, fake_tool

CHECKER = PytestChecker(PytestRunner(sys.executable))
BROKEN_JSON = "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"
SEVERAL = """\
import json

import pytest


def helper():
    assert 1 == 2, "words"


def test_plain():
    assert [] == [1]


def test_by_a_helper():
    helper()


def test_inside_the_library():
    json.loads("{")


def test_told():
    pytest.fail("as told", pytrace=False)


@pytest.fixture
def closing():
    yield
    raise OSError(5, "closing failed")


def test_torn_down(closing):
    pass


@pytest.mark.xfail(strict=True)
def test_passes_against_its_word():
    pass


@pytest.mark.skip
def test_skipped():
    assert 0


def test_with_places(tmp_path):
    assert str(tmp_path) == __file__, f"{object()}"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    top = tmp_path / "project"
    (top / "tests").mkdir(parents=True)
    (top / "module.py").write_text("VALUE = 1\n")
    (top / "tests/test_a.py").write_text("from module import VALUE\n\n\ndef test_a():\n    assert VALUE == 2\n")
    (top / "tests/test_b.py").write_text("def test_b():\n    assert 'b'\n")
    return top


def rows(found: tuple[Diagnostic, ...]) -> list[tuple[str, int, str, str]]:
    return [(d.path, d.line, d.code, d.message) for d in found]


def fake_python(tmp_path: Path, *modes: str) -> FakeTool:
    return fake_tool(tmp_path / "bin", "python", *modes, when="pytest", real=sys.executable)


def test_a_failing_test_is_a_diagnostic_of_its_file_alone(project: Path) -> None:
    found = CHECKER.check(project, ["tests/test_a.py", "tests/test_b.py", "module.py"])
    assert rows(found) == [("tests/test_a.py", 5, "AssertionError", "test_a: assert 1 == 2")]
    assert CHECKER.check(project, ["module.py", "tests/test_b.py"]) == ()
    assert {file.name for file in project.rglob("*")} == {"tests", "module.py", "test_a.py", "test_b.py"}


def test_kinds_of_failures(project: Path) -> None:
    (project / "tests/test_a.py").write_text(SEVERAL)
    found = rows(CHECKER.check(project, ["tests/test_a.py"]))
    assert [(line, code, message) for _, line, code, message in found][:-1] == [
        (7, "AssertionError", "test_by_a_helper: words"),
        (11, "AssertionError", "test_plain: assert [] == [1]"),
        (19, "JSONDecodeError", f"test_inside_the_library: {BROKEN_JSON}"),
        (22, "Failed", "test_told: as told"),
        (29, "OSError", "test_torn_down: [Errno 5] closing failed"),
        (36, "failure", "test_passes_against_its_word: [XPASS(strict)]"),
    ]  # fmt: skip
    assert found[-1][1:] == (47, "AssertionError", "test_with_places: <object object at 0x...>")


def test_a_file_that_cannot_be_loaded_says_why(project: Path) -> None:
    (project / "tests/test_a.py").write_text("import module\nimport no_such_module\n")
    (project / "tests/test_b.py").write_text("x = 1\ndef test_b(:\n")
    first, second = CHECKER.check(project, ["tests/test_a.py", "tests/test_b.py"])
    assert (first.line, first.code) == (2, "ModuleNotFoundError")
    assert first.message == "tests.test_a: No module named 'no_such_module'"
    assert (second.path, second.line, second.code) == ("tests/test_b.py", 2, "SyntaxError")


def test_files_that_the_project_does_not_collect_are_not_run(project: Path, tmp_path: Path) -> None:
    """Neither at first nor when one file is asked for again, as workers do: that file alone is run then."""
    (project / "pytest.ini").write_text("[pytest]\ntestpaths = tests\naddopts = -x --tb=no -q\n")
    (project / "test_other.py").write_text("def test_other():\n    assert 0\n")
    (project / "tests/test_b.py").write_text("def test_b():\n    assert 0\n")
    fake, scratch = fake_python(tmp_path, "real"), tmp_path / "scratch"
    scratch.mkdir()
    checker = PytestChecker(PytestRunner(str(fake.path)))
    paths = ["test_other.py", "tests/test_a.py", "tests/test_b.py"]
    assert [d.path for d in checker.check(project, paths, scratch)] == paths[1:]
    assert [d.path for d in checker.check(project, [paths[1]], scratch)] == [paths[1]]
    assert checker.check(project, [paths[0], "module.py"], scratch) == ()
    assert [[word for word in call if word.endswith(".py")] for call in fake.calls()] == [[], ["./tests/test_a.py"]]


def test_a_configuration_beside_the_tests_does_not_change_their_names(project: Path, tmp_path: Path) -> None:
    """pytest takes it for that of the whole only where a file below it is named."""
    (project / "tests/pytest.ini").write_text("[pytest]\n")
    first = CHECKER.check(project, ["tests/test_a.py"], tmp_path)
    assert [d.path for d in first] == ["tests/test_a.py"]
    assert CHECKER.check(project, ["tests/test_a.py"], tmp_path) == first


@pytest.mark.parametrize("words", ["--ff", pytest.param("--lf --sw -x --nf --cache-clear", marks=pytest.mark.matrix)])
def test_options_of_the_cache_are_understood(words: str, project: Path) -> None:
    (project / "pytest.ini").write_text(f"[pytest]\naddopts = {words}\n")
    found = CHECKER.check(project, ["tests/test_a.py", "tests/test_b.py"])
    assert [d.path for d in found] == ["tests/test_a.py"]
    assert not (project / ".pytest_cache").exists()


def test_red_without_a_red_test_is_no_failing_test(project: Path) -> None:
    """A limit of coverage says nothing of the files that are asked for."""
    (project / "tests/test_a.py").unlink()
    (project / "conftest.py").write_text("def pytest_sessionfinish(session): session.exitstatus = 1\n")
    assert CHECKER.check(project, ["tests/test_b.py"]) == ()


def test_tests_that_end_early_are_no_result(project: Path) -> None:
    (project / "conftest.py").write_text("import pytest\ndef pytest_runtest_teardown(): pytest.exit('no', 0)\n")
    with pytest.raises(CheckerError, match="the tests ended early: 1 of 2 were not run"):
        CHECKER.check(project, ["tests/test_a.py", "tests/test_b.py"])


def test_no_tests_are_no_error(tmp_path: Path) -> None:
    (tmp_path / "module.py").touch()
    assert CHECKER.check(tmp_path, ["module.py"]) == ()


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("crash", "pytest gave no result \\(exit code 101\\): thread 'main' panicked"),
        ("exit2=told to stop", "pytest gave no result \\(exit code 2\\): told to stop"),
        ("signal=SIGSEGV", "killed by SIGSEGV"),
        ("half", "left no report \\(exit code 1\\): \\[{"),
        ("nothing", "pytest left no report \\(exit code 0\\)"),
        ("nothing=3", "exit code 3"),
        ("nothing=4", "exit code 4"),
    ],
)
def test_what_is_no_result_is_an_error(project: Path, tmp_path: Path, mode: str, words: str) -> None:
    with pytest.raises(CheckerError, match=words):
        PytestChecker(PytestRunner(str(fake_python(tmp_path, mode).path))).check(project, ["tests/test_a.py"])


@pytest.mark.parametrize(
    ("report", "code", "words"),
    [
        ("<testsuites><testcase", 1, "left no report"),
        ("<testsuites/>", 1, "exit code 1 does not go with its report"),
        ("<testsuites><testcase name='t' file='t.py'><failure/></testcase></testsuites>", 0, "exit code 0 does not go"),
    ],
)
def test_a_report_that_does_not_fit_is_an_error(
    project: Path, tmp_path: Path, report: str, code: int, words: str
) -> None:
    script = tmp_path / "python"
    copy = f'for word; do case $word in --junitxml=*) echo "{report}" > "${{word#*=}}";; esac; done'
    script.write_text(f"#!/bin/sh\n{copy}\nexit {code}\n")
    script.chmod(0o755)
    with pytest.raises(CheckerError, match=words):
        PytestChecker(PytestRunner(str(script))).check(project, ["tests/test_a.py"])


def test_one_that_hangs_is_ended_and_is_an_error(project: Path, tmp_path: Path) -> None:
    runner = PytestRunner(str(fake_python(tmp_path, "hang").path), timeout=0.5)
    with pytest.raises(CheckerError, match="still running"):
        PytestChecker(runner).check(project, ["tests/test_a.py"])


def test_a_project_without_pytest_is_told_so(project: Path, tmp_path: Path) -> None:
    import venv

    venv.create(tmp_path / "bare")
    with pytest.raises(CheckerError, match="No module named pytest"):
        PytestChecker(PytestRunner(str(tmp_path / "bare/bin/python"))).check(project, ["tests/test_a.py"])
