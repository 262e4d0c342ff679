"""The gate: what is delivered was checked and tested as that tree.

Like a merge queue: test the whole; if it is red, drop the culprits (`drop_culprits`), and judge the whole again.
"""

import dataclasses
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from stomper.checkers.caches import keep_caches
from stomper.errors import ToolError
from stomper.models import Diagnostic
from stomper.project_tests.line_record import LineRecord
from stomper.project_tests.suite import Suite
from stomper.project_tests.verdict import BaseResults, Verdict, added_diagnostics, deterministic
from stomper.run.set_up import SetUp
from stomper.run.test_runs import TestRuns
from stomper.worker.run_checkers import check_worktree
from stomper.workspace.clone import checkout
from stomper.workspace.worktree import Worktree

MOST_NAMED = 100
WHOLE = "landed"


@dataclass(frozen=True, slots=True)
class Asked:
    """The part of the gate's work that is wanted: whether the checkers look, and the tests that run.

    Those are test files and node ids; None are all of the suite.
    """

    checkers: bool = True
    tests: tuple[str, ...] | None = None


EVERYTHING = Asked()
CHECKERS = Asked(tests=())


@dataclass(slots=True)
class Gate:
    """Judges commits of a run. Without a `suite` only the checkers speak.

    `paths` are all files that the checkers look at; `known` is what they found on the base commit, and `results` is
    how its tests went. `flaky` collects tests that fail now and then, which count for nothing, `certain` those that
    were made sure of, `nodes` how to name tests to the suite; the `record` says which tests run which lines of the
    base commit. `runs` is what is told of the test runs. What is known of a commit is kept.
    """

    made: SetUp
    suite: Suite | None
    results: BaseResults
    paths: tuple[str, ...]
    known: tuple[Diagnostic, ...]
    record: LineRecord | None = None
    flaky: set[str] = field(default_factory=set)
    certain: set[str] = field(default_factory=set)
    nodes: dict[str, str] = field(default_factory=dict)
    runs: TestRuns = field(default_factory=TestRuns)
    found: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict)
    verdicts: dict[tuple[str, Asked], Verdict] = field(default_factory=dict)

    def judge(self, commit: str, name: str = WHOLE, asked: Asked = EVERYTHING) -> Verdict:
        """Find the faults of a commit beyond those of the base commit. New failures are not retried yet."""
        if (commit, EVERYTHING) in self.verdicts:
            asked = EVERYTHING
        if (commit, asked) not in self.verdicts:
            self.verdicts[commit, asked] = self._judge(commit, name, asked)
        verdict = self.verdicts[commit, asked]
        return dataclasses.replace(verdict, tests=verdict.tests - self.flaky)

    def judge_surely(self, commit: str) -> Verdict:
        """The same with only those tests that fail every time here, and never on the base. The base itself is green."""
        return Verdict() if commit == self.made.base else self._make_sure(commit, self.judge(commit))

    def look_at(self, commit: str) -> Verdict:
        """Have the checkers look at a commit, and no tests run; what they find is in `found` then."""
        return self.judge(commit, asked=CHECKERS)

    def know_again(self, commit: str, other: str) -> None:
        """Take what is known of a commit for the other one, which has the same tree."""
        if commit in self.found:
            self.found[other] = self.found[commit]
        for (judged, asked), verdict in list(self.verdicts.items()):
            if judged == commit:
                self.verdicts[other, asked] = verdict

    def asked_about(self, verdict: Verdict) -> Asked:
        """Give the least that must be asked to see the faults of a verdict again: everything, if less cannot be."""
        checkers = bool(verdict.diagnostics)
        if not verdict.tests:
            return CHECKERS
        if self.suite is None or not self.suite.takes_paths:
            return EVERYTHING
        words = self._words(verdict.tests)
        return Asked(checkers, words) if words else EVERYTHING

    def _words(self, tests: Collection[str]) -> tuple[str, ...]:
        """Name tests to the suite: one by one if they are few, else by their files. Empty if a file is not known."""
        files = {n: self.results.files.get(n) or self.nodes.get(n, "").partition("::")[0] for n in tests}
        if not all(files.values()):
            return ()
        if len(tests) > MOST_NAMED:
            return tuple(sorted(set(files.values())))
        words = {self.nodes.get(name, file) for name, file in files.items()}
        return tuple(sorted(word for word in words if word in files.values() or word.partition("::")[0] not in words))

    def _judge(self, commit: str, name: str, asked: Asked) -> Verdict:
        with self._checkout(name, commit) as tree:
            try:
                self.made.project.prepare(tree)
                diagnostics = self._look(commit, name, tree) if asked.checkers else frozenset[str]()
            except ToolError as error:
                return Verdict(problem=f"the result could not be checked: {error.message}")
            return self._test(tree, diagnostics, asked.tests)

    def _look(self, commit: str, name: str, tree: Worktree) -> frozenset[str]:
        """Have the checkers look, unless they have; give what is new. Raises ToolError."""
        if commit not in self.found:
            there = [path for path in self.paths if path in tree.contents.entries]
            self.found[commit] = check_worktree(self.made.checkers, tree, there)
            if name == WHOLE:
                keep_caches(tree.scratch, self.made.site.warm)  # a later round begins where this commit ends
        return added_diagnostics(self.known, self.found[commit])

    def _test(self, tree: Worktree, diagnostics: frozenset[str], only: tuple[str, ...] | None) -> Verdict:
        if self.suite is None or only == ():
            return Verdict(diagnostics=diagnostics)
        result = self.suite.run(tree, only or ())
        if result.problem:
            return Verdict(diagnostics=diagnostics, problem=result.problem, log=result.log)
        self.nodes |= result.nodes
        places = {word.partition("::")[0] for word in only} if only else None
        return Verdict(self.results.broken_by(result, places), diagnostics, log=result.log)

    def findings(self, commit: str) -> tuple[Diagnostic, ...]:
        """The diagnostics that the checkers find in a commit; none if they gave no result."""
        self.judge(commit)
        return self.found.get(commit, ())

    def _checkout(self, name: str, commit: str) -> AbstractContextManager[Worktree]:
        return checkout(self.made.trees, self.suite.clones if self.suite is not None else None, name, commit)

    def _make_sure(self, commit: str, verdict: Verdict) -> Verdict:
        """The same verdict with only those tests that fail every time here, and never on the base commit."""
        suspects = verdict.tests - self.certain
        if self.suite is None or not suspects:
            return verdict
        reruns = self.made.settings.tests.reruns
        with self._checkout("rerun", commit) as new, self._checkout("rerun-base", self.made.base) as old:
            for tree in (new, old):
                self.suite.project.prepare(tree)
            certain = deterministic(self.suite, self.results, suspects, reruns, new, lambda: old)
        self.certain |= certain
        self.flaky |= suspects - certain
        return dataclasses.replace(verdict, tests=verdict.tests - self.flaky)
