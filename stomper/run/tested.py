"""Whether tests judge what a run makes: an error before anything is fixed if they should and cannot, else a line."""

import re
from pathlib import Path

from stomper.config.places import place_of
from stomper.errors import ToolError
from stomper.models import Plan
from stomper.project_tests.suite import TALLY_NAME, read_tally
from stomper.report.model import Tested
from stomper.run.base_tests import Tests
from stomper.run.drop_culprits import Passed
from stomper.run.session import Run
from stomper.settings import Settings
from stomper.text.counts import plural, shorten

INTERRUPTED = "interrupted before the tests were run"
OFF = "tests are off (--no-run-tests, or test_validation = 'none')"
LOST = re.compile(r"No module named '[^'\n]+'")
LONGEST = 300
SHOWN = 3
GO_WITHOUT = "go without: --no-run-tests"


def require_tests(plan: Plan, tests: Tests, settings: Settings, top: Path) -> None:
    """Raises ToolError if there is something to fix, and no test could be run although the settings want that.

    Tests that run and fail are no reason: to make them pass may be what is to be fixed.
    """
    required = settings.tests.required
    if not plan.tasks or required is False or settings.workflow.test_validation == "none":
        return
    ran = tests.before.passed | (tests.before.failed - tests.before.modules)
    if not (ran and tests.suite) and (required or not tests.absent):
        raise ToolError(f"not tested: {short(untested(tests))}", hint_of(tests, top))


def untested(tests: Tests) -> str:
    """Say why no test can judge a change; '' if one can."""
    if tests.suite is None:
        return tests.reason or OFF
    known = len(tests.before.failed | tests.before.skipped | tests.before.expected)
    return "" if tests.before.passed else f"of {plural(known, 'test')} none passes before a fix"


def hint_of(tests: Tests, top: Path) -> str:
    """Say how tests could be run in the project at `top`."""
    command = f"command = ['...'] {place_of(top, 'tests')}"
    if tests.absent:
        return f"Name a command: {command}; or {GO_WITHOUT}"
    python = f"python = '/path/to/python' {place_of(top, 'environment')}"
    return f"Name the interpreter that has what they need: {python}, or a command: {command}; or {GO_WITHOUT}"


def tested_by(tests: Tests, passed: Passed, run: Run) -> Tested:
    """Say how many tests passed on the result of a run, or why none was run on it."""
    if passed.problem:
        return Tested(why_not=short(passed.problem))
    if run.interrupts.stop_now and passed.head != run.set_up.base:
        return Tested(why_not=INTERRUPTED)
    if tests.suite is None or not tests.before.passed:
        return Tested(why_not=short(untested(tests)))
    flaky = read_tally(run.folder.path / TALLY_NAME).flaky
    return Tested(len(tests.before.passed - flaky) if tests.suite.by_id else None)


def short(why: str) -> str:
    """A reason as one line: of a long one, the modules that are missing, else its end."""
    lost = list(dict.fromkeys(LOST.findall(why)))
    if lost:
        return f"no test could be run: {shorten(lost, SHOWN)}"
    words = " ".join(why.split())
    return words if len(words) <= LONGEST else f"{words[:60]} ... {words[-LONGEST:]}"
