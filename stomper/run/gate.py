"""The gate: what is delivered was checked and tested as that tree, and who breaks it is dropped.

Like a merge queue: test the whole; where it is red, find the culprit by bisecting in object space,
drop it, keep the rest, and look at the whole again.
"""

import dataclasses
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from stomper.errors import ToolError
from stomper.git.commits import apply_patch, commit_tree, fill_index, write_index_tree
from stomper.landing.lander import Landed, Lander
from stomper.models import Changed, Diagnostic, Rejected, printable
from stomper.process.crash import crash_point
from stomper.project_tests.suite import Suite
from stomper.project_tests.verdict import Baseline, Verdict, added_diagnostics, deterministic
from stomper.run.bisect import first_red
from stomper.run.session import Run
from stomper.text.counts import shorten
from stomper.worker.run_checkers import check_worktree
from stomper.workspace.clone import checkout
from stomper.workspace.worktree import Worktree

SHOWN = 3


class GateStopped(Exception):  # noqa: N818  # not an error
    """The user asked to stop while a culprit was searched for."""


@dataclass(slots=True)
class Gate:
    """Judges commits of a run. Without a `suite` only the checkers speak.

    `paths` are all files the checkers look at, `survey` what they found on the base commit; `flaky`
    collects tests that fail now and then, which count for nothing, `certain` those that were made sure of.
    What is known of a commit is kept.
    """

    run: Run
    suite: Suite | None
    baseline: Baseline
    paths: tuple[str, ...]
    survey: tuple[Diagnostic, ...]
    flaky: set[str] = field(default_factory=set)
    certain: set[str] = field(default_factory=set)
    found: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def judge(self, commit: str, name: str = "landed") -> Verdict:
        """What is wrong with a commit that was not wrong with the base. New failures are not yet made sure of."""
        if commit not in self.verdicts:
            self.verdicts[commit] = self._judge(commit, name)
        verdict = self.verdicts[commit]
        return dataclasses.replace(verdict, tests=verdict.tests - self.flaky)

    def _judge(self, commit: str, name: str) -> Verdict:
        with self._checkout(name, commit) as tree:
            try:
                self.run.job.project.prepare(tree)
                there = [path for path in self.paths if path in tree.contents.entries]
                found = check_worktree(self.run.job.checkers, tree, there)
            except ToolError as error:
                return Verdict(problem=f"the result could not be checked: {error.message}")
            self.found[commit] = found
            diagnostics = added_diagnostics(self.survey, found)
            if self.suite is None:
                return Verdict(diagnostics=diagnostics)
            result = self.suite.run(tree)
            if result.problem:
                return Verdict(diagnostics=diagnostics, problem=result.problem, log=result.log)
            return Verdict(self.baseline.broken_by(result), diagnostics, log=result.log)

    def findings(self, commit: str) -> tuple[Diagnostic, ...]:
        """The diagnostics that the checkers find in a commit; none if they gave no result."""
        self.judge(commit)
        return self.found.get(commit, ())

    def _checkout(self, name: str, commit: str) -> AbstractContextManager[Worktree]:
        return checkout(self.run.job.site, self.suite.clones if self.suite is not None else None, name, commit)

    def make_sure(self, commit: str, verdict: Verdict) -> Verdict:
        """The same verdict with only those tests that fail every time here, and never on the base commit."""
        suspects = verdict.tests - self.certain
        if self.suite is None or not suspects:
            return verdict
        reruns = self.run.settings.tests.reruns
        base = self.run.header.base
        with self._checkout("rerun", commit) as new, self._checkout("rerun-base", base) as old:
            for tree in (new, old):
                self.suite.project.prepare(tree)
            certain = deterministic(self.suite, self.baseline, suspects, reruns, new, lambda: old)
        self.certain |= certain
        self.flaky |= suspects - certain
        return dataclasses.replace(verdict, tests=verdict.tests - self.flaky)


@dataclass(frozen=True, slots=True)
class Passed:
    """What came through: the landed files with the dropped ones rejected, the head, what is found on it.

    `problem` says why there is no verdict; then nothing may be delivered.
    """

    landed: tuple[Landed, ...]
    head: str
    after: tuple[Diagnostic, ...]
    dropped: tuple[Rejected, ...] = ()
    problem: str = ""


def pass_gate(gate: Gate, landed: Sequence[Landed], lander: Lander) -> Passed:
    """Test the landed whole; drop, one after the other, the files that make it red; test the rest once more.

    Commits that an earlier session of the run has delivered are not looked at.
    """
    items = {item.task.index: item for item in landed}
    chain = [item for item in landed if item.commit and item.commit not in gate.run.at_home]
    dropped: list[Rejected] = []
    try:
        verdict = gate.make_sure(lander.head, gate.judge(lander.head))
        green = 0
        while verdict.red and not verdict.problem and chain:
            place = _first_red(gate, chain, green, verdict)
            dropped.append(_reject(gate, chain, place, verdict))
            crash_point("gate-drop")
            culprit = Landed(chain[place - 1].task, dropped[-1])
            rest = _reland(gate, lander, chain[: place - 1], chain[place:])
            items |= {item.task.index: item for item in (culprit, *rest)}
            chain = [*chain[: place - 1], *(item for item in rest if item.commit)]
            green = place - 1
            verdict = _judge_again(gate, lander.head)
    except GateStopped:
        verdict = Verdict(problem="interrupted")
    after = gate.found.get(lander.head, gate.survey)
    problem = verdict.problem or _unexplained(verdict)
    return Passed(tuple(items.values()), lander.head, after, tuple(dropped), problem)


def _judge_again(gate: Gate, head: str) -> Verdict:
    """The verdict on what is left. Nothing need be asked where that is the base commit itself."""
    return gate.make_sure(head, gate.judge(head)) if head != gate.run.header.base else Verdict()


def _unexplained(verdict: Verdict) -> str:
    return f"red without any fix: {', '.join(verdict.witnesses[:SHOWN])}" if verdict.red else ""


def _first_red(gate: Gate, chain: Sequence[Landed], green: int, verdict: Verdict) -> int:
    """How many of the chain's commits it takes to be red for one of the same reasons."""

    def probe(lengths: Sequence[int]) -> list[bool]:
        return _ask(gate, [_commit_at(gate, chain, length) for length in lengths], verdict)

    if green and probe([green])[0]:
        green = 0  # it was green for other reasons; what is known of a commit is not asked again
    return first_red(probe, green, len(chain), _width(gate))


def _width(gate: Gate) -> int:
    settings = gate.run.settings
    return settings.workflow.max_parallel_files if settings.tests.parallel else 1


def _commit_at(gate: Gate, chain: Sequence[Landed], length: int) -> str:
    commit = chain[length - 1].commit if length else gate.run.tip
    assert commit is not None, "a chain is made of commits"
    return commit


def _ask(gate: Gate, commits: Sequence[str], verdict: Verdict) -> list[bool]:
    """Whether each commit is red for one of the reasons searched for; asked at once where tests allow it.

    A tree of which nobody can say anything is not green. Raises GateStopped after a ^C.
    """
    names = [f"probe-{number}" for number in range(len(commits))]
    with ThreadPoolExecutor(max(1, len(commits))) as threads:
        found = list(threads.map(gate.judge, commits, names))
    if gate.run.interrupts.stopping:
        raise GateStopped
    return [bool(f.problem or set(f.witnesses) & set(verdict.witnesses)) for f in found]


def _reject(gate: Gate, chain: Sequence[Landed], place: int, verdict: Verdict) -> Rejected:
    """The file at a place of the chain, rejected: with what it breaks, and with whom where it is harmless alone."""
    item = chain[place - 1]
    outcome = item.outcome
    assert isinstance(outcome, Changed), "only these have commits"
    red = gate.judge(_commit_at(gate, chain, place))
    broken = tuple(w for w in red.witnesses if w in verdict.witnesses) or verdict.witnesses
    partner = _partner(gate, chain, place, verdict)
    witness = "tests" if set(broken) & verdict.tests else "checkers"
    reason = f"{witness}: breaks {shorten(broken, SHOWN)}"
    reason += f" (only together with {printable(partner)})" if partner else ""
    rejected = outcome.rejected(reason, broken)
    gate.run.folder.write_log(item.task, f"{reason}\n\n{red.log or verdict.log}")
    gate.run.folder.store(item.task, rejected)
    return rejected


def _partner(gate: Gate, chain: Sequence[Landed], place: int, verdict: Verdict) -> str:
    """The earlier file that a culprit needs to be one; '' where it is red on its own."""
    culprit = chain[place - 1]
    if place == 1 or _ask(gate, [_with(gate, gate.run.tip, culprit)], verdict)[0]:
        return ""

    def probe(lengths: Sequence[int]) -> list[bool]:
        return _ask(gate, [_with(gate, _commit_at(gate, chain, length), culprit) for length in lengths], verdict)

    return chain[first_red(probe, 0, place - 1, _width(gate)) - 1].task.path


def _with(gate: Gate, commit: str, item: Landed) -> str:
    """A commit with one more file's patch on it; no ref has it."""
    outcome = item.outcome
    assert isinstance(outcome, Changed), "only these have patches"
    top, index = gate.run.repository.top, gate.run.job.site.folder / "probe-index"
    fill_index(top, index, commit)
    apply_patch(top, index, outcome.patch.data)
    return commit_tree(top, write_index_tree(top, index), [commit], "probe", nameless_too=True)


def _reland(gate: Gate, lander: Lander, kept: Sequence[Landed], rest: Sequence[Landed]) -> list[Landed]:
    """Land `rest` again on the last of `kept`. What cannot land without the one dropped between comes back rejected."""
    lander.go_back(_commit_at(gate, kept, len(kept)))
    return [lander.land(item.task, item.outcome) for item in rest]
