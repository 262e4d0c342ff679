"""The record of lines that the tests of the base commit leave, from their run to what a worker asks of it."""

import sys
from pathlib import Path

import pytest

from stomper.checkers.mypy import MypyChecker
from stomper.fixers.annotate import AnnotateFixer
from stomper.fixers.codemods import CODEMODS, CodemodFixer
from stomper.git.trees import tree_entries
from stomper.project_tests import kept_records
from stomper.project_tests.kept_records import Keeper, keeper_of
from stomper.project_tests.line_record import LineRecord
from stomper.project_tests.results import SuiteResult
from stomper.project_tests.suite import Suite, read_tally
from stomper.project_tests.worktree_check import run_in
from stomper.run.base_tests import needs_record, needs_types
from stomper.settings import ProofSettings, Settings, TestSettings, Validation, WorkflowSettings
from tests.kit.projects import suite_of
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree

CODE = "def half(x):\n    if x > 1:\n        return x / 2\n    return None\n"
TESTS = "import ours\ndef test_two(): assert ours.half(2) == 1\ndef test_red(): assert ours.half(0) == 1\n"


def ready(repo: GitRepo, suite: Suite) -> Keeper:
    return keeper_of(suite, repo.git_dir / "stomper", tree_entries(repo.path, "HEAD"))


def recorded(repo: GitRepo, place: Path, suite: Suite) -> tuple[LineRecord, SuiteResult]:
    keeper = ready(repo, suite)
    with opened_worktree(repo, place) as tree:
        result = run_in(keeper.noting(suite), tree)
        return keeper.record(result), result


def commit(repo: GitRepo, **files: str) -> Suite:
    for name, content in files.items():
        repo.write(f"{name}.py", content)
    repo.commit()
    return suite_of(repo)


def test_only_tests_that_pass_stand_behind_a_line(repo: GitRepo, tmp_path: Path) -> None:
    record, result = recorded(repo, tmp_path, commit(repo, ours=CODE, test_a=TESTS))
    assert dict(record.runs("ours.py")) == {2: {"test_a::test_two"}, 3: {"test_a::test_two"}}
    assert record.imported("ours.py") == {1}
    assert record.runs("ours.py")[3] <= result.passed


def test_a_second_run_of_the_same_content_records_nothing(repo: GitRepo, tmp_path: Path) -> None:
    suite = commit(repo, ours=CODE, test_a=TESTS)
    first, _ = recorded(repo, tmp_path / "1", suite)
    keeper = ready(repo, suite)
    assert keeper.kept
    assert not keeper.noting(suite).notes_lines
    second, result = recorded(repo, tmp_path / "2", suite)
    assert result.lines is None
    assert (second, dict(second.runs("ours.py"))) == (first, dict(first.runs("ours.py")))
    repo.write("other.py", "x = 1\n")
    repo.commit()
    assert not ready(repo, suite).kept


def test_types_are_kept_with_the_lines(repo: GitRepo, tmp_path: Path) -> None:
    red = "import sys\ndef test_profile(): assert sys.getprofile() is None\n"
    suite, state = commit(repo, ours=CODE, test_a=TESTS, test_b=red), repo.git_dir / "stomper"
    entries = tree_entries(repo.path, "HEAD")
    recorded(repo, tmp_path / "1", suite)
    keeper = keeper_of(suite, state, entries, types=True)
    assert not keeper.kept  # a record of lines alone
    with opened_worktree(repo, tmp_path / "2") as tree:
        result = run_in(keeper.noting(suite), tree)
        record = keeper.record(result)
    assert record.types("ours.py") == {(1, "half"): {"x": ("int",), "return": ("None", "float")}}
    assert "test_b::test_profile" in result.passed
    assert keeper_of(suite, state, entries, types=True).kept
    assert keeper_of(suite, state, entries).kept


@pytest.mark.parametrize(
    ("settings", "needed"),
    [
        (Settings(checkers=("mypy",)), True),
        (Settings(checkers=("ruff",)), False),
        (Settings(checkers=("mypy",), tests=TestSettings(record_types=False)), False),
    ],
)
def test_types_are_noted_only_if_annotations_may_come_of_them(settings: Settings, needed: bool) -> None:
    fixers = (AnnotateFixer(MypyChecker("mypy", sys.executable)), CodemodFixer(CODEMODS[0]))
    assert needs_types(settings, fixers) is needed
    assert not needs_types(settings, fixers[1:])
    assert not needs_types(settings, (AnnotateFixer(None),))


def test_other_commands_have_no_record_and_say_so(repo: GitRepo, tmp_path: Path) -> None:
    commit(repo, ours=CODE)
    record, _ = recorded(repo, tmp_path, suite_of(repo, (sys.executable, "-c", "import ours; ours.half(2)")))
    assert (record.why, record.folder) == (kept_records.NO_PYTHON, None)


@pytest.mark.parametrize(
    ("proof", "mode", "needed"),
    [
        (ProofSettings(), "final", True),
        (ProofSettings("none"), "final", True),
        (ProofSettings("proved"), "final", False),
        (ProofSettings("proved"), "quick", True),
        (ProofSettings("safe", codes=(("E711", "tested"),)), "full", True),
        (ProofSettings("safe", paths=(("src/**", "proved"),)), "full", False),
    ],
)
def test_lines_are_recorded_only_if_anything_depends_on_them(
    proof: ProofSettings, mode: Validation, needed: bool
) -> None:
    assert needs_record(Settings(proof=proof, workflow=WorkflowSettings(test_validation=mode))) is needed


@pytest.mark.thorough
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="no tracer is needed")
@pytest.mark.parametrize(
    "disturbed",
    [
        "def test_trace(): assert sys.gettrace() is None\n",
        "@pytest.mark.skipif('sys.gettrace()')\ndef test_trace(): pass\n",
    ],
)
def test_a_test_that_does_not_bear_a_recorder_counts_as_it_is_without(
    disturbed: str, repo: GitRepo, tmp_path: Path
) -> None:
    suite = commit(repo, ours=CODE, test_a=TESTS, test_b="import sys, pytest\n" + disturbed)
    record, result = recorded(repo, tmp_path, suite)
    assert result.passed == {"test_a::test_two", "test_b::test_trace"}
    assert record.runs("ours.py")[3] == {"test_a::test_two"}
    assert (read_tally(suite.tally).runs, read_tally(suite.tally).partial_runs) == (2, 1)


@pytest.mark.thorough
def test_what_is_skipped_and_red_also_without_costs_no_second_whole_run(repo: GitRepo, tmp_path: Path) -> None:
    suite = commit(repo, ours=CODE, test_a=TESTS)
    recorded(repo, tmp_path, suite)
    assert (read_tally(suite.tally).runs, read_tally(suite.tally).partial_runs) == (1, 1)


@pytest.mark.thorough
@pytest.mark.usefixtures("plugins")
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="both see all lines there")
def test_where_coverage_traces_the_tests_run_once_more_for_the_record(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("pytest.ini", "[pytest]\naddopts = --cov=. --cov-fail-under=10\n")
    record, result = recorded(repo, tmp_path, commit(repo, ours=CODE, test_a=TESTS))
    assert not record.why
    assert record.runs("ours.py")[3] == {"test_a::test_two"}
    assert result.passed == {"test_a::test_two"}
