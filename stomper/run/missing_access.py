"""Find what the suite lacks in its sandbox: give it one thing after the other, on the base commit."""

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

from stomper import process
from stomper.config.places import place_of
from stomper.errors import StomperError, ToolError
from stomper.process import Room
from stomper.project_tests.results import WHOLE, SuiteResult
from stomper.project_tests.suite import Suite
from stomper.project_tests.worktree_check import tests_to_run
from stomper.run.sandboxes import room_for_tests
from stomper.run.set_up import SetUp
from stomper.settings import TestSettings
from stomper.text.counts import shorten
from stomper.workspace.clone import checkout

SHOWN = 3
WORDS = 400
MOST_VARIABLES = 8


def require_enough(made: SetUp, suite: Suite, result: SuiteResult) -> None:
    """Raises ToolError if tests that fail in the sandbox pass outside of it, with the setting that helps.

    `result` is how they went inside. Each thing is tried alone; what is said to be missing has been proved to be.
    """
    if suite.project.room is None or result.empty or result.hung or not _red(result):
        return
    words = tests_to_run(suite, result)
    lacking = _gained(result, _run_in(made, suite, None, words))
    # Those that also pass inside when they are run again fail now and then.
    lacking -= _gained(result, _run_in(made, suite, suite.project.room, words)) if lacking else frozenset()
    if not lacking:
        return
    for said, tests in (*_relaxed(made.settings.tests), *_with_variables(made.settings.tests)):
        room = room_for_tests(suite.project.room.sandbox, dataclasses.replace(made.settings, tests=tests))
        if lacking <= _gained(result, _run_in(made, suite, room, words)):
            raise _lack(suite.project.top, result, lacking, said)
    raise _lack(suite.project.top, result, lacking, 'sandbox = "off"')


def _red(result: SuiteResult) -> bool:
    return bool(result.failed or result.problem or result.uncollected)


def _run_in(made: SetUp, suite: Suite, room: Room | None, words: Sequence[str]) -> SuiteResult:
    """Run tests on the base commit in another room, or in none. A set-up that fails there is no help."""
    elsewhere = dataclasses.replace(suite, project=dataclasses.replace(suite.project, room=room))
    with checkout(made.trees, suite.clones, "access", made.base) as tree:
        try:
            elsewhere.project.prepare(tree)
        except StomperError as error:
            return SuiteResult(problem=error.message)
        return elsewhere.run(tree, words)


def _gained(inside: SuiteResult, other: SuiteResult) -> frozenset[str]:
    """The tests that fail inside and pass in another run; the whole if nothing could be said inside."""
    if other.problem or other.uncollected:
        return frozenset()
    if inside.problem or inside.uncollected:
        return frozenset({WHOLE})
    return inside.failed & other.passed


def _relaxed(tests: TestSettings) -> Iterator[tuple[str, TestSettings]]:
    """List what could be let in beyond the settings, the least first: its spelling, and the changed settings."""
    home = tests.sandbox == "read-only-home"
    if not tests.network:
        yield "network = true", dataclasses.replace(tests, network=True)
    if not home:
        yield 'sandbox = "read-only-home"', dataclasses.replace(tests, sandbox="read-only-home")
    if not home and not tests.network:
        both = dataclasses.replace(tests, sandbox="read-only-home", network=True)
        yield 'network = true and sandbox = "read-only-home"', both


def _with_variables(tests: TestSettings) -> Iterator[tuple[str, TestSettings]]:
    """The same for variables that look like secrets, one at a time."""
    for name in process.secret_variables()[:MOST_VARIABLES]:
        yield f'variables = ["{name}"]', dataclasses.replace(tests, variables=(*tests.variables, name))


def _lack(top: Path, inside: SuiteResult, tests: frozenset[str], said: str) -> ToolError:
    whole = f"the suite ({(inside.problem or inside.uncollected)[:WORDS]})"
    names = whole if tests == {WHOLE} else shorten(sorted(tests), SHOWN)
    return ToolError(
        f"tests that pass outside of the sandbox fail inside: {names}; they pass with {said}",
        f"Let them have it: {said} {place_of(top, 'tests')}; or go without tests: --test-validation none",
    )
