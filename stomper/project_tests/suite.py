"""Run a project's tests in a worktree, and say of each test how it went."""

import contextlib
import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.checkers import injected_files, pytest_record
from stomper.checkers.pytest_record import PYTEST, UNITTEST, Record
from stomper.checkers.pytest_start import BY_MODULE, LEAVE, start_pytest, start_runner
from stomper.disk import jsonl
from stomper.errors import ToolError
from stomper.process.turns import one_at_a_time
from stomper.project.environment import Project
from stomper.project_tests import recorded_lines
from stomper.project_tests.results import (
    UNKNOWN,
    WHOLE,
    Origin,
    SuiteResult,
    origin_of,
    read_junit,
    read_record,
    test_name,
    with_exit_code,
)
from stomper.workspace.clone import Clones
from stomper.workspace.worktree import Worktree

LOCK_NAME = "tests.lock"
TALLY_NAME = "test-runs.jsonl"
NO_TESTS = 5
PYTEST_RESULTS = (0, 1, 2)
INTERNAL_ERROR = 3  # before a test was run it means that none can be
# Wrong usage, which a conftest.py that cannot be imported counts as: where tests could run before, it is a result.
PYTEST_USAGE = 4
JUNIT = "{junit}"
NO_CACHE = "no:cacheprovider"
RUNNERS = frozenset({"uv", "poetry", "pdm", "hatch", "pipenv", "rye"})


@dataclass(frozen=True, slots=True)
class Suite:
    """A test command. `by_id` says that it tells tests apart, `takes_paths` that it runs what it is given (pytest).

    pytest and unittest keep a `record`, which is the name of the file that does so; other commands keep none.

    If `notes_lines`, a run of all tests also records which lines they run, and if `notes_types`, the types of what
    functions are given and give.

    `lock` is a file that lets one run at a time through, None if several may; `tally` a file that
    each run is noted in. `clones` are where it is run, None for worktrees; `origin` is
    what a run of all tests went by.
    """

    project: Project
    command: tuple[str, ...]
    by_id: bool
    takes_paths: bool
    timeout: float
    lock: Path | None
    tally: Path
    record: str = ""
    clones: Clones | None = None
    origin: Origin = UNKNOWN
    notes_lines: bool = False
    notes_types: bool = False

    def run(self, tree: Worktree, only: Sequence[str] = ()) -> SuiteResult:
        """Run all tests, or the files or node ids `only`. Never raises: what is no verdict is a `problem`.

        What they write in the worktree is gone again afterwards, so that the next run begins like this one.
        pytest may find another configuration for a part than for the whole: then it is told which.
        """
        before = tree.snapshot()
        try:
            return self._run_alike(tree, only)
        finally:
            with contextlib.suppress(OSError):  # what tests made unreadable goes with the worktree
                tree.restore(before)

    def _run_alike(self, tree: Worktree, only: Sequence[str]) -> SuiteResult:
        result = self._run(tree, only, ())
        if not only or not self.origin.known or result.hung or result.origin == self.origin:
            return result
        return self._run(tree, only, self.origin.words(tree.root))

    def _run(self, tree: Worktree, only: Sequence[str], more: Sequence[str]) -> SuiteResult:
        report = tree.scratch / "junit.xml"
        report.unlink(missing_ok=True)
        env = self.project.environment(tree)
        if self.record:
            pytest_record.install(tree.scratch, self.record)
            recorded_lines.remove(tree.scratch)
            env = injected_files.variables(tree.scratch, env)
        notes_lines = self.notes_lines and bool(self.record) and not only
        if notes_lines:
            recorded_lines.install(tree.scratch, tree.root, self.notes_types)
            more = (*more, *(recorded_lines.options() if self.takes_paths else ()))
        one_by_one = self.record == PYTEST and any("::" in word for word in only)
        named = pytest_record.select(tree.scratch, tree.root, only) if one_by_one else only
        with one_at_a_time(self.lock):
            began = time.monotonic()
            try:
                with self.project.within(tree):
                    done = process.run(
                        [*self._argv(tree, report), *more, *named],
                        cwd=tree.root,
                        env=env,
                        timeout=self.timeout,
                        contained=True,
                    )
            except ToolError as error:
                return SuiteResult(problem=error.message)
            self._note(time.monotonic() - began, bool(only))
        if self.record and done.ended:
            record = pytest_record.read(tree.scratch)
            result = self._read_record(done, record, tree.root, bool(only))
            return _with_lines(result, tree, record.root) if notes_lines else result
        return self._read(done, report)

    def _argv(self, tree: Worktree, report: Path) -> list[str]:
        argv = [word.replace(JUNIT, str(report)) for word in self.command]
        if self.record == UNITTEST:
            return [*start_runner(argv[0], str(pytest_record.runner(tree.scratch))), *argv[3:]]
        if not self.takes_paths:
            return argv
        # Without its plugin the option of the cache is an unknown one, which a strict configuration makes an error of.
        if tuple(argv[1:3]) == BY_MODULE:
            argv[:3] = start_pytest(argv[0])
        own = pytest_record.options(tree.scratch, cached=not any(word.endswith(NO_CACHE) for word in argv))
        return [*argv, *own, "-o", "junit_family=xunit1", f"--junitxml={report}", "--continue-on-collection-errors"]

    def note_flaky(self, names: frozenset[str]) -> None:
        """Keep for the report that tests failed now and then."""
        if names:
            jsonl.append(self.tally, {"flaky": sorted(names)})

    def _note(self, seconds: float, partial: bool) -> None:
        jsonl.append(self.tally, {"seconds": round(seconds, 3), "partial": partial})

    def _read(self, done: process.Completed, report: Path) -> SuiteResult:
        """Give what a command that is not pytest's own says."""
        log, words = _log(done), self._words(done)
        if not done.ended or done.returncode < 0:
            return SuiteResult(problem=words, log=log, hung=not done.ended)
        if not self.by_id:
            whole = frozenset({WHOLE})
            return SuiteResult(failed=whole, log=log) if done.returncode else SuiteResult(passed=whole, log=log)
        if not report.exists():
            return SuiteResult(problem=words, log=log)
        result = read_junit(report, log, words)
        return with_exit_code(result, done.returncode)

    def _read_record(self, done: process.Completed, record: Record, root: Path, partial: bool) -> SuiteResult:
        """Give what pytest says: the record test by test, and the exit code only if it goes for the whole."""
        log, words = _log(done), self._words(done)
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
        return f"`{' '.join(self.command)}` {done.how()}: {done.words(800)}"


def _with_lines(result: SuiteResult, tree: Worktree, base: str) -> SuiteResult:
    """The result with the lines that its tests ran; node ids are relative to the folder `base`."""
    lines = recorded_lines.read(tree.scratch, lambda node: test_name(node, base, tree.root))
    return dataclasses.replace(result, lines=lines)


def _log(done: process.Completed) -> str:
    return (done.stdout + done.stderr).decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True)
class Tally:
    """The number of runs of the suite and of some of its tests, and the tests that failed only sometimes."""

    runs: int = 0
    partial_runs: int = 0
    flaky: frozenset[str] = frozenset()


def read_tally(tally: Path) -> Tally:
    entries, _ = jsonl.read(tally)
    partial = [bool(entry["partial"]) for entry in entries if "partial" in entry]
    flaky = frozenset(name for entry in entries for name in entry.get("flaky", ()))
    return Tally(len(partial) - sum(partial), sum(partial), flaky)


def last_seconds(tally: Path) -> float | None:
    """Give how long the last run of the whole suite took, None if none is known."""
    entries, _ = jsonl.read(tally)
    return next((float(e["seconds"]) for e in reversed(entries) if e.get("partial") is False), None)


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
        record = PYTEST if pytest else UNITTEST if _is_unittest(command) else ""
        by_id = bool(record) or any(JUNIT in word for word in command)
        return Suite(project, tuple(command), by_id, pytest, timeout, lock, run / TALLY_NAME, record)
    if not _has_pytest(project):
        return None
    return Suite(project, (project.python, "-m", "pytest"), True, True, timeout, lock, run / TALLY_NAME, PYTEST)


def _is_pytest(command: Sequence[str]) -> bool:
    """Return whether a command is just pytest: `pytest`, `python -m pytest`, `uv run pytest`."""
    names = [Path(word).name for word in command]
    if len(names) > 2 and names[0] in RUNNERS and names[1] == "run":
        names = names[2:]
    return names[0] in ("pytest", "py.test") or (names[0].startswith("python") and names[1:3] == ["-m", "pytest"])


def _is_unittest(command: Sequence[str]) -> bool:
    """Say whether a command is `python -m unittest` and nothing before it."""
    return Path(command[0]).name.startswith("python") and list(command[1:3]) == ["-m", "unittest"]


def _has_pytest(project: Project) -> bool:
    question = f"{LEAVE}import importlib.util; sys.exit(importlib.util.find_spec('pytest') is None)"
    env = process.outer_python(project.top)
    try:
        done = process.run([project.python, "-c", question], cwd=project.top, env=env, timeout=60, contained=True)
    except ToolError:
        return False
    return done.ended and done.returncode == 0
