"""The landed files in a row, one after the other, and the commits that probes ask about: some of them, or parts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from stomper.git.commit_stream import CommitStream
from stomper.landing.lander import Landed
from stomper.models import Blob, Changed
from stomper.process.main_thread import at_once
from stomper.project_tests.verdict import Verdict
from stomper.run.gate import Asked, Gate
from stomper.run.search_trace import Trace
from stomper.units.division import Division, LayoutOf, divide

FILE_MODES = ("100644", "100755")
Kept: TypeAlias = Collection[int] | None
"""The units of a file that a commit has; None for the file as it landed."""


class GateStopped(Exception):  # noqa: N818  # not an error
    """The user asked to stop while a culprit was searched for."""


@dataclass(frozen=True, slots=True)
class Question:
    """The question to each probe: whether any of the `witnesses` is red, for which so much has to be `asked`."""

    witnesses: frozenset[str]
    asked: Asked


@dataclass(frozen=True, slots=True)
class Row:
    """The commits of a run in a row, one after the other on `tip`. Asks the `gate` about any part of them.

    Commits of probes are made by the `stream`, and kept in `made` by their trees; `width` commits may be judged at
    once; `stopping` says that the user wants to stop. What is made of a file is laid out as `layout_of` says. What is
    asked in searches is noted in the `trace`.
    Places in the row are counted from 1.
    """

    gate: Gate
    tip: str
    items: tuple[Landed, ...]
    stream: CommitStream
    width: int
    stopping: Callable[[], bool]
    layout_of: LayoutOf
    made: dict[str, str] = field(default_factory=dict)
    divisions: dict[str, Division | None] = field(default_factory=dict)
    trace: Trace = field(default_factory=Trace)

    def item(self, place: int) -> Landed:
        return self.items[place - 1]

    def outcome(self, place: int) -> Changed:
        """The outcome of the file at a place."""
        outcome = self.items[place - 1].outcome
        assert isinstance(outcome, Changed), "only these have commits"
        return outcome

    def commit_at(self, length: int) -> str:
        """The last of so many files' commits; the tip for none."""
        commit = self.items[length - 1].commit if length else self.tip
        assert commit is not None, "a row is made of commits"
        return commit

    def commit_of(self, length: int, more: Mapping[int, Kept]) -> str:
        """A commit with so many files and, of some behind them, the kept units; no ref has it."""
        if not more:
            return self.commit_at(length)
        tree = self.stream.tree_of(self.commit_at(length))
        for place, kept in more.items():
            tree = self._with(tree, place, kept)
        if tree not in self.made:
            self.made[tree] = self.stream.commit(tree, self.commit_at(length), "probe")
        return self.made[tree]

    def _with(self, tree: str, place: int, kept: Kept) -> str:
        outcome = self.outcome(place)
        if kept is None:
            return self.stream.tree_with(tree, outcome.patch)
        division = self.division(place)
        assert division is not None, "it has units"
        blob = replace(outcome.patch.blobs[0], id=self.stream.blob(division.content(kept)))
        self.stream.store()
        return self.stream.tree_with_blobs(tree, [blob])

    def division(self, place: int) -> Division | None:
        """The file at a place in its units; None if it can only be dropped as it is."""
        commit = self.commit_at(place)
        if commit not in self.divisions:
            self.divisions[commit] = self._divided(self.outcome(place))
        return self.divisions[commit]

    def _divided(self, outcome: Changed) -> Division | None:
        if not outcome.parts or len(outcome.patch.blobs) != 1:
            return None
        (blob,) = outcome.patch.blobs
        base = self.stream.entry_of(self.stream.tree_of(self.gate.made.base), outcome.path)
        if base is None or blob.id is None or (blob.path, blob.mode) != (outcome.path, base[0]):
            return None
        if base[0] not in FILE_MODES:
            return None
        old, new = self.stream.contents(base[1], blob.id)
        if old is None or new is None:
            return None
        return divide(outcome.path, old, outcome.parts, new, self.layout_of(outcome.path))

    def base_content(self, place: int) -> bytes | None:
        """The file at a place as the base commit has it; None if it has none."""
        base = self.stream.entry_of(self.stream.tree_of(self.gate.made.base), self.outcome(place).path)
        return self.stream.contents(base[1])[0] if base is not None and base[0] in FILE_MODES else None

    def new_blob(self, place: int, content: bytes) -> Blob:
        """The file at a place with another content."""
        return replace(self.outcome(place).patch.blobs[0], id=self.stream.blob(content))

    def are_red(self, commits: Sequence[str], question: Question) -> list[bool]:
        """Say which of the commits are red for one of the witnesses of a question; all are judged at once.

        A tree of which nobody can say anything is not green. Raises GateStopped after a ^C.
        """
        return [bool(verdict.problem or red_of(verdict, question)) for verdict in self.judge(commits, question.asked)]

    def judge(self, commits: Sequence[str], asked: Asked) -> list[Verdict]:
        """Judge commits at once. Raises GateStopped after a ^C."""
        self.stream.store()
        numbers = range(len(commits))
        names = [f"probe-{number}" for number in numbers]
        found = at_once(self.gate.judge, commits, names, [asked for _ in numbers])
        if self.stopping():
            raise GateStopped
        return found


def red_of(verdict: Verdict, question: Question) -> frozenset[str]:
    """The witnesses of a question that are red in a verdict."""
    return question.witnesses & frozenset(verdict.witnesses)
