"""One command that runs tests of a project, in one of its folders, and what its end means."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.checkers import pytest_record
from stomper.checkers.pytest_record import PYTEST, UNITTEST, Record
from stomper.checkers.pytest_start import BY_MODULE, start_pytest, start_runner
from stomper.project_tests.results import (
    UNKNOWN,
    WHOLE,
    Origin,
    SuiteResult,
    origin_of,
    read_junit,
    read_record,
    with_exit_code,
)

NO_TESTS = 5
PYTEST_RESULTS = (0, 1, 2)
INTERNAL_ERROR = 3  # before a test was run it means that none can be
# Wrong usage, which a conftest.py that cannot be imported counts as: where tests could run before, it is a result.
PYTEST_USAGE = 4
JUNIT = "{junit}"
NO_CACHE = "no:cacheprovider"
RUNNERS = frozenset({"uv", "poetry", "pdm", "hatch", "pipenv", "rye"})


@dataclass(frozen=True, slots=True)
class TestCommand:
    """The `words` of a command, and the `folder` it is started in, from the top.

    pytest and unittest keep a `record`, which is the name of the file that does so; other commands keep none. `origin`
    is what a run of all its tests went by.
    """

    __test__ = False  # not one of pytest's

    words: tuple[str, ...]
    folder: str = ""
    record: str = ""
    origin: Origin = UNKNOWN

    @property
    def by_id(self) -> bool:
        """Say whether it tells tests apart."""
        return bool(self.record) or any(JUNIT in word for word in self.words)

    @property
    def takes_paths(self) -> bool:
        """Say whether it runs what it is given: pytest does."""
        return self.record == PYTEST

    @property
    def text(self) -> str:
        """The command for people."""
        words = " ".join(self.words)
        return f"cd {self.folder} && {words}" if self.folder else words

    def argv(self, scratch: Path, report: Path) -> list[str]:
        """Give the words to start it with; `scratch` is for our own files, `report` for JUnit XML."""
        argv = [word.replace(JUNIT, str(report)) for word in self.words]
        if self.record == UNITTEST:
            return [*start_runner(argv[0], str(pytest_record.runner(scratch))), *argv[3:]]
        if not self.takes_paths:
            return argv
        # Without its plugin the option of the cache is an unknown one, which a strict configuration makes an error of.
        if tuple(argv[1:3]) == BY_MODULE:
            argv[:3] = start_pytest(argv[0])
        own = pytest_record.options(scratch, cached=not any(word.endswith(NO_CACHE) for word in argv))
        return [*argv, *own, "-o", "junit_family=xunit1", f"--junitxml={report}", "--continue-on-collection-errors"]

    def named(self, scratch: Path, place: Path, only: Sequence[str]) -> Sequence[str]:
        """Give the words that name the tests `only`, which are given from the folder `place` that it is started in."""
        one_by_one = self.record == PYTEST and any("::" in word for word in only)
        return pytest_record.select(scratch, place, only) if one_by_one else only

    def read(self, done: process.Completed, report: Path) -> SuiteResult:
        """Give what a command that keeps no record says."""
        log, words = log_of(done), self._words(done)
        if not done.ended or done.returncode < 0:
            return SuiteResult(problem=words, log=log, hung=not done.ended)
        if not self.by_id:
            whole = frozenset({WHOLE})
            return SuiteResult(failed=whole, log=log) if done.returncode else SuiteResult(passed=whole, log=log)
        if not report.exists():
            return SuiteResult(problem=words, log=log)
        result = read_junit(report, log, words)
        return with_exit_code(result, done.returncode)

    def read_record(self, done: process.Completed, record: Record, root: Path, partial: bool) -> SuiteResult:
        """Give what a record says, test by test, and the exit code only if it goes for the whole."""
        log, words = log_of(done), self._words(done)
        none = done.returncode == NO_TESTS or (record.ended and done.returncode == 0)
        if none and record.empty:
            return SuiteResult(problem="no tests were found", empty=True, log=log, origin=origin_of(record, root))
        if done.returncode == PYTEST_USAGE:
            return SuiteResult(uncollected=words, log=log)
        counts = done.returncode in PYTEST_RESULTS
        if not record.complete and (record.reported or (record.unfinished and done.returncode != INTERNAL_ERROR)):
            return SuiteResult(problem=f"{record.shortfall}: {words}", log=log, cut_short=True)
        if not counts or not record.complete:
            return SuiteResult(problem=words, log=log)
        result = dataclasses.replace(read_record(record, root), log=log)
        if record.unloaded and not record.reported:
            return dataclasses.replace(result, uncollected=f"no test could be run: {words}")
        return result if partial else with_exit_code(result, done.returncode)

    def _words(self, done: process.Completed) -> str:
        return f"`{self.text}` {done.how()}: {done.words(800)}"


def log_of(done: process.Completed) -> str:
    return (done.stdout + done.stderr).decode("utf-8", "backslashreplace")


def command_of(words: Sequence[str]) -> TestCommand:
    """The command that the user names: one whose tests can be told apart by a record keeps one."""
    return TestCommand(tuple(words), record=PYTEST if _is_pytest(words) else UNITTEST if _is_unittest(words) else "")


def _is_pytest(command: Sequence[str]) -> bool:
    """Return whether a command is just pytest: `pytest`, `python -m pytest`, `uv run pytest`."""
    names = [Path(word).name for word in command]
    if len(names) > 2 and names[0] in RUNNERS and names[1] == "run":
        names = names[2:]
    return names[0] in ("pytest", "py.test") or (names[0].startswith("python") and names[1:3] == ["-m", "pytest"])


def _is_unittest(command: Sequence[str]) -> bool:
    """Say whether a command is `python -m unittest` and nothing before it."""
    return Path(command[0]).name.startswith("python") and list(command[1:3]) == ["-m", "unittest"]
