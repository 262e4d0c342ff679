"""`quick` runs the tests that run the changed lines, and those only."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from stomper.git.trees import tree_entries
from stomper.project_tests.kept_records import keeper_of
from stomper.project_tests.per_file import Tester
from stomper.project_tests.suite import Suite, read_tally
from stomper.project_tests.verdict import BaseResults, Verdict
from stomper.project_tests.worktree_check import run_in
from stomper.proof.tests_to_run import choose_tests
from stomper.workspace.worktree import Worktree
from tests.kit.projects import suite_in_tree
from tests.kit.repo import GitRepo

CODE = """\
LIMIT = 3

def half(x):
    if x > LIMIT:
        return x / 2
    return None

def unused(x):
    return x
"""
TESTS = """\
import pytest, ours
@pytest.mark.parametrize("word", ["a::b", "c"])
def test_half(word): assert ours.half(4) == 2
def test_none(): assert ours.half(2) is None
def test_import(): assert ours
"""
FILES = {"ours.py": CODE, "test_a.py": TESTS, "test_b.py": "import ours\ndef test_b(): pass\n"}
GRAPH = {"ours.py": ("test_a.py", "test_b.py")}


@dataclass(frozen=True)
class Quick:
    """A tester by lines, and what its next run takes."""

    tester: Tester
    tree: Worktree

    def judge(self, old: str, new: str) -> tuple[Verdict, set[str]]:
        """The verdict about a change of the code, and the tests that were run for it."""
        record = self.tree.scratch / "pytest-plugin" / "stomper_pytest_plugin.jsonl"
        record.unlink(missing_ok=True)
        (self.tree.root / "ours.py").write_text(CODE.replace(old, new))
        verdict = self.tester.judge(self.tree, "ours.py")
        lines = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
        run = {node for line in lines for node in line.get("selected", ())}
        return verdict, {node.partition("::")[2] for node in run}


@pytest.fixture
def quick(repo: GitRepo, tmp_path: Path) -> Iterator[Quick]:
    with suite_in_tree(repo, tmp_path, FILES) as (suite, tree):
        keeper = keeper_of(suite, repo.git_dir / "stomper", tree_entries(repo.path, "HEAD"))
        result = run_in(keeper.noting(suite), tree)
        choose = partial(choose_tests, keeper.record(result))
        yield Quick(Tester(suite.going_by(result.origins), BaseResults.of(result), 0, GRAPH, choose), tree)


@pytest.mark.parametrize(
    ("old", "new", "run", "red"),
    [
        pytest.param("x / 2", "x / 2.0", "test_half[a::b] test_half[c]", "", id="branch"),
        pytest.param("x / 2", "x", "test_half[a::b] test_half[c]", "test_half[a::b] test_half[c]", id="red"),
        pytest.param("return None", "return 0", "test_none", "test_none", id="one test"),
        pytest.param("    return x\n", "    return 0\n", "", "", id="not run"),
        pytest.param(
            "LIMIT = 3", "LIMIT = 9", "test_half[a::b] test_half[c] test_none test_import test_b",
            "test_half[a::b] test_half[c]", id="also at import",
        ),
    ],
)  # fmt: skip
def test_what_runs_the_changed_lines_is_run(old: str, new: str, run: str, red: str, quick: Quick) -> None:
    verdict, ran = quick.judge(old, new)
    assert ran == set(run.split())
    assert {name.partition("::")[2] for name in verdict.tests} == set(red.split())


def test_what_no_test_runs_costs_no_run(quick: Quick) -> None:
    before = read_tally(quick.tester.suite.tally)
    quick.judge("    return x\n", "    return 0\n")
    assert read_tally(quick.tester.suite.tally) == before


def test_other_files_changed_too_ask_for_all_that_import_this_one(quick: Quick) -> None:
    (quick.tree.root / "other.py").write_text("")
    _, ran = quick.judge("return None", "return 0")
    assert len(ran) == 5


def test_a_record_that_is_not_whole_chooses_nothing(quick: Quick) -> None:
    assert isinstance(quick.tester.choose, partial)
    record = replace(quick.tester.choose.args[0], why="somebody traces")
    assert choose_tests(record, "ours.py", b"x", b"y") is None
    assert choose_tests(quick.tester.choose.args[0], "test_c.py", b"x", b"y") is None


def test_a_test_that_is_gone_is_broken_and_others_are_not_missed(quick: Quick) -> None:
    only = ["test_a.py::test_none", "test_b.py"]
    suite, results = quick.tester.suite, quick.tester.before
    result = suite.run(quick.tree, only)
    assert result.passed == {"test_a::test_none", "test_b::test_b"}
    assert not results.broken_by(result, {"test_b.py"}, {"test_a::test_none"})
    (quick.tree.root / "test_a.py").write_text("")
    (quick.tree.root / "test_b.py").write_text("def test_b(): pass\n")
    again = suite.run(quick.tree, only)
    assert results.broken_by(again, {"test_b.py"}, {"test_a::test_none"}) == {"test_a::test_none"}


def test_more_tests_than_a_command_can_name(repo: GitRepo, tmp_path: Path) -> None:
    many = "import pytest\n@pytest.mark.parametrize('n', range(4000))\ndef test_n(n): pass\n"
    files = {"test_a.py": many, **{f"test_{n:0>200}.py": "def test_x(): pass\n" for n in range(300)}}
    with suite_in_tree(repo, tmp_path, files) as (suite, tree):
        nodes = [f"test_a.py::test_n[{n}]" for n in range(0, 4000, 2)]
        assert len(_run(suite, tree, nodes)) == 2000
        others = [f"test_{n:0>200}.py::test_x" for n in range(299)]
        assert len(_run(suite, tree, [*others, "test_a.py::test_n[1]"])) == 300


def _run(suite: Suite, tree: Worktree, only: list[str]) -> frozenset[str]:
    return suite.run(tree, only).passed
