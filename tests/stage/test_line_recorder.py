"""The recorder of lines in real runs of pytest and unittest."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from stomper.checkers import line_recorder
from stomper.project_tests.recorded_lines import CUT_OFF, NOTHING, Recorded
from tests.kit.projects import suite_in_tree, suite_of
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree

CODE = """\
import threading

def half(x):
    if x > 1:
        return x / 2
    return None

def late(x):
    thread = threading.Thread(target=half, args=(x,))
    thread.start()
    thread.join()

def shared():
    return 1
"""
TESTS = """\
import unittest
import pytest
import code_of_ours, twin

@pytest.fixture(scope="session")
def everybody():
    code_of_ours.shared()
    yield
    code_of_ours.shared()

@pytest.fixture
def own():
    yield
    code_of_ours.half(0)

def test_two(everybody): assert code_of_ours.half(2) == 1
@pytest.mark.parametrize("word", ["plain", "a::b"])
def test_none(word): assert code_of_ours.half(1) is None
def test_after(own): pass
def test_thread(): code_of_ours.late(2)
def test_twin(): assert twin.half(2) == 1
def test_red(): assert code_of_ours.half(2) == 3
class Old(unittest.TestCase):
    @classmethod
    def setUpClass(cls): code_of_ours.shared()
    def setUp(self): code_of_ours.half(2)
    def test_old(self): pass
"""
FILES = {"src/code_of_ours.py": CODE, "src/twin.py": CODE, "tests/test_ours.py": TESTS}
Lines = dict[int, set[str]]


def lines_of(recorded: Recorded | None, path: str = "src/code_of_ours.py") -> Lines:
    """The tests by line, by the ends of their names."""
    assert recorded is not None
    found: Lines = {}
    for rows, tests in recorded.rows.get(path, {}).items():
        for line in (line for first, last in rows for line in range(first, last + 1)):
            found.setdefault(line, set()).update(test.partition("::")[2] for test in tests)
    return found


def run(repo: GitRepo, tmp_path: Path, files: Mapping[str, str], *words: str) -> Recorded:
    with suite_in_tree(repo, tmp_path, files) as (suite, tree):
        result = replace(suite.with_words(*words), notes_lines=True).run(tree)
        assert not tree.snapshot()
    assert result.lines is not None, result.log
    return result.lines


EXPECTED = {
    4: {"test_two", "test_none[plain]", "test_none[a::b]", "test_after", "test_thread", "test_red", "test_old"},
    5: {"test_two", "test_thread", "test_red", "test_old"},
    6: {"test_none[plain]", "test_none[a::b]", "test_after"},
    9: {"test_thread"},
    14: {""},
}


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize("backend", ["coverage", "sys.settrace"])
@pytest.mark.parametrize("words", [(), ("-n2",)])
def test_each_line_with_the_tests_that_run_it(
    words: tuple[str, ...], backend: str, repo: GitRepo, tmp_path: Path
) -> None:
    hidden = {"src/coverage.py": "raise ImportError\n"} if backend == "sys.settrace" else {}
    recorded = run(repo, tmp_path, FILES | hidden, *words)
    found = lines_of(recorded)
    assert recorded.why == ""
    assert {line: found.get(line) for line in EXPECTED} == EXPECTED
    assert {1, 3, 8, 13} <= {line for line, tests in found.items() if "" in tests}
    assert set(recorded.rows) == FILES.keys()
    assert lines_of(recorded, "src/twin.py")[5] == {"test_twin"}


def test_unittest(repo: GitRepo, tmp_path: Path) -> None:
    tests = """\
    import unittest
    import code_of_ours

    class Some(unittest.TestCase):
        @classmethod
        def setUpClass(cls): code_of_ours.shared()
        def test_two(self): self.assertEqual(code_of_ours.half(2), 1)
        def test_none(self): self.assertIsNone(code_of_ours.half(1))
    """
    repo.write("code_of_ours.py", CODE)
    repo.write("test_ours.py", textwrap.dedent(tests))
    repo.commit()
    with opened_worktree(repo, tmp_path) as tree:
        suite = replace(suite_of(repo, (sys.executable, "-m", "unittest")), notes_lines=True)
        result = suite.run(tree)
        again = replace(suite, notes_lines=False).run(tree)
    found = lines_of(result.lines, "code_of_ours.py")
    assert (found[4], found[5], found[6], found[14]) == ({"test_two", "test_none"}, {"test_two"}, {"test_none"}, {""})
    assert result.passed == again.passed != frozenset()
    assert again.lines is None


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize("words", [("--cov=src",), ("--cov=src", "-n2")])
def test_the_projects_own_coverage_is_left_alone(words: tuple[str, ...], repo: GitRepo, tmp_path: Path) -> None:
    config = "[pytest]\naddopts = --cov-report=json:{}\n".format(tmp_path / "coverage.json")
    recorded = run(repo, tmp_path, FILES | {"pytest.ini": config}, *words)
    measured = json.loads((tmp_path / "coverage.json").read_text())["files"]["src/code_of_ours.py"]
    assert measured["summary"]["percent_covered"] == 100
    if sys.version_info < (3, 12):
        assert recorded.why == line_recorder.TAKEN


def test_a_test_that_traces_says_so(repo: GitRepo, tmp_path: Path) -> None:
    tests = "import sys, code_of_ours\ndef test_a(): sys.settrace(None)\ndef test_b(): code_of_ours.half(2)\n"
    recorded = run(repo, tmp_path, {"code_of_ours.py": CODE, "test_a.py": tests})
    assert lines_of(recorded, "code_of_ours.py")[5] == {"test_b"}
    if sys.version_info < (3, 12):
        assert recorded.why == line_recorder.LOST


def test_a_process_that_is_killed(repo: GitRepo, tmp_path: Path) -> None:
    tests = "import os, code_of_ours\ndef test_a(): code_of_ours.half(2)\ndef test_b(): os._exit(1)\n"
    files = {"code_of_ours.py": CODE, "test_a.py": tests}
    assert run(repo, tmp_path, files).why in (CUT_OFF, NOTHING)


def test_nothing_is_recorded_unless_it_is_asked_for(repo: GitRepo, tmp_path: Path) -> None:
    with suite_in_tree(repo, tmp_path, FILES) as (suite, tree):
        assert suite.run(tree).lines is None
        assert replace(suite, notes_lines=True).run(tree, ["tests/test_ours.py"]).lines is None
        assert not list(tree.scratch.rglob("stomper_line*"))


MONITORED = """
import sys, types, threading
class Events: PY_START, LINE = 1, 2
class Monitoring:
    DISABLE, events = "off", Events
    events_set = 0
    def __init__(self): self.owners, self.calls, self.told, self.local = {4: "another"}, {}, [], {}
    def get_tool(self, tool): return self.owners.get(tool)
    def use_tool_id(self, tool, name): self.owners[tool] = name
    def free_tool_id(self, tool): del self.owners[tool]
    def register_callback(self, tool, event, call): self.calls[event] = call
    def set_events(self, tool, events): self.events_set = events
    def set_local_events(self, tool, code, events): self.local[id(code)] = events
    def restart_events(self): self.told.clear()
    def trace(self, frame, event, arg):
        code = frame.f_code
        if event == "call" and self.events_set: self.calls[1](code, 0)
        if event == "line" and self.local.get(id(code)) and (id(code), frame.f_lineno) not in self.told:
            assert self.calls[2](code, frame.f_lineno) == "off"
            self.told.append((id(code), frame.f_lineno))
        return self.trace
sys.monitoring = Monitoring()
threading.settrace(sys.monitoring.trace)
sys.settrace(sys.monitoring.trace)
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the real one is tried then")
def test_the_events_of_newer_pythons_by_a_stand_in(repo: GitRepo, tmp_path: Path) -> None:
    recorded = run(repo, tmp_path, FILES | {"src/stand_in.py": MONITORED, "pytest.ini": ""}, "-p", "stand_in")
    found = lines_of(recorded)
    assert (recorded.why, {line: found.get(line) for line in EXPECTED}) == ("", EXPECTED)
    assert lines_of(recorded, "src/twin.py")[5] == {"test_twin"}


def test_it_runs_on_its_own(tmp_path: Path) -> None:
    """A copy imports nothing of Stomper: it is started without any package."""
    source = Path(line_recorder.__file__).read_text()
    (tmp_path / "recorder.py").write_text(source)
    (tmp_path / "recorder.top").write_text(str(tmp_path / "project"))
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "other.py").write_text("def f():\n    return 1\n")
    program = "import recorder; r = recorder.begin(); import other; r.switch('t'); other.f(); r.switch(''); r.stop()"
    paths = os.pathsep.join(map(str, (tmp_path, tmp_path / "project")))
    subprocess.run([sys.executable, "-S", "-c", program], env={"PYTHONPATH": paths}, check=True)
    (file,) = tmp_path.glob("recorder.*.jsonl")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert {"test": "t", "sets": [1]} in lines
    assert {"set": 1, "path": "other.py", "lines": [[2, 2]]} in lines
    assert lines[-1]["why"] == ""


def test_rows_of_lines() -> None:
    assert line_recorder.ranges({7, 1, 2, 3, 9}) == [[1, 3], [7, 7], [9, 9]]
