"""A run of a project's tests: what real pytest, and any other command, is understood to say."""

import dataclasses
import sys
from pathlib import Path

import pytest

from stomper import process
from stomper.git.trees import tree_entries
from stomper.project_tests.find_commands import find_commands
from stomper.project_tests.results import WHOLE
from stomper.project_tests.suite import read_tally
from tests.kit.projects import project_of, suite_in_tree, suite_of
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree

MANY = """\
import unittest
import pytest

def test_good(): pass
def test_bad(): assert 0
@pytest.mark.skip
def test_skipped(): pass
@pytest.mark.xfail
def test_expected(): assert 0
@pytest.fixture
def broken(): raise ValueError
def test_error(broken): pass
@pytest.fixture
def torn():
    yield
    raise ValueError
def test_teardown(torn): pass
class TestClass:
    @pytest.mark.parametrize("word", ["plain", "a/b", "ü"])
    def test_words(self, word): pass
class Old(unittest.TestCase):
    def test_old(self): pass
"""
RED_AND_GREEN = "def test_red(): assert 0\ndef test_green(): pass\n"


def test_each_test_by_its_id(repo: GitRepo, tmp_path: Path) -> None:
    with suite_in_tree(repo, tmp_path, {"tests/test_many.py": MANY}) as (suite, tree):
        result = suite.run(tree)
    words = [f"tests.test_many.TestClass::test_words[{word}]" for word in ("plain", "a/b", "\\xfc")]
    assert result.passed == {"tests.test_many::test_good", *words, "tests.test_many.Old::test_old"}
    assert result.failed == {f"tests.test_many::test_{name}" for name in ("bad", "error", "teardown")}
    assert (result.problem, result.uncollected, result.empty) == ("", "", False)
    assert set(result.files.values()) == {"tests/test_many.py"}
    assert "assert 0" in result.log


def test_a_module_that_cannot_be_loaded_fails_beside_the_others(repo: GitRepo, tmp_path: Path) -> None:
    files = {"test_a.py": "def test_a(): pass\n", "test_b.py": "import nothere\n", "test_c.py": "def test_c(): pass\n"}
    with suite_in_tree(repo, tmp_path, files) as (suite, tree):
        result = suite.run(tree)
    assert result.passed == {"test_a::test_a", "test_c::test_c"}
    assert result.failed == {"test_b"}
    assert (result.problem, result.uncollected) == ("", "")


def test_nothing_can_be_loaded(repo: GitRepo, tmp_path: Path) -> None:
    skipped = "import pytest\npytest.skip('no', allow_module_level=True)\n"
    with suite_in_tree(repo, tmp_path, {"test_b.py": "import nothere\n", "test_c.py": skipped}) as (suite, tree):
        result = suite.run(tree)
    assert "No module named 'nothere'" in result.uncollected
    assert result.failed == {"test_b"}


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"conftest.py": "import nothere\n"}, "No module named 'nothere'"),
        ({"pytest.ini": "[pytest]\naddopts = --no-such-option\n"}, "exit code 4"),
    ],
)
def test_pytest_itself_cannot_start(files: dict[str, str], words: str, repo: GitRepo, tmp_path: Path) -> None:
    """Where tests could run before, whoever changed that is to blame: none of them passes."""
    with suite_in_tree(repo, tmp_path, {"test_a.py": "def test_a(): pass\n", **files}) as (suite, tree):
        result = suite.run(tree)
    assert words in result.uncollected
    assert (result.problem, result.passed) == ("", frozenset())


@pytest.mark.parametrize("content", ["", "import pytest\npytest.skip('no', allow_module_level=True)\n"])
def test_no_tests(content: str, repo: GitRepo, tmp_path: Path) -> None:
    with suite_in_tree(repo, tmp_path, {"test_b.py": content}) as (suite, tree):
        result = suite.run(tree)
    assert result.empty
    assert result.problem == "no tests were found"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"conftest.py": "import pytest\ndef pytest_runtest_setup(): pytest.exit('no', 9)\n"}, "exit code 9"),
        ({"conftest.py": "def pytest_runtestloop(): raise ValueError('inside')\n"}, "exit code 3"),
        ({"conftest.py": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"}, "killed by SIGKILL"),
    ],
)
def test_a_crash_is_no_verdict(files: dict[str, str], words: str, repo: GitRepo, tmp_path: Path) -> None:
    with suite_in_tree(repo, tmp_path, {"test_a.py": "def test_a(): pass\n", **files}) as (suite, tree):
        result = suite.run(tree)
    assert words in result.problem
    assert not result.passed | result.failed


@pytest.mark.parametrize("words", [["-p", "no:cacheprovider"], ["--strict-config"], ["-p", "no:legacypath"]])
def test_a_strict_configuration_with_pytests_own_plugins_and_without(
    words: list[str], repo: GitRepo, tmp_path: Path
) -> None:
    config = "[pytest]\nfilterwarnings = error\n"
    with suite_in_tree(repo, tmp_path, {"pytest.ini": config, "test_a.py": "def test_a(): pass\n"}) as (suite, tree):
        result = suite.with_words(*words).run(tree)
    assert (result.passed, result.problem) == (frozenset({"test_a::test_a"}), "")
    assert not (tree.root / ".pytest_cache").exists()


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize(
    "words",
    [
        "-x --nf",
        pytest.param("--maxfail=1", marks=pytest.mark.matrix),
        pytest.param("--sw --sw-skip", marks=pytest.mark.matrix),
        "--lf --lfnf=none",
        pytest.param("--ff --cache-clear", marks=pytest.mark.matrix),
        "-n 2 --maxfail=1",
        pytest.param("--junitxml=out.xml --strict-config -p no:junitxml", marks=pytest.mark.matrix),
        pytest.param("-p no:cacheprovider -W error", marks=pytest.mark.matrix),
    ],
)
def test_every_test_is_run_whatever_options_would_end_it_early(words: str, repo: GitRepo, tmp_path: Path) -> None:
    files = {"pytest.ini": f"[pytest]\naddopts = {words}\n", "test_a.py": RED_AND_GREEN}
    with suite_in_tree(repo, tmp_path, files) as (suite, tree):
        for _ in range(2):  # the second time there is something to go by
            result = suite.run(tree)
            assert result.passed == {"test_a::test_green"}
            assert result.failed == {"test_a::test_red"}
        assert result.problem == ""
        assert tree.snapshot() == {}


@pytest.mark.parametrize(
    "deed",
    [
        "pytest.exit('enough', returncode=0)",
        "item.session.shouldstop = 'enough'",
        pytest.param("item.session.shouldfail = 'enough'", marks=pytest.mark.matrix),
        "os._exit(0)",
        pytest.param("raise KeyboardInterrupt", marks=pytest.mark.matrix),
        "os.kill(os.getpid(), signal.SIGSEGV)",
    ],
)
def test_a_suite_that_ends_early_is_no_verdict(deed: str, repo: GitRepo, tmp_path: Path) -> None:
    conftest = f"import os, signal, pytest\ndef pytest_runtest_teardown(item):\n    {deed}\n"
    with suite_in_tree(repo, tmp_path, {"conftest.py": conftest, "test_a.py": RED_AND_GREEN}) as (suite, tree):
        result = suite.run(tree)
    assert "the tests ended early: 1 of 2 were not run (test_a.py::test_green)" in result.problem
    assert result.cut_short
    assert not result.passed | result.failed


@pytest.mark.thorough
def test_a_suite_that_is_killed_in_its_first_test_is_no_verdict(repo: GitRepo, tmp_path: Path) -> None:
    content = "import os, signal\ndef test_a(): os.kill(os.getpid(), signal.SIGSEGV)\ndef test_b(): pass\n"
    with suite_in_tree(repo, tmp_path, {"test_a.py": content}) as (suite, tree):
        result = suite.run(tree)
    assert result.cut_short
    assert "2 of 2 were not run" in result.problem


@pytest.mark.parametrize("words", ["--co", pytest.param("--setup-only", marks=pytest.mark.matrix)])
def test_tests_that_are_only_listed_are_not_run(words: str, repo: GitRepo, tmp_path: Path) -> None:
    files = {"pytest.ini": f"[pytest]\naddopts = {words}\n", "test_a.py": RED_AND_GREEN}
    with suite_in_tree(repo, tmp_path, files) as (suite, tree):
        result = suite.run(tree)
    assert "the tests ended early: 2 of 2 were not run" in result.problem
    assert result.cut_short


def test_what_does_not_guard_is_told_apart(repo: GitRepo, tmp_path: Path) -> None:
    files = {"pytest.ini": "[pytest]\naddopts = -k 'not good'\n", "tests/test_many.py": MANY}
    files["test_later.py"] = "import pytest\npytest.importorskip('nothere')\n"
    with suite_in_tree(repo, tmp_path, files) as (suite, tree):
        result = suite.run(tree)
    assert result.skipped == {"tests.test_many::test_skipped", "test_later"}
    assert result.expected == {"tests.test_many::test_expected"}
    assert result.deselected == 1
    assert result.modules == {"test_later"}


def test_a_test_has_the_same_id_in_every_tree(repo: GitRepo, tmp_path: Path) -> None:
    content = "import pytest\n@pytest.mark.parametrize('place', [1], ids=[__file__])\ndef test_a(place): pass\n"
    with suite_in_tree(repo, tmp_path, {"sub/test_a.py": content}) as (suite, tree):
        assert suite.run(tree).passed == {"sub.test_a::test_a[./sub/test_a.py]"}


def test_a_hanging_suite_is_ended(repo: GitRepo, tmp_path: Path) -> None:
    with suite_in_tree(repo, tmp_path, {"test_a.py": "import time\ndef test_a(): time.sleep(600)\n"}) as (suite, tree):
        result = dataclasses.replace(suite, timeout=2.0).run(tree)
    assert "still running after" in result.problem


def test_some_files_only(repo: GitRepo, tmp_path: Path) -> None:
    files = {f"test_{name}.py": f"def test_{name}(): pass\n" for name in "ab"}
    with suite_in_tree(repo, tmp_path, files) as (suite, tree):
        assert suite.run(tree, ["test_b.py"]).passed == {"test_b::test_b"}
        assert suite.run(tree).passed == {"test_a::test_a", "test_b::test_b"}
        assert tree.snapshot() == {}
    tally = read_tally(suite.tally)
    assert (tally.runs, tally.partial_runs) == (1, 1)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "files",
    [
        {"sub/pytest.ini": "[pytest]\naddopts = -k nothing\n"},
        pytest.param({"sub/pytest.ini": "[pytest]\naddopts = --unknown\n"}, marks=pytest.mark.matrix),
        pytest.param(
            {"sub/tox.ini": "[pytest]\naddopts = -k nothing\n", "pytest.ini": "[pytest]\n"}, marks=pytest.mark.matrix
        ),
    ],
)
def test_a_part_goes_by_the_configuration_of_the_whole(files: dict[str, str], repo: GitRepo, tmp_path: Path) -> None:
    """pytest takes a file beside the tests for that of the whole only where it is asked for these tests alone."""
    more = {
        "sub/test_a.py": "def test_a(own): pass\n",
        "conftest.py": "import pytest\n@pytest.fixture\ndef own(): pass\n",
    }
    with suite_in_tree(repo, tmp_path, {**files, **more}) as (suite, tree):
        whole = suite.run(tree)
        part = suite.going_by(whole.origins).run(tree, ["sub/test_a.py"])
    assert part.passed == whole.passed == {"sub.test_a::test_a"}


def test_red_for_another_reason_than_a_test(repo: GitRepo, tmp_path: Path) -> None:
    strict = "def pytest_sessionfinish(session): session.exitstatus = 1\n"
    with suite_in_tree(repo, tmp_path, {"conftest.py": strict, "test_a.py": "def test_a(): pass\n"}) as (suite, tree):
        result = suite.run(tree)
        part = suite.run(tree, ["test_a.py"])
    assert result.passed == part.passed == {"test_a::test_a"}
    assert result.failed == {WHOLE}
    assert part.failed == set()  # how much of the code a part covers says nothing


@pytest.mark.parametrize(("code", "red"), [(0, False), (1, True), (7, True)])
def test_any_command_is_one_test(code: int, red: bool, repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file("a.py", "")
    suite = suite_of(repo, ["sh", "-c", f"echo said; exit {code}"])
    with opened_worktree(repo, tmp_path) as tree:
        result = suite.run(tree)
    assert not suite.by_id
    assert (result.failed if red else result.passed) == {WHOLE}
    assert not (result.passed if red else result.failed)
    assert "said" in result.log


def test_a_command_that_writes_junit_tells_tests_apart(repo: GitRepo, tmp_path: Path) -> None:
    script = """cat >"$0" <<END
<testsuites><testsuite><testcase classname="cart" name="adds"/>
<testcase classname="cart" name="pays"><failure/></testcase></testsuite></testsuites>
END
exit 3"""
    repo.commit_file("a.py", "")
    suite = suite_of(repo, ["sh", "-c", script, "{junit}"])
    with opened_worktree(repo, tmp_path) as tree:
        result = suite.run(tree)
    assert suite.by_id
    assert not suite.takes_paths
    assert result.passed == {"cart::adds"}
    assert result.failed == {"cart::pays"}
    assert not result.problem


@pytest.mark.parametrize(("script", "words"), [("exit 1", "exit code 1"), ('echo "<half" >"$0"', "cannot be read")])
def test_a_command_that_writes_no_junit_although_it_should(
    script: str, words: str, repo: GitRepo, tmp_path: Path
) -> None:
    repo.commit_file("a.py", "")
    with opened_worktree(repo, tmp_path) as tree:
        assert words in suite_of(repo, ["sh", "-c", script, "{junit}"]).run(tree).problem


def test_a_command_that_cannot_be_started(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file("a.py", "")
    with opened_worktree(repo, tmp_path) as tree:
        assert "cannot start no-such-program" in suite_of(repo, ["no-such-program"]).run(tree).problem


@pytest.mark.parametrize(
    ("command", "is_pytest"),
    [
        ("pytest -x", True),
        ("/opt/bin/py.test", True),
        ("python3.12 -m pytest tests", True),
        ("uv run pytest", True),
        ("poetry run python -m pytest", True),
        ("make pytest", False),
        ("tox -e pytest", False),
        ("coverage run -m pytest", False),
    ],
)
def test_which_commands_are_pytest(command: str, is_pytest: bool, repo: GitRepo) -> None:
    repo.commit_file("a.py", "")
    assert suite_of(repo, command.split()).takes_paths is is_pytest


def test_without_pytest_there_is_no_suite(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file("test_a.py", "def test_a(): pass\n")
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -IS "$@"\n')
    bare.chmod(0o755)
    project = dataclasses.replace(project_of(repo), python=str(bare))
    found = find_commands(project, tree_entries(repo.path, "HEAD"))
    assert (found.commands, found.absent) == ((), False)
    assert "has no pytest" in found.why_not
    assert "test_a.py" in found.why_not


def test_what_is_stopped_is_no_verdict(repo: GitRepo, tmp_path: Path) -> None:
    with suite_in_tree(repo, tmp_path, {"test_a.py": "def test_a(): pass\n"}) as (suite, tree):
        process.request_stop(0)
        result = suite.run(tree)
        process.withdraw_stop()
    assert "stopped" in result.problem
    assert not result.passed | result.failed


UNITTESTS = """\
import unittest
class Red(unittest.TestCase):
    def test_bad(self): assert 0
class Some(unittest.TestCase):
    def test_good(self): pass
    @unittest.skip("no")
    def test_skipped(self): pass
    @unittest.expectedFailure
    def test_expected(self): assert 0
    def test_parts(self):
        with self.subTest(): assert 0
"""


def test_unittest_tells_tests_apart_too(repo: GitRepo, tmp_path: Path) -> None:
    files = {"tests/__init__.py": "", "tests/test_a.py": UNITTESTS, "tests/test_lost.py": "import nothere\n"}
    with suite_in_tree(repo, tmp_path, files) as (_, tree):
        result = suite_of(repo, [sys.executable, "-m", "unittest", "--failfast"]).run(tree)
        assert tree.snapshot() == {}
    some = "tests.test_a.Some::test_"
    assert result.passed == {f"{some}good"}
    assert result.failed == {"tests.test_a.Red::test_bad", f"{some}parts", "tests.test_lost"}
    assert (result.skipped, result.expected) == (frozenset({f"{some}skipped"}), frozenset({f"{some}expected"}))
    assert result.modules == {"tests.test_lost"}
    assert (result.problem, result.uncollected) == ("", "")


@pytest.mark.thorough
def test_unittests_that_end_early_are_no_verdict(repo: GitRepo, tmp_path: Path) -> None:
    content = UNITTESTS.replace("test_good(self): pass", "test_good(self): __import__('os')._exit(0)")
    with suite_in_tree(repo, tmp_path, {"test_a.py": content}) as (_, tree):
        result = suite_of(repo, [sys.executable, "-m", "unittest"]).run(tree)
    assert result.cut_short
    assert "the tests ended early" in result.problem


def test_a_program_that_only_has_the_name_of_pytest_is_no_verdict(repo: GitRepo, tmp_path: Path) -> None:
    script = tmp_path / "pytest"
    script.write_text("#!/bin/sh\necho all is well\n")
    script.chmod(0o755)
    with suite_in_tree(repo, tmp_path, {"test_a.py": "def test_a(): pass\n"}) as (_, tree):
        result = suite_of(repo, [str(script)]).run(tree)
    assert "all is well" in result.problem
    assert not result.empty


def test_no_unittests(repo: GitRepo, tmp_path: Path) -> None:
    with suite_in_tree(repo, tmp_path, {"test_a.py": ""}) as (_, tree):
        assert suite_of(repo, [sys.executable, "-m", "unittest"]).run(tree).empty
