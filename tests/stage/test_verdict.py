"""Before against after: what counts as broken, which diagnostics are new, which tests are only flaky."""

import dataclasses
from pathlib import Path

import pytest

from stomper.checkers.completeness import not_checked
from stomper.models import Diagnostic, Severity
from stomper.project_tests.per_file import Tester, affected_by_file, affected_tests
from stomper.project_tests.results import SuiteResult
from stomper.project_tests.suite import read_tally
from stomper.project_tests.verdict import BaseResults, Verdict, added_diagnostics, deterministic
from tests.kit.fakes import real_tool
from tests.kit.projects import suite_in_tree, suite_of
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree

# Fails at the calls whose numbers are in the file NUMBERS, in every tree alike.
COUNTED = """\
import pathlib
def test_counted():
    calls = pathlib.Path({calls!r})
    with calls.open("a") as file:
        file.write("x")
    assert str(len(calls.read_text())) not in {numbers!r}.split()
def test_good(): pass
"""
NAME = "test_counted::test_counted"


def names(*values: str) -> frozenset[str]:
    return frozenset(values)


def test_broken_is_what_passed_and_does_not_any_more_or_is_new_and_fails() -> None:
    results = BaseResults(passed=names("good", "later_red", "gone", "skipped"), failed=names("known"))
    result = SuiteResult(passed=names("good"), failed=names("later_red", "known", "new"))
    assert results.broken_by(result) == {"later_red", "gone", "skipped", "new"}
    assert results.broken_by(SuiteResult(passed=results.passed | results.failed)) == set()


def test_of_a_part_only_what_is_in_its_files_can_be_missing() -> None:
    files = {"a": "test_a.py", "b": "test_b.py"}
    results = BaseResults(passed=names("a", "b"), files=files)
    assert results.broken_by(SuiteResult(), ["test_a.py"]) == {"a"}
    assert results.broken_by(SuiteResult()) == {"a", "b"}


def test_what_guarded_nothing_may_not_vanish_all_the_same() -> None:
    results = BaseResults(failed=names("red", "lost"), skipped=names("skipped"), expected=names("xfail"))
    assert results.broken_by(SuiteResult()) == {"red", "lost", "skipped", "xfail"}
    assert results.broken_by(SuiteResult(names("red", "xfail"), names("lost"), skipped=names("skipped"))) == set()
    loaded = dataclasses.replace(results, modules=names("lost"))
    assert loaded.broken_by(SuiteResult(names("red", "skipped", "xfail", "lost.test"))) == set()


def test_a_verdict_names_its_witnesses() -> None:
    verdict = Verdict(tests=names("b", "a"), diagnostics=names("mypy: x"))
    assert verdict.red
    assert verdict.witnesses == ("a", "b", "mypy: x")
    assert not Verdict(problem="no verdict").red


def found(line: int, path: str = "a.py", code: str = "F401", message: str = "`os` unused") -> Diagnostic:
    return Diagnostic("ruff", code, message, path, line, 1, Severity.ERROR)


def test_a_diagnostic_that_moved_is_not_new() -> None:
    assert added_diagnostics([found(3)], [found(9)]) == set()


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ([found(3), found(4)], "ruff: a.py: F401 `os` unused"),
        ([found(3, path="b.py")], "ruff: b.py: F401 `os` unused"),
        ([found(3, code="F841")], "ruff: a.py: F841 `os` unused"),
        ([found(3, message="`re` unused")], "ruff: a.py: F401 `re` unused"),
    ],
)
def test_a_new_diagnostic_is_named(after: list[Diagnostic], words: str) -> None:
    assert added_diagnostics([found(3)], after) == {words}


def test_what_a_tool_says_of_a_file_that_it_could_not_look_at_before_is_not_new() -> None:
    """It may have been there; that the tool cannot look any more is new."""
    blind = not_checked("ruff", "a.py", "no")
    assert added_diagnostics([blind], [found(3)]) == set()
    assert added_diagnostics([blind], [found(3, path="b.py")]) == {"ruff: b.py: F401 `os` unused"}
    assert added_diagnostics([found(3)], [blind]) == {"ruff: a.py: not-checked no"}


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("red_at", "certain"),
    [
        ("1 2 3", True),  # the first run and both on the new tree; the base was green both times
        ("1 2", False),  # green once on the new tree
        ("1 2 3 5", False),  # red once on the base
    ],
)
def test_a_test_counts_if_it_fails_each_time_here_and_never_there(
    red_at: str, certain: bool, repo: GitRepo, tmp_path: Path
) -> None:
    content = COUNTED.format(calls=str(tmp_path / "calls"), numbers=red_at)
    with suite_in_tree(repo, tmp_path, {"test_counted.py": content, "test_b.py": "def test_b(): pass\n"}) as (
        suite,
        tree,
    ):
        first = suite.run(tree)
        assert first.failed == {NAME}
        results = BaseResults(first.passed, files=first.files)
        assert deterministic(suite, results, first.failed, 2, tree, lambda: tree) == ({NAME} if certain else set())
    tally = read_tally(suite.tally)
    assert tally.flaky == (set() if certain else {NAME})
    assert tally.runs == 1
    assert tally.partial_runs >= 1


def test_without_reruns_everything_counts(repo: GitRepo, tmp_path: Path) -> None:
    with suite_in_tree(repo, tmp_path, {"test_a.py": "def test_a(): pass\n"}) as (suite, tree):
        assert deterministic(suite, BaseResults(), names("test_a::test_a"), 0, tree, lambda: tree) == {"test_a::test_a"}
    assert read_tally(suite.tally).runs == 0


def test_a_fixed_file_is_judged_against_its_base(repo: GitRepo, tmp_path: Path) -> None:
    files = {"a.py": "X = 1\n", "test_a.py": "import a\ndef test_x(): assert a.X == 1\ndef test_bad(): assert 0\n"}
    with suite_in_tree(repo, tmp_path, files) as (suite, tree):
        before = suite.run(tree)
        tester = Tester(suite, BaseResults.of(before), reruns=1)
        assert dataclasses.replace(tester.judge(tree, "a.py"), log="") == Verdict()
        (tree.root / "a.py").write_text("X = 2\n")
        assert tester.judge(tree, "a.py").tests == {"test_a::test_x"}


@pytest.mark.parametrize("content", ["", "def test_other(): pass\n"])
def test_affected_files_without_their_tests_are_broken(content: str, repo: GitRepo, tmp_path: Path) -> None:
    files = {"a.py": "X = 1\n", "test_a.py": "import a\ndef test_x(): pass\n"}
    with suite_in_tree(repo, tmp_path, files) as (suite, tree):
        before = suite.run(tree)
        results = BaseResults.of(before)
        tester = Tester(suite, results, reruns=0, affected={"a.py": ("test_a.py",)})
        (tree.root / "test_a.py").write_text(content)
        assert tester.judge(tree, "a.py").tests == {"test_a::test_x"}


def test_a_file_that_no_test_imports_is_not_tested(repo: GitRepo, tmp_path: Path) -> None:
    with suite_in_tree(repo, tmp_path, {"a.py": "", "test_b.py": "def test_b(): assert 0\n"}) as (suite, tree):
        tester = Tester(suite, BaseResults(), reruns=0, affected={"a.py": ()})
        assert tester.judge(tree, "a.py") == Verdict()
        assert tester.judge(tree, "unknown.py").tests == {"test_b::test_b"}


def test_the_import_graph_of_a_project(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("lib/app/__init__.py", "")
    repo.write("lib/app/low.py", "X = 1\n")
    repo.write("lib/app/high.py", "from app.low import X\n")
    repo.write("lib/app/shared.py", "Y = 1\n")
    repo.write("tests/conftest.py", "import app.shared\n")
    repo.write("tests/test_high.py", "from app import high\n")
    repo.write("checks/check_low.py", "from app.low import X\n")
    repo.commit()
    ruff = real_tool("ruff")
    assert ruff is not None
    with opened_worktree(repo, tmp_path) as tree:
        graph = affected_tests(ruff, tree, ["lib"], {"checks/check_low.py"})
        assert affected_tests(ruff, tree, ["."], ()).get("lib/app/low.py") != graph["lib/app/low.py"]
    assert graph["lib/app/low.py"] == ("checks/check_low.py", "tests/test_high.py")
    assert graph["lib/app/high.py"] == ("tests/test_high.py",)
    assert graph["tests/test_high.py"] == ("tests/test_high.py",)
    assert "lib/app/shared.py" not in graph


def test_tests_that_ruff_leaves_out_may_import_any_file(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("ruff.toml", 'extend-exclude = ["tests"]\n')
    repo.write("a.py", "X = 1\n")
    repo.write("test_b.py", "import a\n")
    repo.commit_file("tests/test_a.py", "import a\n")
    ruff = real_tool("ruff")
    assert ruff is not None
    with opened_worktree(repo, tmp_path) as tree:
        graph = affected_tests(ruff, tree, ["."], {"tests/test_a.py", "test_b.py"})
    assert graph["a.py"] == ("test_b.py", "tests/test_a.py")


def test_tests_are_reached_over_any_number_of_steps_and_circles() -> None:
    graph = {"a.py": ["b.py"], "b.py": ["c.py", "a.py"], "c.py": ["test_c.py"], "lonely.py": []}
    assert affected_by_file(graph, ()) == {
        "a.py": ("test_c.py",),
        "b.py": ("test_c.py",),
        "c.py": ("test_c.py",),
        "lonely.py": (),
    }


def test_a_command_of_its_own_is_run_as_a_whole_again(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file("a.py", "")
    suite = suite_of(repo, ["sh", "-c", 'test "$#" = 0'])
    with opened_worktree(repo, tmp_path) as tree:
        assert suite.run(tree, ["test_a.py"]).failed == set()
