"""Tests decide what lands: who breaks one is found and dropped, and the rest arrives."""

import json

import pytest

from tests.kit.cli import Stomper
from tests.kit.fakes import real_tool
from tests.kit.gates import changed_paths, dropped, gate_repo, module, modules, proof
from tests.kit.kills import KILLED, crash_at
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of, states

pytestmark = [pytest.mark.unproved, pytest.mark.crew]  # the gate has something to say of what proof would withhold

OTHERS = 30
# Safe by ruff's word, and yet b.py imports from a.py what nothing in a.py uses.
A = "from json import dumps\n\n\ndef shape() -> str:\n    return 'a'\n"
B = "from a import dumps\n\n\ndef text() -> str:\n    return dumps(1)\n"
TEST = "def test_text():\n    from b import text\n    assert text() == '1'\n"


@pytest.mark.slow
def test_the_unused_import_that_another_file_needs(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, OTHERS, files={"a.py": A, "b.py": B, "tests/test_b.py": TEST})
    base = repo.head
    result = stomper.run(repo, "fix").check(1)
    assert "rejected a.py: tests: breaks tests.test_b::test_text, by F401 (ruff, line 1)" in result.out
    assert changed_paths(repo, base) == modules(*range(OTHERS))
    assert repo.git("rev-list", "--count", f"{base}..HEAD") == str(OTHERS)
    assert repo.status() == []
    report = report_of(repo)
    assert report["exit_code"] == 1
    (entry,) = report["tests"]["dropped"]
    assert (entry["path"], entry["tests"]) == ("a.py", ["tests.test_b::test_text"])
    assert "cannot import name 'dumps' from 'a'" in (repo.path / entry["log"]).read_text()
    assert states(repo)["a.py"] == "rejected"
    assert report["tests"]["mode"] == "final"
    assert report["tests"]["baseline"] == {"passed": 2, "failed": 0, "known_failures": []}
    assert report["tests"]["final"] == {"verdict": "green", "flaky": []}
    assert report["tests"]["command"].endswith("-m pytest")


@pytest.mark.thorough
@pytest.mark.slow
def test_mypy_as_the_only_witness(repo: GitRepo, stomper: Stomper) -> None:
    tools = f"[tool.stomper.tools]\nmypy = {json.dumps(real_tool('mypy'))}"
    gate_repo(repo, 4, mode="none", files={"a.py": A, "b.py": B}, keys="checkers = ['ruff', 'mypy']", tables=tools)
    base = repo.head
    result = stomper.run(repo, "fix").check(1)
    assert "rejected a.py: checkers: breaks mypy: b.py: attr-defined" in result.out
    assert changed_paths(repo, base) == modules(*range(4))
    report = report_of(repo)
    (entry,) = report["tests"]["dropped"]
    assert entry["path"] == "a.py"
    assert 'Module "a" has no attribute "dumps"' in entry["tests"][0]
    assert "attr-defined" in (repo.path / entry["log"]).read_text()
    assert report["tests"]["mode"] == "none"
    assert report["tests"]["runs"] == 0


def test_several_culprits_and_a_pair(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 8, needed=[0, 3], pair=(2, 7))
    base = repo.head
    result = stomper.run(repo, "fix").check(1)
    pair = f"tests.test_all::test_{module(2)}_or_{module(7)}"
    assert dropped(repo) == {"m00.py": [proof(0)], "m03.py": [proof(3)], "m07.py": [pair]}
    assert f"rejected m07.py: tests: breaks {pair} (only together with m02.py), by F401 (ruff, line 1)" in result.out
    assert "rejected m03.py: tests: breaks" in result.out
    assert result.out.count("only together with") == 1
    assert changed_paths(repo, base) == modules(1, 2, 4, 5, 6)


@pytest.mark.thorough
def test_all_are_culprits(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 3, needed=[0, 1, 2])
    state = repo.checkout_state()
    stomper.run(repo, "fix").check(1)
    assert set(dropped(repo)) == set(modules(0, 1, 2))
    assert repo.checkout_state() == state


def test_green_takes_two_runs(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 3)
    stomper.run(repo, "fix").check()
    tests = report_of(repo)["tests"]
    assert (tests["runs"], tests["partial_runs"], tests["dropped"]) == (2, 0, [])


@pytest.mark.matrix
@pytest.mark.parametrize("mode", ["full", "quick"])
def test_tests_after_each_file(mode: str, repo: GitRepo, stomper: Stomper) -> None:
    lonely = "def test_lonely():\n    import m01\n    assert m01\n"
    gate_repo(repo, 4, needed=[2], pair=(0, 3), mode=mode, files={"tests/test_lonely.py": lonely})
    base = repo.head
    stomper.run(repo, "fix", "-j", "2").check(1)
    assert set(dropped(repo)) == {"m02.py", "m03.py"}
    assert changed_paths(repo, base) == modules(0, 1)
    file = next(file for file in report_of(repo)["files"] if file["path"] == "m02.py")
    assert proof(2) in file["reason"]
    assert "cannot import name 'dumps'" in (repo.path / file["log"]).read_text()
    tests = report_of(repo)["tests"]
    assert tests["mode"] == mode
    # For each of the four files, full runs the whole suite and quick the tests which that file can affect.
    assert (tests["runs"], tests["partial_runs"]) == ((7, 13) if mode == "full" else (3, 17))
    assert "from json" in repo.content("m02.py").decode()


def test_none_lets_everything_through(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 2, needed=[0])
    stomper.run(repo, "fix", "--test-validation", "none").check()
    assert report_of(repo)["tests"] == {"mode": "none", "runs": 0, "partial_runs": 0, "dropped": []}


def test_a_command_of_the_users_own(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 4, tests="command = ['sh', '-c', 'grep -q dumps m02.py']")
    said = stomper.run(repo, "fix").check(1)
    assert said.err.count("not all lines that tests run are known: only the lines of pytest's and unittest's") == 1
    assert dropped(repo) == {"m02.py": ["the whole command"]}
    assert report_of(repo)["tests"]["command"] == "sh -c grep -q dumps m02.py"


@pytest.mark.thorough
def test_the_same_on_the_command_line(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 3, needed=[0])
    stomper.run(repo, "fix", "--test-command", "grep -q dumps m01.py").check(1)
    assert set(dropped(repo)) == {"m01.py"}


@pytest.mark.thorough
@pytest.mark.parametrize("jobs", ["1", "4"])
def test_parallel_probes_find_the_same(jobs: str, repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 12, needed=[4, 9], tests="parallel = true")
    stomper.run(repo, "fix", "-j", jobs).check(1)
    assert set(dropped(repo)) == set(modules(4, 9))


@pytest.mark.thorough
def test_a_run_killed_between_two_culprits_is_resumed_to_the_same_end(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 6, needed=[1, 4])
    base, state = repo.head, repo.checkout_state()
    assert stomper.run(repo, "fix", env=crash_at("gate-drop:2")).code == KILLED
    assert repo.checkout_state() == state
    stomper.run(repo, "resume").check(1)
    assert changed_paths(repo, base) == modules(0, 2, 3, 5)
    assert set(dropped(repo)) == set(modules(1, 4))
    assert repo.status() == []


@pytest.mark.thorough
def test_a_later_fix_that_needs_the_dropped_one_goes_with_it(repo: GitRepo, stomper: Stomper) -> None:
    """m01's fix is red without m00's, and m00's is red by itself."""
    both = "def test_order():\n    import m00, m01\n    assert hasattr(m01, 'dumps') or not hasattr(m00, 'dumps')\n"
    gate_repo(repo, 3, needed=[0], files={"tests/test_order.py": both})
    base = repo.head
    stomper.run(repo, "fix").check(1)
    assert dropped(repo) == {"m00.py": [proof(0)], "m01.py": ["tests.test_order::test_order"]}
    assert changed_paths(repo, base) == modules(2)
