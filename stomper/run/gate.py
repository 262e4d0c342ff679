"""The gate: what is delivered was checked and tested as that tree.

Like a merge queue: test the whole; if it is red, drop the culprits (`drop_culprits`), and judge the whole again.
"""

import dataclasses
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from stomper.errors import ToolError
from stomper.models import Diagnostic
from stomper.project_tests.suite import Suite
from stomper.project_tests.verdict import BaseResults, Verdict, added_diagnostics, deterministic
from stomper.run.set_up import SetUp
from stomper.worker.run_checkers import check_worktree
from stomper.workspace.clone import checkout
from stomper.workspace.worktree import Worktree


@dataclass(slots=True)
class Gate:
    """Judges commits of a run. Without a `suite` only the checkers speak.

    `paths` are all files that the checkers look at; `known` is what they found on the base commit, and `results` is
    how its tests went. `flaky` collects tests that fail now and then, which count for nothing, `certain` those that
    were made sure of. What is known of a commit is kept.
    """

    made: SetUp
    suite: Suite | None
    results: BaseResults
    paths: tuple[str, ...]
    known: tuple[Diagnostic, ...]
    flaky: set[str] = field(default_factory=set)
    certain: set[str] = field(default_factory=set)
    found: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def judge(self, commit: str, name: str = "landed") -> Verdict:
        """Find the faults of a commit beyond those of the base commit. New failures are not retried yet."""
        if commit not in self.verdicts:
            self.verdicts[commit] = self._judge(commit, name)
        verdict = self.verdicts[commit]
        return dataclasses.replace(verdict, tests=verdict.tests - self.flaky)

    def judge_surely(self, commit: str) -> Verdict:
        """The same with only those tests that fail every time here, and never on the base. The base itself is green."""
        return Verdict() if commit == self.made.base else self._make_sure(commit, self.judge(commit))

    def _judge(self, commit: str, name: str) -> Verdict:
        with self._checkout(name, commit) as tree:
            try:
                self.made.project.prepare(tree)
                there = [path for path in self.paths if path in tree.contents.entries]
                found = check_worktree(self.made.checkers, tree, there)
            except ToolError as error:
                return Verdict(problem=f"the result could not be checked: {error.message}")
            self.found[commit] = found
            diagnostics = added_diagnostics(self.known, found)
            if self.suite is None:
                return Verdict(diagnostics=diagnostics)
            result = self.suite.run(tree)
            if result.problem:
                return Verdict(diagnostics=diagnostics, problem=result.problem, log=result.log)
            return Verdict(self.results.broken_by(result), diagnostics, log=result.log)

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
