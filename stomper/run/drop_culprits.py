"""Find, by bisecting in object space, the files that make the landed whole red; drop them and keep the rest."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stomper.git.commit_stream import CommitStream
from stomper.journal.run_folder import RunFolder
from stomper.landing.lander import Landed, Lander
from stomper.models import Changed, Diagnostic, Rejected, printable
from stomper.process.crash import crash_point
from stomper.process.main_thread import at_once
from stomper.project_tests.verdict import Verdict
from stomper.run.bisect import first_red
from stomper.run.gate import Gate
from stomper.text.counts import shorten

SHOWN = 3


class GateStopped(Exception):  # noqa: N818  # not an error
    """The user asked to stop while a culprit was searched for."""


@dataclass(frozen=True, slots=True)
class Passed:
    """The result of the gate: landed files with the dropped ones rejected, the head, and its diagnostics.

    `problem` says why there is no verdict; then nothing may be delivered.
    """

    landed: tuple[Landed, ...]
    head: str
    after: tuple[Diagnostic, ...]
    dropped: tuple[Rejected, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The commits of a run in a row, one after the other on `tip`. Asks the `gate` about any part of them.

    Commits of probes are made by the `stream`; `width` commits may be judged at once; `stopping` says that the user
    wants to stop.
    """

    gate: Gate
    tip: str
    items: tuple[Landed, ...]
    stream: CommitStream
    width: int
    stopping: Callable[[], bool]

    def commit_at(self, length: int) -> str:
        """The last of so many commits; the tip for none."""
        commit = self.items[length - 1].commit if length else self.tip
        assert commit is not None, "a row is made of commits"
        return commit

    def first_red(self, green: int, verdict: Verdict) -> int:
        """Find the number of commits that make the row red for one of the same reasons; `green` commits do not."""

        def probe(lengths: Sequence[int]) -> list[bool]:
            return self._are_red([self.commit_at(length) for length in lengths], verdict)

        if green and probe([green])[0]:
            green = 0  # it was green for other reasons; what is known of a commit is not asked again
        return first_red(probe, green, len(self.items), self.width)

    def partner(self, place: int, verdict: Verdict) -> str:
        """The earlier file that the culprit at a place needs to be one; '' if it is red on its own."""
        culprit = self.items[place - 1]
        if place == 1 or self._are_red([self._with(self.tip, culprit)], verdict)[0]:
            return ""

        def probe(lengths: Sequence[int]) -> list[bool]:
            return self._are_red([self._with(self.commit_at(length), culprit) for length in lengths], verdict)

        return self.items[first_red(probe, 0, place - 1, self.width) - 1].task.path

    def _are_red(self, commits: Sequence[str], verdict: Verdict) -> list[bool]:
        """Say which of the commits are red for one of the verdict's reasons; all are judged at once.

        A tree of which nobody can say anything is not green. Raises GateStopped after a ^C.
        """
        self.stream.store()
        names = [f"probe-{number}" for number in range(len(commits))]
        found = at_once(self.gate.judge, commits, names)
        if self.stopping():
            raise GateStopped
        return [bool(f.problem or set(f.witnesses) & set(verdict.witnesses)) for f in found]

    def _with(self, commit: str, item: Landed) -> str:
        """A commit with one more file's patch on it; no ref has it."""
        assert isinstance(item.outcome, Changed), "only these have patches"
        tree = self.stream.tree_with(self.stream.tree_of(commit), item.outcome.patch)
        return self.stream.commit(tree, commit, "probe")


def pass_gate(row: Row, landed: Sequence[Landed], lander: Lander, folder: RunFolder) -> Passed:
    """Test the landed whole; drop, one after the other, the files that make it red; test the rest once more.

    Only the commits in the `row` are looked at: not those that an earlier session of the run has delivered.
    """
    gate, items = row.gate, {item.task.index: item for item in landed}
    dropped: list[Rejected] = []
    try:
        verdict = gate.judge_surely(lander.head)
        green = 0
        while verdict.red and not verdict.problem and row.items:
            place = row.first_red(green, verdict)
            dropped.append(_reject(row, place, verdict, folder))
            crash_point("gate-drop")
            rest = _reland(row, place, lander)
            culprit = Landed(row.items[place - 1].task, dropped[-1])
            items |= {item.task.index: item for item in (culprit, *rest)}
            row = dataclasses.replace(row, items=(*row.items[: place - 1], *(item for item in rest if item.commit)))
            green = place - 1
            verdict = gate.judge_surely(lander.head)
    except GateStopped:
        verdict = Verdict(problem="interrupted")
    after = gate.found.get(lander.head, gate.known)
    return Passed(tuple(items.values()), lander.head, after, tuple(dropped), verdict.problem or _unexplained(verdict))


def _unexplained(verdict: Verdict) -> str:
    return f"the base commit fails by itself: {', '.join(verdict.witnesses[:SHOWN])}" if verdict.red else ""


def _reject(row: Row, place: int, verdict: Verdict, folder: RunFolder) -> Rejected:
    """The file at a place of the row, rejected: with what it breaks, and with whom if it is harmless alone."""
    item = row.items[place - 1]
    outcome = item.outcome
    assert isinstance(outcome, Changed), "only these have commits"
    red = row.gate.judge(row.commit_at(place))
    broken = tuple(w for w in red.witnesses if w in verdict.witnesses) or verdict.witnesses
    partner = row.partner(place, verdict)
    witness = "tests" if set(broken) & verdict.tests else "checkers"
    reason = f"{witness}: breaks {shorten(broken, SHOWN)}"
    reason += f" (only together with {printable(partner)})" if partner else ""
    rejected = outcome.rejected(reason, broken)
    folder.write_log(item.task, f"{reason}\n\n{red.log or verdict.log}")
    folder.store(item.task, rejected)
    return rejected


def _reland(row: Row, place: int, lander: Lander) -> list[Landed]:
    """Land what is behind a place again, on what is before it. What cannot land without the one between is rejected."""
    lander.go_back(row.commit_at(place - 1))
    landed = [lander.land(item.task, item.outcome) for item in row.items[place:]]
    lander.settle()
    return landed
