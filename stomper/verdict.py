"""What tests and checkers say of a tree, measured against the base commit."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from stomper.models import Diagnostic, blind_spots
from stomper.suite import Suite, SuiteResult
from stomper.worktree import Worktree


@dataclass(frozen=True, slots=True)
class Baseline:
    """How the tests went on the base commit. Whoever failed there is known, and held against nobody."""

    passed: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    files: dict[str, str] = field(default_factory=dict)

    def part(self, places: Collection[str]) -> "Baseline":
        """What of it concerns the tests in some files."""
        return Baseline(frozenset(n for n in self.passed if self.files.get(n) in places), self.failed, self.files)

    def broken_by(self, result: SuiteResult) -> frozenset[str]:
        """The tests that passed on the base commit and now fail, are skipped or are gone, and new ones that fail."""
        return (result.failed | (self.passed - result.passed)) - self.failed


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a tree that was not wrong with the base: test ids, new diagnostics; or why nobody can say."""

    tests: frozenset[str] = frozenset()
    diagnostics: frozenset[str] = frozenset()
    problem: str = ""
    log: str = ""

    @property
    def red(self) -> bool:
        return bool(self.tests or self.diagnostics)

    @property
    def witnesses(self) -> tuple[str, ...]:
        """Who says so."""
        return (*sorted(self.tests), *sorted(self.diagnostics))


def added_diagnostics(before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> frozenset[str]:
    """Diagnostics anywhere that the base commit has not, in words; without lines, which differ from tree to tree.

    What a tool says of a file that it could not look at before is not new: it may have been there.
    """
    before = list(before)
    unseen = blind_spots(before)
    known = Counter((diagnostic.path, diagnostic.key) for diagnostic in before)
    new = []
    for d in after:
        if (d.tool, d.path) in unseen:
            continue
        if known[d.path, d.key] > 0:
            known[d.path, d.key] -= 1
        else:
            new.append(f"{d.tool}: {d.path}: {d.code} {d.message}")
    return frozenset(new)


def deterministic(
    suite: Suite, suspects: frozenset[str], files: Mapping[str, str], reruns: int, trees: Iterable[Worktree]
) -> frozenset[str]:
    """Those of `suspects` that fail every time on the new tree and never on the base. The others are noted as flaky.

    A test that fails now and then is nobody's fault. `trees` are the new one and that of the base, each
    looked at only when it is needed; `files` where tests are, so that only those are run again.
    """
    left = suspects
    if not (suspects and reruns):
        return left
    for tree, goes_on in zip(trees, (_fails, _passes), strict=True):
        places = [file_of(name, files, tree) for name in sorted(suspects)]
        again = list(dict.fromkeys(places)) if suite.takes_paths and all(places) else []
        for _ in range(reruns):
            if left:
                outcome = suite.run(tree, again)
                left = left if outcome.problem else goes_on(left, outcome)
    suite.note_flaky(suspects - left)
    return left


def file_of(name: str, files: Mapping[str, str], tree: Worktree) -> str:
    """The file a test is in; for one that could not be loaded its name says which. '' where nobody knows."""
    if known := files.get(name):
        return known
    guess = name.replace(".", "/") + ".py"
    return guess if guess in tree.contents.entries else ""


def _fails(suspects: frozenset[str], result: SuiteResult) -> frozenset[str]:
    return suspects - result.passed


def _passes(suspects: frozenset[str], result: SuiteResult) -> frozenset[str]:
    return suspects - result.failed
