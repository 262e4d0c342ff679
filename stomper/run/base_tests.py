"""The tests before anything is changed: whether there is a verdict to be had at all, and what is red already."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from stomper.errors import StomperError, ToolError
from stomper.fixers.base import Fixer, is_ours
from stomper.git.trees import Entry
from stomper.models import Diagnostic
from stomper.project.find_tools import tool_of
from stomper.project_tests.command import TestCommand
from stomper.project_tests.find_commands import find_commands, find_others
from stomper.project_tests.kept_records import keeper_of
from stomper.project_tests.line_record import LineRecord
from stomper.project_tests.per_file import Tester, affected_tests
from stomper.project_tests.results import SuiteResult
from stomper.project_tests.suite import Suite, make_suite
from stomper.project_tests.verdict import BaseResults
from stomper.project_tests.worktree_check import in_clone, run_in
from stomper.proof.tests_to_run import choose_tests
from stomper.run.missing_access import require_enough
from stomper.run.set_up import SetUp
from stomper.settings import Settings, TestSettings, Validation
from stomper.trust.suite import has_tests

MISSED = "no-untyped-def"
RED_WITHOUT_IDS = "it fails on the base commit already, and no JUnit XML, written to {junit}, says which tests"


@dataclass(frozen=True, slots=True)
class Tests:
    """The tests of a run. `mode` is what is really done: `none`, with a `reason`, if no verdict can be had.

    `before` are the results on the base commit. `absent`: the project has no tests, which is no surprise to its owner.
    `only_in_clone` are tests that a worktree lets fail, and a clone does not; `remark` says so in words. `unrun` are
    words on commands that could run none of their tests, beside others.
    `record` says which tests run which lines.
    """

    mode: Validation
    suite: Suite | None = None
    before: BaseResults = field(default_factory=BaseResults)
    tester: Tester | None = None
    reason: str = ""
    absent: bool = False
    remark: str = ""
    only_in_clone: frozenset[str] = frozenset()
    record: LineRecord | None = None
    unrun: tuple[str, ...] = ()


NO_TESTS = Tests("none", reason="no tests were found", absent=True)


def run_base_tests(made: SetUp, entries: Mapping[str, Entry], folder: Path, branch: str | None) -> Tests:
    """Run the tests once on the base commit, which has these `entries`, in a worktree of its own.

    What they leave goes to `folder`, that of the run; a clone is on the `branch` that the user has checked out.

    Raises ToolError if a verdict cannot be had although the user asked for one, wherever the tests
    would look at the wrong code, and where only some of them come to be run: those that are not would
    count as fine. Otherwise, where tests are only the default, the run goes on without.
    """
    settings, project, tests = made.settings, made.project, made.settings.tests
    if settings.workflow.test_validation == "none":
        return Tests("none")
    if not has_tests(settings, entries):
        return NO_TESTS
    found = find_commands(project, entries, tests.command)
    if not found.commands:
        return NO_TESTS if found.absent else _without(tests, found.why_not)
    done = _run(made, entries, folder, branch, found.commands)
    if done.absent and tests.command is None and (others := find_others(project, entries)):
        return _run(made, entries, folder, branch, others)
    return done


def _run(
    made: SetUp, entries: Mapping[str, Entry], folder: Path, branch: str | None, commands: Sequence[TestCommand]
) -> Tests:
    """Run these commands on the base commit. Raises as `run_base_tests` does."""
    settings, project, tests = made.settings, made.project, made.settings.tests
    suite = make_suite(project, commands, tests.timeout, tests.parallel, (made.site.state, folder))
    recorded, types = needs_record(settings), needs_types(settings, made.fixers)
    keeper = keeper_of(suite, made.site.state, entries, types) if recorded else None
    with made.trees.open("base-tests", made.base) as tree:
        noting = keeper.noting(suite) if keeper is not None else suite
        result = run_in(noting, tree)
        better = in_clone(noting, tree, result, made.site, branch)
        result = better.result
        suite = replace(better.suite.going_by(result.origins), notes_lines=False)
        require_enough(made, suite, result)
        if result.cut_short:
            raise _no_verdict(result.problem)
        if problem := _problem(suite, result):
            return NO_TESTS if result.empty else _without(tests, problem)
        before = BaseResults.of(result)
        record = keeper.record(result) if keeper is not None else None
        ruff = tool_of(settings, "ruff", made.site.top).path
        graph = partial(affected_tests, ruff, tree, project.roots, frozenset(result.files.values()))
        choose = partial(choose_tests, record) if record is not None else None
        mode = settings.workflow.test_validation
        tester = _tester(mode, Tester(suite, before, tests.reruns, choose=choose), graph)
    return Tests(mode, suite, before, tester, "", False, better.remark, better.names, record, result.unrun)


def needs_record(settings: Settings) -> bool:
    """Say whether anything of a run depends on which lines tests run: `quick`, or a grade that is told or asked for."""
    proof = settings.proof
    levels = {proof.level, *(level for _, level in (*proof.codes, *proof.paths))}
    return settings.workflow.test_validation == "quick" or bool(levels - {"safe", "proved"})


def needs_types(settings: Settings, fixers: Sequence[Fixer]) -> bool:
    """Say whether types that tests show may lead to annotations: mypy is asked, and a fixer takes what it misses."""
    missed = Diagnostic("mypy", MISSED, "", "", 1, 1)
    wanted = settings.tests.record_types and "mypy" in settings.checkers
    return wanted and any(is_ours(fixer) and fixer.takes((missed,)) for fixer in fixers)


def _problem(suite: Suite, result: SuiteResult) -> str:
    if not result.problem and not suite.by_id and result.failed:
        return f"`{suite.text}`: {RED_WITHOUT_IDS}"
    return result.problem or result.uncollected


def _without(tests: TestSettings, problem: str) -> Tests:
    """Go on without tests, unless they were asked for."""
    if tests.asked:
        raise _no_verdict(problem)
    return Tests("none", reason=problem)


def _no_verdict(problem: str) -> ToolError:
    return ToolError(
        f"the tests give no verdict on the base commit: {problem}",
        "Correct `tests.command`, or go without: --test-validation none",
    )


def _tester(mode: Validation, whole: Tester, graph: Callable[[], dict[str, tuple[str, ...]]]) -> Tester | None:
    if mode not in ("full", "quick"):
        return None
    if mode == "full" or not whole.suite.takes_paths:
        return whole
    try:
        return replace(whole, affected=graph())
    except StomperError:
        return whole  # the graph cannot say: the whole suite can
