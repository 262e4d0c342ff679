"""Run a project's tests in a worktree, and say of each test how it went."""

import contextlib
import dataclasses
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper import process
from stomper.checkers import injected_files, pytest_record
from stomper.disk import jsonl
from stomper.errors import ToolError
from stomper.process.turns import one_at_a_time
from stomper.project.environment import Project
from stomper.project_tests import recorded_lines
from stomper.project_tests.command import TestCommand
from stomper.project_tests.joined import joined
from stomper.project_tests.results import Origin, SuiteResult, test_name
from stomper.workspace.clone import Clones
from stomper.workspace.worktree import Worktree

LOCK_NAME = "tests.lock"
TALLY_NAME = "test-runs.jsonl"


@dataclass(frozen=True, slots=True)
class Suite:
    """The test commands of a project: one, or more if projects in it have tests of their own. Each runs its tests once.

    If `notes_lines`, a run of all tests also records which lines they run, and if `notes_types`, the types of what
    functions are given and give.

    `lock` is a file that lets one run at a time through, None if several may; `tally` a file that
    each run is noted in. `clones` are where it is run, None for worktrees.
    """

    project: Project
    commands: tuple[TestCommand, ...]
    timeout: float
    lock: Path | None
    tally: Path
    clones: Clones | None = None
    notes_lines: bool = False
    notes_types: bool = False

    @property
    def by_id(self) -> bool:
        """Say whether tests are told apart."""
        return all(command.by_id for command in self.commands)

    @property
    def takes_paths(self) -> bool:
        """Say whether what is given is run, and nothing else: by pytest."""
        return all(command.takes_paths for command in self.commands)

    @property
    def text(self) -> str:
        """The commands for people."""
        return "; ".join(command.text for command in self.commands)

    def with_words(self, *words: str) -> "Suite":
        """The suite with more words for each command."""
        more = (dataclasses.replace(command, words=(*command.words, *words)) for command in self.commands)
        return dataclasses.replace(self, commands=tuple(more))

    def going_by(self, origins: Mapping[str, Origin]) -> "Suite":
        """The suite that goes by what a run of all tests went by, for parts of it too."""
        told = (dataclasses.replace(c, origin=origins.get(c.folder, c.origin)) for c in self.commands)
        return dataclasses.replace(self, commands=tuple(told))

    def run(self, tree: Worktree, only: Sequence[str] = ()) -> SuiteResult:
        """Run all tests, or the files or node ids `only`. Never raises: what is no verdict is a `problem`.

        What they write in the worktree is gone again afterwards, so that the next run begins like this one.
        pytest may find another configuration for a part than for the whole: then it is told which.
        """
        before, began = tree.snapshot(), time.monotonic()
        results = []
        for command, words in self._shares(only):
            try:
                results.append(self._run_alike(command, tree, words))
            finally:
                with contextlib.suppress(OSError):  # what tests made unreadable goes with the worktree
                    tree.restore(before)
        self._note(time.monotonic() - began, bool(only))
        return joined(results)

    def _shares(self, only: Sequence[str]) -> Iterator[tuple[TestCommand, Sequence[str]]]:
        """Give each command that has to run, and what of `only` it runs: files are of the nearest project above."""
        if not only or len(self.commands) == 1:
            yield from ((command, only) for command in self.commands)
            return
        for command in self.commands:
            words = [word for word in only if self._owner(word) == command.folder]
            if words:
                yield command, words

    def _owner(self, word: str) -> str:
        path = PurePosixPath(word.partition("::")[0])
        return max((c.folder for c in self.commands if path.is_relative_to(c.folder)), key=len, default="")

    def _run_alike(self, command: TestCommand, tree: Worktree, only: Sequence[str]) -> SuiteResult:
        words = [word.removeprefix(f"{command.folder}/") for word in only] if command.folder else only
        result = self._run(command, tree, words, ())
        if not only or not command.origin.known or result.hung or result.origin == command.origin:
            return result
        return self._run(command, tree, words, command.origin.words(tree.root))

    def _run(self, command: TestCommand, tree: Worktree, only: Sequence[str], more: Sequence[str]) -> SuiteResult:
        report = tree.scratch / "junit.xml"
        report.unlink(missing_ok=True)
        notes_lines = self.notes_lines and bool(command.record) and not only
        env = self._prepare(command, tree, notes_lines)
        more = (*more, *(recorded_lines.options() if notes_lines and command.takes_paths else ()))
        named = command.named(tree.scratch, tree.root / command.folder, only)
        try:
            done = self._started([*command.argv(tree.scratch, report), *more, *named], command, tree, env)
        except ToolError as error:
            return SuiteResult(problem=error.message)
        if not (command.record and done.ended):
            return command.read(done, report)
        record = pytest_record.read(tree.scratch)
        result = command.read_record(done, record, tree.root, bool(only))
        result = dataclasses.replace(result, origins={command.folder: result.origin})
        return _with_lines(result, tree, record.root) if notes_lines else result

    def _prepare(self, command: TestCommand, tree: Worktree, notes_lines: bool) -> dict[str, str]:
        """Put our own files beside the tests. Returns the variables that the command is started with."""
        env = self.project.environment(tree)
        if not command.record:
            return env
        pytest_record.install(tree.scratch, command.record)
        recorded_lines.remove(tree.scratch)
        if notes_lines:
            recorded_lines.install(tree.scratch, tree.root, self.notes_types)
        return injected_files.variables(tree.scratch, env)

    def _started(
        self, argv: Sequence[str], command: TestCommand, tree: Worktree, env: Mapping[str, str]
    ) -> process.Completed:
        """Start a command when it is its turn. Raises ToolError if its program is not there."""
        place = tree.root / command.folder
        with one_at_a_time(self.lock), self.project.within(tree):
            return process.run(argv, cwd=place, env=env, timeout=self.timeout, contained=True)

    def note_flaky(self, names: frozenset[str]) -> None:
        """Keep for the report that tests failed now and then."""
        if names:
            jsonl.append(self.tally, {"flaky": sorted(names)})

    def _note(self, seconds: float, partial: bool) -> None:
        jsonl.append(self.tally, {"seconds": round(seconds, 3), "partial": partial})


def _with_lines(result: SuiteResult, tree: Worktree, base: str) -> SuiteResult:
    """The result with the lines that its tests ran; node ids are relative to the folder `base`."""
    lines = recorded_lines.read(tree.scratch, lambda node: test_name(node, base, tree.root))
    return dataclasses.replace(result, lines=lines)


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


def make_suite(
    project: Project, commands: Iterable[TestCommand], timeout: float, parallel: bool, places: tuple[Path, Path]
) -> Suite:
    """The suite of these commands. `places` are the repository's state folder and the run's own."""
    state, run = places
    return Suite(project, tuple(commands), timeout, None if parallel else state / LOCK_NAME, run / TALLY_NAME)
