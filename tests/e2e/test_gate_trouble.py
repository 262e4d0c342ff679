"""Tests that give no clear answer: red before, flaky, hanging, not to be loaded, crashing, in each other's way."""

import signal
from pathlib import Path

import pytest

from tests.kit.chains import results
from tests.kit.cli import Stomper
from tests.kit.fakes import fixer_table
from tests.kit.gates import changed_paths, dropped, gate_repo, modules, proof
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import last_run, report_of
from tests.kit.wait import eventually

pytestmark = pytest.mark.unproved  # the gate has something to say of what proof would withhold

RED = "def test_red():\n    assert False\n"
# Fails at three calls of ten, by a count that all processes share: it does the same in every run of this test.
FLAKY = """\
import pathlib
def test_flaky():
    calls = pathlib.Path({calls!r})
    with calls.open("a") as file:
        file.write("x")
    assert len(calls.read_text()) % 10 not in (2, 5, 9)
"""
PORT = """\
import socket, time
import pytest

@pytest.fixture
def port():
    with socket.socket(socket.AF_UNIX) as server:
        server.bind({name!r})
        time.sleep(0.2)
        yield

def test_port(port):
    pass
"""
NAME = "tests.test_more::test_{}"
HANG = "def test_hang():\n    import time\n    time.sleep(600)\n"
# While the file is as it was nothing happens; from its fix on the whole suite is no help any more.
AFTER = """\
import pathlib, time
def pytest_collection_modifyitems():
    if "dumps" not in pathlib.Path("m00.py").read_text():
        {deed}
"""
BAD_BASES = {
    "not to be loaded": {"tests/test_all.py": "import nothere\n"},
    "conftest": {"tests/conftest.py": "import nothere\n"},
    "crash": {"conftest.py": "def pytest_runtestloop(): raise ValueError('inside')\n"},
    "usage": {"pytest.ini": "[pytest]\naddopts = --no-such-option\n"},
    "hang": {"tests/test_more.py": HANG},
}
WORDS = {
    "not to be loaded": "No module named 'nothere'",
    "conftest": "No module named 'nothere'",
    "crash": "ValueError: inside",
    "usage": "--no-such-option",
    "hang": "still running after",
}
AFTERWARDS = [("time.sleep(600)", "still running after"), ("raise ValueError('inside')", "ValueError: inside")]
LIMIT = "timeout = 3.0"


def test_red_before_is_known_and_held_against_nobody(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 4, needed=[2], files={"tests/test_more.py": RED, "tests/test_lost.py": "import nothere\n"})
    base = repo.head
    stomper.run(repo, "fix").check(1)
    assert dropped(repo) == {"m02.py": [proof(2)]}
    assert changed_paths(repo, base) == modules(0, 1, 3)
    known = ["tests.test_lost", NAME.format("red")]
    assert report_of(repo)["tests"]["baseline"] == {"passed": 2, "failed": 2, "known_failures": known}


@pytest.mark.thorough
def test_a_suite_that_would_stop_at_what_is_red_already_still_guards(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 2, needed=[1], files={"pytest.ini": "[pytest]\naddopts = -x\n", "tests/test_a.py": RED})
    stomper.run(repo, "fix").check(1)
    assert dropped(repo) == {"m01.py": [proof(1)]}


@pytest.mark.thorough
def test_a_suite_that_ends_early_on_the_base_is_no_verdict(repo: GitRepo, stomper: Stomper) -> None:
    """Also where tests are only the default: those that were not run would count as fine."""
    conftest = "import pytest\ndef pytest_runtest_teardown(): pytest.exit('enough', 0)\n"
    gate_repo(repo, 2, needed=[1], files={"conftest.py": conftest})
    state = repo.checkout_state()
    result = stomper.run(repo, "fix").check(3)
    assert "the tests give no verdict on the base commit: the tests ended early: 1 of 2 were not run" in result.err
    assert repo.checkout_state() == state


EARLY_AFTERWARDS = """\
import pathlib, pytest
def pytest_runtest_teardown():
    if "dumps" not in pathlib.Path("m00.py").read_text():
        pytest.exit("enough", 0)
"""


def test_a_suite_that_ends_early_after_the_fixes_is_no_verdict(repo: GitRepo, stomper: Stomper, leaks: Leaks) -> None:
    more = "def test_more(): pass\n"
    gate_repo(repo, 2, files={"conftest.py": EARLY_AFTERWARDS, "tests/test_more.py": more})
    state = repo.checkout_state()
    result = stomper.run(repo, "fix").check(3)
    assert "not to be trusted: the tests ended early: 1 of 2 were not run" in result.out
    assert repo.checkout_state() == state
    leaks.expect("ref", "refs/stomper/*", reason="the result waits for the user")


def test_flaky_is_listed_and_held_against_nobody(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    flaky = FLAKY.format(calls=str(tmp_path / "calls"))
    gate_repo(repo, 4, needed=[2], files={"tests/test_more.py": flaky})
    base = repo.head
    stomper.run(repo, "fix").check(1)
    assert dropped(repo) == {"m02.py": [proof(2)]}
    assert changed_paths(repo, base) == modules(0, 1, 3)
    assert report_of(repo)["tests"]["final"] == {"verdict": "green", "flaky": [NAME.format("flaky")]}


@pytest.mark.thorough
def test_flaky_after_each_file(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    flaky = FLAKY.format(calls=str(tmp_path / "calls"))
    gate_repo(repo, 4, needed=[2], mode="full", files={"tests/test_more.py": flaky})
    stomper.run(repo, "fix", "-j", "1").check(1)
    assert dropped(repo) == {"m02.py": [proof(2)]}
    assert report_of(repo)["tests"]["final"]["flaky"] == [NAME.format("flaky")]


@pytest.mark.matrix
@pytest.mark.parametrize("trouble", BAD_BASES)
def test_no_verdict_on_the_base_where_one_was_asked_for(trouble: str, repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 2, files=BAD_BASES[trouble], tests=LIMIT)
    state = repo.checkout_state()
    result = stomper.run(repo, "fix", "--test-validation", "final").check(3)
    assert "the tests give no verdict on the base commit" in result.err
    assert WORDS[trouble] in result.err
    assert "[1/2]" not in result.err
    assert repo.checkout_state() == state
    assert not (repo.git_dir / "stomper" / "runs").exists() or not list((repo.git_dir / "stomper" / "runs").iterdir())


@pytest.mark.thorough
@pytest.mark.matrix
@pytest.mark.parametrize("trouble", BAD_BASES)
def test_no_verdict_on_the_base_where_none_was_asked_for(trouble: str, repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 2, files=BAD_BASES[trouble], tests=f"{LIMIT}\nrequired = false")
    result = stomper.run(repo, "fix").check()
    assert "no tests are run: " in result.err
    assert WORDS[trouble] in result.err
    assert "\nnot tested: " in result.out
    tests = report_of(repo)["tests"]
    assert tests["mode"] == "none"
    assert WORDS[trouble] in tests["reason"]
    assert report_of(repo)["summary"]["files_fixed"] == 2


@pytest.mark.matrix
@pytest.mark.parametrize("asked", [[], ["--test-validation", "full"]])
def test_no_tests_at_all(asked: list[str], repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 2, files={"tests/test_all.py": ""})
    result = stomper.run(repo, "fix", *asked).check()
    assert "no tests are run: no tests were found" in result.err
    assert report_of(repo)["tests"] == {
        "mode": "none",
        "reason": "no tests were found",
        "runs": 1,
        "partial_runs": 0,
        "dropped": [],
    }


@pytest.mark.thorough
def test_red_before_by_a_command_that_does_not_say_what(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 2, tests="command = ['false']")
    result = stomper.run(repo, "fix").check(3)
    assert "`false`: it fails on the base commit already" in result.err


def test_a_fix_after_which_no_test_can_be_run_is_dropped(repo: GitRepo, stomper: Stomper) -> None:
    """A conftest.py needs what the fix takes away: pytest does not even start."""
    gate_repo(repo, 4, files={"tests/conftest.py": "from m01 import dumps\n"})
    base = repo.head
    stomper.run(repo, "fix").check(1)
    assert dropped(repo) == {"m01.py": ["tests.test_all::test_good"]}
    assert changed_paths(repo, base) == modules(0, 2, 3)
    log = last_run(repo).logs / "00001.log"
    assert "cannot import name 'dumps'" in log.read_text()


@pytest.mark.matrix
@pytest.mark.parametrize(("deed", "words"), AFTERWARDS)
def test_no_verdict_after_the_fixes(deed: str, words: str, repo: GitRepo, stomper: Stomper, leaks: Leaks) -> None:
    gate_repo(repo, 3, files={"conftest.py": AFTER.format(deed=deed)}, tests=LIMIT)
    base, state = repo.head, repo.checkout_state()
    result = stomper.run(repo, "fix").check(3)
    assert "not to be trusted: " in result.out
    assert words in result.out
    assert repo.checkout_state() == state
    (ref,) = repo.refs("refs/stomper")
    assert changed_paths(repo, base, ref) == modules(0, 1, 2)
    assert ref in result.out
    assert report_of(repo)["tests"]["final"]["verdict"] == "none"

    stomper.run(repo, "resume", "--test-validation", "none").check()
    assert changed_paths(repo, base) == modules(0, 1, 2)
    eventually(lambda: not leaks.find(), "nothing left behind")


@pytest.mark.thorough
def test_a_port_that_only_one_suite_can_have(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    port = PORT.format(name=f"\0{tmp_path}"[-90:])
    gate_repo(repo, 4, needed=[1], mode="full", files={"tests/test_more.py": port})
    stomper.run(repo, "fix", "-j", "4").check(1)
    assert dropped(repo) == {"m01.py": [proof(1)]}
    tests = report_of(repo)["tests"]
    assert tests["final"] == {"verdict": "green", "flaky": []}
    # Baseline, each of four files, the result; of the culprit's own only the file that was red was run again.
    assert (tests["runs"], tests["partial_runs"]) == (6, 4)


def test_interrupted_while_the_result_is_tested(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    wait = f"pathlib.Path({str(tmp_path / 'tested')!r}).touch()\n        time.sleep(600)"
    gate_repo(repo, 3, files={"conftest.py": AFTER.format(deed=wait)}, workflow="interrupt_grace = 0.1")
    base, state = repo.head, repo.checkout_state()
    running = stomper.start(repo, "fix")
    running.wait_until("checking the result as a whole")
    running.send(signal.SIGINT)
    running.result().check(130)
    assert repo.checkout_state() == state
    assert report_of(repo)["exit_code"] == 130
    assert last_run(repo).history().resumable

    stomper.run(repo, "resume", "--test-validation", "none").check()
    assert changed_paths(repo, base) == modules(0, 1, 2)


@pytest.mark.thorough
def test_interrupted_while_the_base_is_tested(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    hang = HANG.replace("import time", f"import time, pathlib\n    pathlib.Path({str(tmp_path / 'begun')!r}).touch()")
    gate_repo(repo, 2, mode="final", files={"tests/test_more.py": hang}, workflow="interrupt_grace = 0.1")
    state = repo.checkout_state()
    running = stomper.start(repo, "fix")
    eventually((tmp_path / "begun").exists, "the tests to begin")
    running.send(signal.SIGINT)
    result = running.result().check(130)
    assert "stopped before anything was planned" in result.err
    assert repo.checkout_state() == state


def test_what_is_copied_and_set_up_is_there_for_fixers_and_tests(repo: GitRepo, stomper: Stomper) -> None:
    need = fixer_table("need", ["sh", "-c", "test -f made.txt && test -f copied.txt"])
    environment = "[tool.stomper.environment.env]\nA = '1'\n"
    proof_of_it = "import os, pathlib\n\ndef test_made():\n    assert pathlib.Path('made.txt').exists()\n"
    files = {".gitignore": "*.txt\n", "tests/test_more.py": f"{proof_of_it}    assert os.environ['A'] == '1'\n"}
    gate_repo(repo, 2, files=files, keys="fixers = ['need', 'ruff']", tables=f"{environment}{need}")
    toml = repo.read("stomper.toml").decode()
    repo.write(
        "stomper.toml", toml.replace("python = ", "copy = ['copied.txt']\nsetup = ['touch made.txt']\npython = ")
    )
    repo.commit()
    repo.write("copied.txt", "")
    stomper.run(repo, "fix").check()
    assert report_of(repo)["tests"]["baseline"]["passed"] == 2
    assert results(repo, "m00.py") == [("need", "no-change"), ("ruff", "kept")]
    assert repo.git("ls-files", "*.txt") == ""
    assert not (repo.path / "made.txt").exists()
