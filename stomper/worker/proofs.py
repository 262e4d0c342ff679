"""The proofs of one task's guesses: each is graded, and those that nothing stands behind are withheld."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from stomper.fixers.base import Fixer, SeenTypes, is_ours
from stomper.git.trees import SYMLINK
from stomper.grades import Grade, Part, Withheld
from stomper.models import Diagnostic
from stomper.multisets import surplus
from stomper.proof.grader import ORDER, Grader, Group, Guess, Judged, Version
from stomper.proof.same_program import same_program
from stomper.text.line_edits import Origins, edits_between, lines_of
from stomper.workspace.contents import Snapshot
from stomper.workspace.worktree import Worktree

Place: TypeAlias = tuple[str, str, int]
"""Tool, code, and the line in the base commit, from 1: it stays what it is while other places are changed."""


@dataclass(slots=True)
class Proofs:
    """Grades the guesses about the file `path` of a worktree. `withheld` are those that were not let land.

    `broke` are the (fixer, code) whose guesses broke tests in earlier runs.
    """

    grader: Grader
    tree: Worktree
    path: str
    broke: Collection[tuple[str, str]] = ()
    withheld: dict[Place, Withheld] = field(default_factory=dict)
    _origins: tuple[bytes, Origins] | None = None

    def doubted(self, fixer: Fixer, left: Sequence[Diagnostic]) -> frozenset[str]:
        """Give the codes about which our word is not enough for a guess of this fixer, or that broke tests here."""
        if not is_ours(fixer):
            return frozenset()
        mine = [found for found in left if found.fixable and fixer.takes((found,))]
        hopeless = (found for found in mine if self.has_broken(fixer, found.code) or not self._hopes(fixer, found))
        return frozenset(found.code for found in hopeless)

    def _hopes(self, fixer: Fixer, found: Diagnostic) -> bool:
        return self.grader.hopes(fixer.name, found)

    def has_broken(self, fixer: Fixer, code: str) -> bool:
        """Say whether a guess of this fixer at this code broke tests in an earlier run."""
        return (fixer.name, code) in self.broke

    def has_withheld(self, code: str) -> bool:
        """Say whether a guess about a code was withheld."""
        return any(place[1] == code for place in self.withheld)

    def sort(self, fixer: Fixer, state: Snapshot, places: Sequence[Diagnostic]) -> list[tuple[Group, frozenset[Place]]]:
        """Sort places that a fixer would change by what may stand behind them, the surest first.

        Of two on one line that are alike the weaker one counts.
        """
        sorted_: list[tuple[Group, frozenset[Place]]] = []
        weaker = frozenset[Place]()
        for group in reversed(self.grader.sort(fixer.name, self._version(state), places)):
            mine = self.places(state, group.places) - weaker
            weaker |= mine
            sorted_ += [(group, mine)] if mine else []
        return sorted_[::-1]

    def places(self, state: Snapshot, found: Collection[Diagnostic]) -> frozenset[Place]:
        """Give the places of diagnostics of a state of the file."""
        return frozenset(self.place(state, one) for one in found)

    def place(self, state: Snapshot, found: Diagnostic) -> Place:
        """Give the place of a diagnostic of a state of the file."""
        olds = self._origins_of(state).of(found.line - 1)
        return found.tool, found.code, olds.start + 1

    def judge(
        self,
        fixer: Fixer,
        before: Snapshot,
        after: tuple[Snapshot, Snapshot],
        gone: tuple[Diagnostic, ...],
        by_types: bool,
    ) -> Judged:
        """Grade the guess that led from one state to another, after which some diagnostics are gone.

        That state is the one which the fixer has written, and then as formatters have left it. They count only where
        they make another program of it: then the weaker grade does.
        """
        written, formatted = after
        judged = self._judged(fixer, before, written, gone, by_types)
        if written == formatted or same_program(self.path, self._bytes(written), self._bytes(formatted)):
            return judged
        again = self._judged(fixer, before, formatted, gone, by_types)
        return max(judged, again, key=lambda one: ORDER.index(one.grade))

    def _judged(
        self, fixer: Fixer, before: Snapshot, after: Snapshot, gone: tuple[Diagnostic, ...], by_types: bool
    ) -> Judged:
        new = after.keys() | before.keys()
        content = self._bytes(after)
        judged = self.grader.judge(Guess(fixer.name, self._version(before), content, gone, is_ours(fixer), by_types))
        if new - {self.path}:
            return Judged(Grade.UNPROVED, "a look of yours, since it changes other files too")
        return judged

    def lets(self, gone: Sequence[Diagnostic], grade: Grade) -> bool:
        """Say whether a guess of this grade may land."""
        return self.grader.lets(self.path, gone, grade)

    def withhold(self, fixer: Fixer, state: Snapshot, gone: Sequence[Diagnostic], needs: str) -> None:
        """Remember a guess that must not land: the diagnostics, of a state, that it would take away."""
        for found in gone:
            place = self.place(state, found)
            self.withheld[place] = Withheld(fixer.name, found.tool, found.code, place[2], needs)

    def withheld_of(self, state: Snapshot, left: Sequence[Diagnostic]) -> tuple[Withheld, ...]:
        """Give the guesses that were withheld about what is left in the end."""
        still = self.places(state, left)
        mine = [self.withheld[place] for place in self.withheld if place in still]
        return tuple(sorted(mine, key=lambda one: (one.line, one.tool, one.code)))

    def seen_types(self) -> SeenTypes | None:
        """Give the types that tests showed of the file; None if there are none."""
        types = self.grader.record.types(self.path) if self.grader.record is not None else {}
        return SeenTypes(self.tree.contents.base_bytes(self.path), types) if types else None

    def part(
        self,
        fixer: Fixer,
        before: Snapshot,
        after: tuple[Snapshot, Snapshot],
        gone: Sequence[Diagnostic],
        grade: Grade,
    ) -> Part:
        """The part of the file's change that a kept guess is; `after` as for `judge`."""
        codes: dict[tuple[str, str], int] = {}
        for found in gone:
            codes[found.tool, found.code] = codes.get((found.tool, found.code), 0) + 1
        written, formatted = map(self._bytes, after)
        edits, layout = edits_between(self._bytes(before), written), edits_between(written, formatted)
        counted = tuple((*code, count) for code, count in sorted(codes.items()))
        return Part(fixer.name, grade, counted, edits, fixer.divisible, layout)

    def _version(self, state: Snapshot) -> Version:
        base = self.tree.contents.base_bytes(self.path)
        return Version(self.tree.root, self.tree.scratch, self.path, base, self._bytes(state), self.tree.base)

    def _bytes(self, state: Snapshot) -> bytes:
        blob = state.get(self.path) or self.tree.contents.base_blob(self.path)
        return b"" if blob.mode == SYMLINK else self.tree.contents.bytes_of(blob)

    def _origins_of(self, state: Snapshot) -> Origins:
        now = self._bytes(state)
        if self._origins is None or self._origins[0] != now:
            self._origins = now, Origins(lines_of(self.tree.contents.base_bytes(self.path)), lines_of(now))
        return self._origins[1]


def gone_of(before: Sequence[Diagnostic], after: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Give the diagnostics that are there no more: of those that are alike, rather the ones on other lines than now."""
    still = {(found.key, found.line) for found in after}
    likely = sorted(before, key=lambda found: (found.key, found.line) not in still)
    return surplus(likely, (found.key for found in after), lambda found: found.key)
