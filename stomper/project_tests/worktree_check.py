"""Tries if a worktree will do for a project's tests: what fails in one is tried once more in a plain clone.

In a worktree `.git` is a file and no branch is checked out. A test that needs either is red on the base
commit already, and would guard nothing; where it passes in a clone, tests are run in clones.
"""

import dataclasses
from dataclasses import dataclass

from stomper.errors import GitError
from stomper.project_tests.import_check import require_own_code
from stomper.project_tests.results import WHOLE, SuiteResult
from stomper.project_tests.suite import Suite
from stomper.text.counts import shorten
from stomper.workspace.clone import Clones, make_clones
from stomper.workspace.worktree import Site, Worktree

SHOWN = 3
MOST_NODES = 1000
NO_COVERAGE = "--no-cov"  # of pytest-cov; where that is not there it is wrong usage, and nothing runs


@dataclass(frozen=True, slots=True)
class Better:
    """The suite as it is to be run from now on, and how it went on the base commit.

    `names` are the tests that fail in a worktree only, `remark` says so.
    """

    suite: Suite
    result: SuiteResult
    names: frozenset[str] = frozenset()
    remark: str = ""


def run_in(suite: Suite, tree: Worktree) -> SuiteResult:
    """Run all tests in a fresh checkout. Raises ToolError if they would not see its code."""
    suite.project.prepare(tree)
    require_own_code(suite.project, tree)
    result = suite.run(tree)
    return _recorded(suite, tree, _undisturbed(suite, tree, result)) if suite.notes_lines else result


def _recorded(suite: Suite, tree: Worktree, result: SuiteResult) -> SuiteResult:
    """The result with a whole record of lines, if the project's own coverage was in the way of one.

    Then pytest runs once more without that coverage, for the record alone. Before Python 3.12 there is one tracer for a
    thread.
    """
    if result.lines is None or not result.lines.why or not suite.takes_paths or _nothing_said(result):
        return result
    again = suite.with_words(NO_COVERAGE).run(tree)
    if again.lines is None or again.lines.why or _nothing_said(again):
        return result
    return dataclasses.replace(result, lines=again.lines)


def _undisturbed(suite: Suite, tree: Worktree, result: SuiteResult) -> SuiteResult:
    """The result as it is without a recorder of lines, which some tests do not bear; `lines` are those of before.

    A test that fails or is skipped only because of it would guard nothing from then on.
    """
    suspects = result.failed | result.skipped
    if not (suspects or _nothing_said(result)) or result.empty:
        return result
    plain = dataclasses.replace(suite, notes_lines=False)
    words = tests_to_run(suite, result)
    again = plain.run(tree, words)
    if words and not suspects & again.passed:
        return result
    return dataclasses.replace(plain.run(tree) if words else again, lines=result.lines)


def in_clone(suite: Suite, tree: Worktree, result: SuiteResult, site: Site, branch: str | None) -> Better:
    """The suite in clones where it fares better there than in the worktree `tree`, else as it is.

    `result` is how it went in the worktree. Raises ToolError as `run_in` does.
    """
    as_it_is = Better(suite, result)
    if result.empty or result.hung or not (result.failed or _nothing_said(result)):
        return as_it_is
    try:
        clones = make_clones(site, tree.base, branch)
        names = _only_there(suite, tree, result, clones)
        if not names:
            return as_it_is
        with clones.open("base-clone", tree.base) as clone:
            whole = run_in(suite, clone)
    except GitError as error:
        return dataclasses.replace(as_it_is, remark=f"whether failing tests pass in a plain clone is unknown: {error}")
    return Better(dataclasses.replace(suite, clones=clones), whole, names, _words(names))


def _nothing_said(result: SuiteResult) -> bool:
    return bool(result.problem or result.uncollected)


def _only_there(suite: Suite, tree: Worktree, result: SuiteResult, clones: Clones) -> frozenset[str]:
    """The tests that do not pass in the worktree, and do in a clone; each was tried alone in both."""
    suspects = result.failed | result.skipped
    words = tests_to_run(suite, result)
    with clones.open("trial", tree.base) as clone:
        suite.project.prepare(clone)
        there = suite.run(clone, words)
    if _nothing_said(result):
        return frozenset() if _nothing_said(there) or not there.passed else frozenset({WHOLE})
    found = suspects & there.passed
    if not found:
        return found
    tree.restore({})
    again = suite.run(tree, words)
    return found - again.passed


def tests_to_run(suite: Suite, result: SuiteResult) -> list[str]:
    """Give what to try again: the tests that failed or were skipped, all if the command takes no names."""
    if not suite.takes_paths or _nothing_said(result) or WHOLE in result.failed:
        return []
    tests = sorted({result.nodes[name] for name in result.failed | result.skipped})
    return tests if len(tests) <= MOST_NODES else sorted({result.files[name] for name in result.failed})


def _words(names: frozenset[str]) -> str:
    shown = shorten(sorted(names), SHOWN)
    return f"the worktree is not representative: only in a plain clone can {shown} pass; the tests are run in clones"
