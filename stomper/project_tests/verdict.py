"""Compare the tests and diagnostics of a tree with those of the base commit."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from stomper.models import Diagnostic, blind_spots, path_and_key
from stomper.multisets import surplus
from stomper.project_tests.results import WHOLE, SuiteResult
from stomper.project_tests.suite import Suite
from stomper.workspace.worktree import Worktree


@dataclass(frozen=True, slots=True)
class BaseResults:
    """The results of tests on the base commit. Tests already failing there are ignored.

    `skipped`, `expected` to fail and `deselected` are those that could not fail there; `modules` those among
    all of these that are whole files. `nodes` says how to name a test to pytest.
    """

    passed: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    files: dict[str, str] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    expected: frozenset[str] = frozenset()
    deselected: int = 0
    modules: frozenset[str] = frozenset()
    nodes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, result: SuiteResult) -> "BaseResults":
        """The results that a run of the suite on the base commit gave."""
        r = result
        return cls(r.passed, r.failed, r.files, r.skipped, r.expected, r.deselected, r.modules, r.nodes)

    @property
    def idle(self) -> frozenset[str]:
        """The tests that guard nothing and yet are there. A whole file is none: once it is loaded, its tests are."""
        return (self.failed | self.skipped | self.expected) - self.modules - {WHOLE}

    def broken_by(
        self, result: SuiteResult, places: Collection[str] | None = None, names: Collection[str] = ()
    ) -> frozenset[str]:
        """The tests that passed on the base commit and now fail, are skipped or are gone, and new ones that fail.

        One that failed or was skipped before may do so again, but not be gone. `places` are the files that were
        run, None for all, and `names` the tests that were run of others.
        """
        gone = self._there(self.passed, places, names) - result.passed
        gone |= self._there(self.idle, places, names) - result.seen
        return (result.failed - self.failed) | gone

    def _there(self, tests: frozenset[str], places: Collection[str] | None, names: Collection[str]) -> frozenset[str]:
        if places is None:
            return tests
        return frozenset(test for test in tests if test in names or self.files.get(test) in places)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The faults of a tree beyond those of the base commit: test ids, new diagnostics; or why there is no verdict."""

    tests: frozenset[str] = frozenset()
    diagnostics: frozenset[str] = frozenset()
    problem: str = ""
    log: str = ""

    @property
    def red(self) -> bool:
        return bool(self.tests or self.diagnostics)

    @property
    def witnesses(self) -> tuple[str, ...]:
        """The tests and tools that say so."""
        return (*sorted(self.tests), *sorted(self.diagnostics))


def added_diagnostics(before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> frozenset[str]:
    """Diagnostics anywhere that the base commit has not, in words; without lines, which differ from tree to tree.

    What a tool says of a file that it could not look at before is not new: it may have been there.
    """
    before = list(before)
    unseen = blind_spots(before)
    seen = [d for d in after if (d.tool, d.path) not in unseen]
    new = surplus(seen, map(path_and_key, before), path_and_key)
    return frozenset(f"{d.tool}: {d.path}: {d.code} {d.message}" for d in new)


def deterministic(
    suite: Suite,
    results: BaseResults,
    suspects: frozenset[str],
    reruns: int,
    fixed: Worktree,
    base: Callable[[], Worktree],
) -> frozenset[str]:
    """Give those of `suspects` that are broken every time on the `fixed` tree and never on the base.

    The others are noted as flaky. A test that fails now and then is nobody's fault. `base` gives the tree of the base
    commit, and is called only if that is needed; from then on `fixed` is not looked at any more.
    """
    if not (suspects and reruns):
        return suspects
    left = suspects
    for broken in _rerun(suite, results, suspects, reruns, fixed):
        left &= broken
        if not left:
            break
    if left:
        for broken in _rerun(suite, results, suspects, reruns, base()):
            left -= broken
            if not left:
                break
    suite.note_flaky(suspects - left)
    return left


def _rerun(
    suite: Suite, results: BaseResults, suspects: frozenset[str], times: int, tree: Worktree
) -> Iterator[frozenset[str]]:
    """Yield what is broken in each of so many runs. Only the files of the suspects are run, if these are known.

    A run without a verdict yields nothing.
    """
    places = [file_of(name, results.files, tree) for name in sorted(suspects)]
    again = list(dict.fromkeys(places)) if suite.takes_paths and all(places) else []
    for _ in range(times):
        result = suite.run(tree, again)
        if not result.problem:
            yield results.broken_by(result)


def file_of(name: str, files: Mapping[str, str], tree: Worktree) -> str:
    """The file a test is in; for one that could not be loaded its name says which. '' if nobody knows."""
    if known := files.get(name):
        return known
    guess = name.replace(".", "/") + ".py"
    return guess if guess in tree.contents.entries else ""
