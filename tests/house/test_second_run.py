"""The second run of the tests that failed names those that pass then."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.cli import ROOT

TESTS = """\
import pathlib
import pytest

def first_time(name):
    marker = pathlib.Path(name)
    seen = marker.exists()
    marker.touch()
    return not seen

def test_flaky():
    assert not first_time("call")

@pytest.fixture
def left():
    yield
    assert not first_time("teardown")

def test_flaky_at_its_end(left):
    pass

def test_broken():
    assert False

def test_good():
    pass
"""


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-n", "1", "-p", "no:drill_sergeant", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "", "PYTEST_ADDOPTS": ""}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_flaky_tests_are_listed_before_the_closing_line(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(TESTS)
    assert run(tmp_path).returncode == 1
    again = run(tmp_path, "-p", "tests.kit.second_run", "--last-failed", "--last-failed-no-failures", "none")
    assert again.returncode == 1
    *before, closing = again.stdout.splitlines()
    start = next(n for n, line in enumerate(before) if "flaky: failed in the first run, passed in the second" in line)
    assert before[start + 1 : start + 3] == ["test_some.py::test_flaky", "test_some.py::test_flaky_at_its_end"]
    assert "1 failed, 2 passed" in closing
    assert not any("::test_good" in line for line in before)
    assert "flaky: " not in run(tmp_path, "-p", "tests.kit.second_run", "--last-failed").stdout


@pytest.mark.thorough
def test_nothing_is_flaky_if_nothing_passes_now(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text("def test_broken():\n    assert False\n")
    run(tmp_path)
    again = run(tmp_path, "-p", "tests.kit.second_run", "--last-failed", "--last-failed-no-failures", "none")
    assert (again.returncode, "flaky: " in again.stdout) == (1, False)
