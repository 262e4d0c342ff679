"""Run a project's tests in a worktree, and say of each test how it went."""

import contextlib
import dataclasses
import json
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stomper import process
from stomper.checkers.pytest_run import is_module
from stomper.errors import ToolError
from stomper.process.turns import one_at_a_time
from stomper.project import Project
from stomper.worktree import Worktree

WHOLE = "the whole command"
LOCK_NAME = "tests.lock"
TALLY_NAME = "test-runs.jsonl"
NO_TESTS = 5
PYTEST_RESULTS = (0, 1, 2)
# Wrong usage, which a conftest.py that cannot be imported counts as: where tests could run before, it is a result.
PYTEST_USAGE = 4
JUNIT = "{junit}"
NO_CACHE = "no:cacheprovider"
RUNNERS = frozenset({"uv", "poetry", "pdm", "hatch", "pipenv", "rye"})


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """How the tests went, by id; `files` says which file a test is in.

    `problem` says why there is no verdict; `uncollected` that not one test could even be loaded, which
    is one where tests could be before.
    """

    passed: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    files: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    uncollected: str = ""
    empty: bool = False
    log: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """A test command. `by_id` says that it tells tests apart, `takes_paths` that it runs what it is given (pytest).

    `lock` is a file that lets one run at a time through, None where several may; `tally` a file that
    each run is noted in.
    """

    project: Project
    command: tuple[str, ...]
    by_id: bool
    takes_paths: bool
    timeout: float
    lock: Path | None
    tally: Path

    def run(self, tree: Worktree, only: Sequence[str] = ()) -> SuiteResult:
        """Run all tests, or the files or node ids `only`. Never raises: what is no verdict is a `problem`.

        What they write in the worktree is gone again afterwards, so that the next run begins like this one.
        """
        before = tree.snapshot()
        try:
            return self._run(tree, only)
        finally:
            with contextlib.suppress(OSError):  # what tests made unreadable goes with the worktree
                tree.restore(before)

    def _run(self, tree: Worktree, only: Sequence[str]) -> SuiteResult:
        report = tree.scratch / "junit.xml"
        report.unlink(missing_ok=True)
        with one_at_a_time(self.lock):
            began = time.monotonic()
            try:
                done = process.run(
                    [*self._argv(tree, report), *only],
                    cwd=tree.root,
                    env=self.project.environment(tree),
                    timeout=self.timeout,
                    contained=True,
                )
            except ToolError as error:
                return SuiteResult(problem=error.message)
            self._note(time.monotonic() - began, bool(only))
        return self._read(done, report)

    def _argv(self, tree: Worktree, report: Path) -> list[str]:
        argv = [word.replace(JUNIT, str(report)) for word in self.command]
        if not self.takes_paths:
            return argv
        # Without its plugin the option is an unknown one, which a strict configuration makes an error of.
        cache = [] if NO_CACHE in argv else ["-o", f"cache_dir={tree.scratch / 'pytest-cache'}"]
        options = ["-o", "junit_family=xunit1", *cache, "--continue-on-collection-errors"]
        return [*argv, f"--junitxml={report}", *options]

    def note_flaky(self, names: frozenset[str]) -> None:
        """Keep for the report that tests failed now and then."""
        if names:
            self._append({"flaky": sorted(names)})

    def _note(self, seconds: float, partial: bool) -> None:
        self._append({"seconds": round(seconds, 3), "partial": partial})

    def _append(self, entry: Mapping[str, object]) -> None:
        with self.tally.open("a") as file:
            file.write(json.dumps(entry) + "\n")

    def _read(self, done: process.Completed, report: Path) -> SuiteResult:
        log = (done.stdout + done.stderr).decode("utf-8", "backslashreplace")
        words = f"`{' '.join(self.command)}` {done.how()}: {done.words(800)}"
        if not done.ended or done.returncode < 0:
            return SuiteResult(problem=words, log=log)
        if not self.by_id:
            whole = frozenset({WHOLE})
            return SuiteResult(failed=whole, log=log) if done.returncode else SuiteResult(passed=whole, log=log)
        if self.takes_paths and done.returncode == NO_TESTS:
            return SuiteResult(problem="no tests were found", empty=True, log=log)
        if self.takes_paths and done.returncode == PYTEST_USAGE:
            return SuiteResult(uncollected=words, log=log)
        if (self.takes_paths and done.returncode not in PYTEST_RESULTS) or not report.exists():
            return SuiteResult(problem=words, log=log)
        result = read_junit(report, log, words)
        if done.returncode and not result.failed and not result.problem:
            # Something else than a test is red, such as a limit of coverage.
            return dataclasses.replace(result, failed=frozenset({WHOLE}))
        return result


def read_junit(report: Path, log: str, words: str) -> SuiteResult:
    """The result that a JUnit XML file tells of; `uncollected` where it has nothing but what could not be loaded."""
    try:
        cases = list(ET.parse(report).iter("testcase"))  # written by the project's own pytest
    except ET.ParseError as error:
        return SuiteResult(problem=f"the test report cannot be read: {error}", log=log)
    failed, ran, files = set(), set(), {}
    for case in cases:
        name = "::".join(filter(None, (case.get("classname"), case.get("name"))))
        files[name] = case.get("file") or ""
        if case.find("failure") is not None or case.find("error") is not None:
            failed.add(name)
        elif case.find("skipped") is None:
            ran.add(name)
    if failed and not ran - failed and all(is_module(case) for case in cases):
        return SuiteResult(failed=frozenset(failed), uncollected=f"no test could be run: {words}", log=log)
    return SuiteResult(frozenset(ran - failed), frozenset(failed), files, log=log)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often the suite was run, how often some of its tests, and which tests failed now and then."""

    runs: int = 0
    partial_runs: int = 0
    flaky: frozenset[str] = frozenset()


def read_tally(tally: Path) -> Tally:
    entries = [json.loads(line) for line in tally.read_text().splitlines()] if tally.exists() else []
    partial = [bool(entry["partial"]) for entry in entries if "partial" in entry]
    flaky = frozenset(name for entry in entries for name in entry.get("flaky", ()))
    return Tally(len(partial) - sum(partial), sum(partial), flaky)


def find_suite(
    project: Project, command: Sequence[str] | None, timeout: float, parallel: bool, places: tuple[Path, Path]
) -> Suite | None:
    """The suite to run: the configured command, else pytest if the project's interpreter has it; None without either.

    `places` are the repository's state folder and the run's own.
    """
    state, run = places
    lock = None if parallel else state / LOCK_NAME
    if command is not None:
        pytest = _is_pytest(command)
        by_id = pytest or any(JUNIT in word for word in command)
        return Suite(project, tuple(command), by_id, pytest, timeout, lock, run / TALLY_NAME)
    if not _has_pytest(project):
        return None
    return Suite(project, (project.python, "-m", "pytest"), True, True, timeout, lock, run / TALLY_NAME)


def _is_pytest(command: Sequence[str]) -> bool:
    """Whether a command is pytest and nothing around it: `pytest`, `python -m pytest`, `uv run pytest`."""
    names = [Path(word).name for word in command]
    if len(names) > 2 and names[0] in RUNNERS and names[1] == "run":
        names = names[2:]
    return names[0] in ("pytest", "py.test") or (names[0].startswith("python") and names[1:3] == ["-m", "pytest"])


def _has_pytest(project: Project) -> bool:
    question = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pytest') is None)"
    try:
        done = process.run([project.python, "-c", question], cwd=project.top, timeout=60, contained=True)
    except ToolError:
        return False
    return done.ended and done.returncode == 0
