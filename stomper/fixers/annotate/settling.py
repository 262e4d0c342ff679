"""As many annotations as mypy lets stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import libcst as cst

from stomper.fixers.annotate.blame import Blame
from stomper.fixers.annotate.complaints import Complaint, added, old_lines, read_complaints
from stomper.fixers.annotate.oracle import LateError, Oracle
from stomper.fixers.annotate.scope import Scope
from stomper.fixers.annotate.slots import RETURN, Function, Slot, Variable
from stomper.fixers.annotate.target import Target
from stomper.fixers.annotate.types import NONE_TYPE, Type, join, read_type
from stomper.fixers.annotate.writing import Draft, Spelling, annotate

MOST_LOOKS = 7
PARTS = 6
MISFIT = re.compile(r'(?:\(got |incompatible type )"(?P<got>[^"]+)"(?:; expected |, expected )')
LAZY = re.compile(r"^from __future__ import .*\bannotations\b", re.MULTILINE)


@dataclass(slots=True)
class Settler:
    """`before` is what mypy says of the text as it is, the files that import it included."""

    oracle: Oracle
    text: str
    module: cst.Module
    functions: Sequence[Function]
    variables: Sequence[Variable]
    scope: Scope
    before: Sequence[Complaint]
    target: Target
    blame: Blame = field(init=False)

    def __post_init__(self) -> None:
        self.blame = Blame(self.oracle.path, self.functions, self.variables, self.text.split("\n"))

    def settle(self, draft: Draft) -> str | None:
        """The text with those annotations of the draft that bring no new error; None where there are none."""
        early = self.oracle.half()
        for _ in range(MOST_LOOKS):
            draft = self._sound(draft)
            if early.left <= 0:
                break
            if not draft.types:
                return None
            complaints = self.look(draft)
            if not complaints:
                return self.write(draft)
            better = self._mended(draft, complaints)
            if better == draft:
                break
            draft = better
        return self._salvaged(draft)

    def _sound(self, draft: Draft) -> Draft:
        """Without functions of which both the return and a parameter are open, two errors to mypy."""
        open_ = (f for f in self.functions if f.returns and (f.index, RETURN) not in draft.types)
        worse = [f for f in open_ if any(slot not in draft.types for slot in f.slots if slot[1] != RETURN)]
        return draft.without({slot for function in worse for slot in function.slots})

    def write(self, draft: Draft) -> str:
        spelling = Spelling(self.scope, bool(LAZY.search(self.text)), self.target)
        return annotate(self.module, self.functions, self.variables, draft, spelling)

    def look(self, draft: Draft) -> list[Complaint]:
        """The errors that a draft brings, with the lines of the text as it is."""
        text = self.write(draft)
        lines = old_lines(self.text, text)
        after = read_complaints(self.oracle.ask(text))
        moved = [replace(c, line=lines.get(c.line, c.line)) if c.path == self.oracle.path else c for c in after]
        return added(self.before, moved)

    def _mended(self, draft: Draft, complaints: Sequence[Complaint]) -> Draft:
        """The draft with wider types where that may help, once for each, else without what the complaints are about."""
        bad: set[Slot] = set()
        for complaint in complaints:
            slots = self.blame.of(complaint, draft)
            wider = self._wider(draft, complaint, slots)
            if wider is None:
                bad |= slots
            draft = wider or draft
        return draft.without(bad)

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

    def _salvaged(self, draft: Draft) -> str | None:
        """Part by part, each with what was good before it, where nobody can be blamed."""
        owners = sorted({index for index, _ in draft.types})
        size = max(1, -(-len(owners) // PARTS))
        good: set[Slot] = set()
        for start in range(0, len(owners), size):
            part = set(owners[start : start + size])
            more = good | {slot for slot in draft.types if slot[0] in part}
            try:
                good = good if self.look(self._sound(draft.only(more))) else more
            except LateError:
                break
        return self.write(self._sound(draft.only(good))) if good else None


def _widened(draft: Draft, slot: Slot, more: Type | None, again: bool) -> Draft | None:
    whole = join([draft.types[slot], more]) if more is not None and not again else None
    if whole is None or (whole == draft.types[slot] and slot[0] not in draft.closed):
        return None
    return replace(draft, types={**draft.types, slot: whole}, widened=draft.widened | {slot})
