"""As many annotations as mypy lets stand: many are looked at together, and divided only where that is worse."""

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import libcst as cst

from stomper.fixers.annotate.ask_mypy import LateError, Oracle
from stomper.fixers.annotate.blame import Blame, Sources
from stomper.fixers.annotate.complaints import Complaint, added, gains, old_lines
from stomper.fixers.annotate.draft import Draft
from stomper.fixers.annotate.python_version import Target
from stomper.fixers.annotate.scope import Scope
from stomper.fixers.annotate.slots import RETURN, Function, Slot, Variable
from stomper.fixers.annotate.types import NONE_TYPE, Type, join, read_type
from stomper.fixers.annotate.writing import Spelling, annotate

MOST_LOOKS = 12
MOST_RETRIES = 12
PARTS = 6
MISFIT = re.compile(r'(?:\(got |incompatible type )"(?P<got>[^"]+)"(?:; expected |, expected )')
LAZY = re.compile(r"^from __future__ import .*\bannotations\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Settled:
    """The draft that may be written, its text, and the other files of which mypy says less with it."""

    draft: Draft
    text: str
    elsewhere: tuple[str, ...] = ()


@dataclass(slots=True)
class Settler:
    """`before` is what mypy says of the text as it is, the files that import it included.

    `good` is the largest draft that brought no new error, `after` what mypy said with it.
    """

    oracle: Oracle
    text: str
    module: cst.Module
    functions: Sequence[Function]
    variables: Sequence[Variable]
    scope: Scope
    before: Sequence[Complaint]
    target: Target
    blame: Blame = field(init=False)
    good: Draft = field(default_factory=lambda: Draft({}))
    after: Sequence[Complaint] = ()

    def __post_init__(self) -> None:
        sources = Sources(self.oracle.root, self.oracle.path, self.text)
        self.blame = Blame(sources, self.functions, self.variables)

    def settle(self, draft: Draft) -> Settled | None:
        """Give those annotations of the draft that bring no new error; None if there are none."""
        wanted = self._sound(draft)
        mended, clean = self._mend(wanted)
        self._win_back(wanted if clean else mended, 1 if clean else PARTS)
        if not self.good.hands:
            return None
        elsewhere = {path for path in gains(self.before, self.after) if path != self.oracle.path}
        return Settled(self.good, self.write(self.good), tuple(sorted(elsewhere)))

    def _mend(self, draft: Draft) -> tuple[Draft, bool]:
        """Widen, replace or take back all annotations that are blamed, and say whether nothing is left to be blamed."""
        with contextlib.suppress(LateError):
            return self._without_complaints(draft)
        return draft, False

    def _without_complaints(self, draft: Draft) -> tuple[Draft, bool]:
        early = self.oracle.half()
        for _ in range(MOST_LOOKS):
            if early.left <= 0:
                break
            complaints = self.look(draft) if draft.hands else []
            if not complaints:
                return draft, True
            better = self._sound(self._mended(draft, complaints))
            if better == draft:
                better = self._sound(draft.refused(self._guilty(draft, complaints)))
            draft = better
        return draft, False

    def _guilty(self, draft: Draft, complaints: Sequence[Complaint]) -> set[Slot]:
        """Find the slots of one function or variable that bring such complaints, where nobody can be blamed.

        Of the first ones of a draft so many are looked at, by halves, that the last of them is the first guilty one.
        """
        kinds = {complaint.key for complaint in complaints}
        owners = sorted({owner for owner, _ in draft.hands})
        good, bad = 0, len(owners)
        while bad - good > 1:
            middle = (good + bad) // 2
            found = {complaint.key for complaint in self.look(draft.of(owners[:middle]))}
            good, bad = (good, middle) if found & kinds else (middle, bad)
        return {slot for slot in draft.hands if slot[0] == owners[bad - 1]}

    def _sound(self, draft: Draft) -> Draft:
        """Without functions of which both the return and a parameter are open, two errors to mypy."""
        open_ = (f for f in self.functions if f.returns and (f.index, RETURN) not in draft.hands)
        worse = [f for f in open_ if any(slot not in draft.hands for slot in f.slots if slot[1] != RETURN)]
        return draft.without({slot for function in worse for slot in function.slots})

    def write(self, draft: Draft) -> str:
        spelling = Spelling(self.scope, bool(LAZY.search(self.text)), self.target)
        return annotate(self.module, self.functions, self.variables, draft, spelling)

    def look(self, draft: Draft) -> list[Complaint]:
        """The errors that a draft brings, with the lines of the text as it is. If there are none, it is a good one."""
        text = self.write(draft)
        lines = old_lines(self.text, text)
        after = [c for c in self.oracle.complaints(text) if c.path in self.oracle.looked_at]
        moved = [replace(c, line=lines.get(c.line, c.line)) if c.path == self.oracle.path else c for c in after]
        new = added(self.before, moved)
        if not new and len(draft.hands) > len(self.good.hands):
            self.good, self.after = draft, moved
        return new

    def _mended(self, draft: Draft, complaints: Sequence[Complaint]) -> Draft:
        """The draft with wider types where that may help, once for each, else with the next proposals."""
        bad: set[Slot] = set()
        callers = self.blame.callers(complaints)
        draft = draft.without({slot for slot in draft.hands if slot[0] in callers})
        for complaint in complaints:
            slots = self.blame.of(complaint, draft)
            wider = self._wider(draft, complaint, slots)
            if wider is None:
                bad |= slots
            draft = wider or draft
        return draft.refused(bad)

    def _wider(self, draft: Draft, complaint: Complaint, slots: set[Slot]) -> Draft | None:
        """With a type that takes in what did not fit; where a function may fall off its end, with a word about that."""
        slot = next(iter(slots), None)
        if slot is None or len(slots) > 1:
            return None
        if complaint.code == "return":
            return _widened(replace(draft, closed=draft.closed | {slot[0]}), slot, NONE_TYPE, slot[0] in draft.closed)
        misfit = MISFIT.search(complaint.text)
        one = read_type(misfit["got"]) if misfit else None
        one = self.scope.resolve(one) if one else None
        return _widened(draft, slot, one, slot in draft.widened)

    def _win_back(self, wanted: Draft, parts: int) -> None:
        """Find what of the rest is no error after all, part by part and in halves: the blame may have been wrong."""
        lost = sorted({index for index, _ in wanted.hands.keys() - self.good.hands.keys()})
        size = max(1, -(-len(lost) // parts))
        groups = [lost[start : start + size] for start in range(0, len(lost), size)]
        with contextlib.suppress(LateError):
            for _ in range(MOST_RETRIES):
                if not groups:
                    break
                group = groups.pop()
                more = self._sound(replace(self.good, hands={**wanted.of(group).hands, **self.good.hands}))
                if not more.hands.keys() <= self.good.hands.keys() and self.look(more) and len(group) > 1:
                    groups += [group[: len(group) // 2], group[len(group) // 2 :]]


def _widened(draft: Draft, slot: Slot, more: Type | None, again: bool) -> Draft | None:
    whole = join([draft.types[slot], more]) if more is not None and not again else None
    if whole is None or (whole == draft.types[slot] and slot[0] not in draft.closed):
        return None
    return draft.with_type(slot, whole)
