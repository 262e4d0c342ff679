"""Find the untracked files that tests need: lay them into a worktree, and take away what makes no difference."""

import dataclasses
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from stomper.errors import StomperError, ToolError
from stomper.project_tests.import_check import require_own_code
from stomper.project_tests.results import SuiteResult
from stomper.project_tests.suite import Suite
from stomper.project_tests.worktree_check import MOST_NODES
from stomper.run.set_up import SetUp

MOST_TRIALS = 12
READ = 1_000_000
NO_MODULE = re.compile(r"No module named '([\w.]+)'|cannot import name '(\w+)'")

Good = Callable[[Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class Needed:
    """The tests that pass only with some of the checkout's untracked files, and these files.

    `exact`: without any one of them some of the tests do not pass; else there were too many to find that out.
    `passed` is the number of tests that pass with all of the untracked files.
    """

    passed: int
    tests: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    exact: bool = True


class Trials:
    """Runs of the tests in a worktree that has some untracked files beside what a run brings."""

    def __init__(self, made: SetUp, suite: Suite) -> None:
        self._made, self._suite = made, suite
        self.words: Sequence[str] = ()
        self.tests: frozenset[str] = frozenset()
        self.left = MOST_TRIALS
        self.exact = True
        self._known: dict[frozenset[str], bool] = {frozenset(): False}

    def run(self, paths: Sequence[str], own: bool = False) -> SuiteResult:
        """Run the tests with these files. A set-up that fails is a result, too.

        Raises ToolError if they would see another place's code, where it is asked for their `own`.
        """
        project = dataclasses.replace(self._made.project, copies=(*self._made.project.copies, *paths))
        suite = dataclasses.replace(self._suite, project=project)
        with self._made.trees.open("needed", self._made.base) as tree:
            try:
                project.prepare(tree)
            except StomperError as error:
                return SuiteResult(problem=error.message)
            if own:
                require_own_code(project, tree)
            return suite.run(tree, self.words)

    def take(self, tests: frozenset[str], whole: SuiteResult) -> None:
        """From now on run only these tests, which are some of those of a run of the `whole`."""
        nodes = [whole.nodes[name] for name in sorted(tests) if name in whole.nodes]
        self.tests = tests
        if self._suite.takes_paths and len(nodes) == len(tests) <= MOST_NODES:
            self.words = nodes
            self._suite = self._suite.going_by(whole.origins)

    def good(self, paths: Sequence[str]) -> bool:
        """Say whether the tests pass with these files; no, if it was tried too often to be found out."""
        key = frozenset(paths)
        if key not in self._known:
            self.exact = self.exact and self.left > 0
            if not self.left:
                return False
            self.left -= 1
            self._known[key] = self.tests <= self.run(paths).passed
        return self._known[key]


def find_needed(
    made: SetUp, suite: Suite, found: Sequence[str], entries: Collection[str], tell: Callable[[str], None]
) -> Needed:
    """Find those of the untracked files `found` that tests of the commit with these `entries` need.

    Raises ToolError if the tests give no verdict with all of the files.
    """
    trials = Trials(made, suite)
    tell(f"running the tests in a worktree: {suite.text}")
    plain = trials.run((), own=not found)
    if found:
        tell("running them in one that has all untracked files of the checkout")
    full = trials.run(found, own=True) if found else plain
    _require_verdict(full)
    of_commit = {"", *entries}
    lost = frozenset(name for name in full.passed - plain.passed if full.files.get(name, "") in of_commit)
    trials.take(lost, full)
    again = trials.run(()) if lost else plain
    lost -= again.passed  # those that pass now fail now and then
    if not lost:
        return Needed(len(full.passed))
    tell("looking for the files that make the difference")
    trials.tests = lost
    log = "".join(word for result in (plain, again) for word in (result.log[-READ:], result.problem))
    paths = _narrowed(trials, named_in(log, found), found)
    return Needed(len(full.passed), tuple(sorted(lost)), tuple(sorted(paths)), trials.exact)


def _require_verdict(full: SuiteResult) -> None:
    if full.problem or full.uncollected:
        raise ToolError(
            f"the tests give no verdict with all untracked files: {full.problem or full.uncollected}",
            "Correct `tests.command`, or what it says of these files.",
        )


def _narrowed(trials: Trials, named: Sequence[str], found: Sequence[str]) -> Sequence[str]:
    """Narrow the files down: those that the tests name if they are enough, else all."""
    if named and trials.good(named):
        return least(trials.good, named)
    if not trials.good(found):
        trials.words = ()  # these tests need others before them
    return least(trials.good, (*named, *(path for path in found if path not in named)))


def named_in(log: str, paths: Sequence[str]) -> tuple[str, ...]:
    """Those of the paths that a log names: by their name, or as a module that is not there."""
    modules = {part for found in NO_MODULE.findall(log) for name in found for part in name.split(".")}
    return tuple(path for path in paths if _module(path) in modules or _is_named(log, PurePosixPath(path).name))


def _module(path: str) -> str:
    return PurePosixPath(path).name.partition(".")[0] or path


def _is_named(log: str, name: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", log) is not None


def least(good: Good, pool: Sequence[str], beside: Sequence[str] = ()) -> tuple[str, ...]:
    """Take away from the pool what is not needed beside others. All of it is good, and none of it is not.

    Each half is looked at with the other there, or with what is left of that.
    """
    if len(pool) == 1:
        return tuple(pool)
    half = len(pool) // 2
    first, second = pool[:half], pool[half:]
    later = () if good((*beside, *first)) else least(good, second, (*beside, *first))
    sooner = () if good((*beside, *later)) else least(good, first, (*beside, *later))
    return (*sooner, *later)
