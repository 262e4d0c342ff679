"""Find the annotations that most likely caused an error."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stomper.disk.regular_files import read_regular_text
from stomper.fixers.annotate.bare_generics import Opening
from stomper.fixers.annotate.complaints import Complaint
from stomper.fixers.annotate.draft import Draft
from stomper.fixers.annotate.scope import LOCAL
from stomper.fixers.annotate.slots import RETURN, Function, Slot, Variable

QUOTED = re.compile(r'"([\w.]+)"')
ARGUMENT = re.compile(r'^Argument (?:(?P<number>\d+)|"(?P<name>\w+)") (?:to|of) "(?P<function>\w+)"')
UNTYPED_CALL = re.compile(r'^Call to untyped function "(?P<name>\w+)"')
WIDE = "object"
MOST_BLAMED = 3  # functions; more than that is no blame
UNTYPED = "no-untyped-call"
RETURN_CODES = frozenset({"return", "return-value", "no-any-return", "func-returns-value"})


@dataclass(slots=True)
class Sources:
    """The lines of a module, `path` below `root`, and of the files that import it."""

    root: Path
    path: str
    text: str
    read: dict[str, list[str]] = field(default_factory=dict)

    def line(self, complaint: Complaint) -> str:
        """The line that a complaint is about; '' if it is not there."""
        if complaint.path not in self.read:
            own = complaint.path == self.path
            self.read[complaint.path] = (self.text if own else _text(self.root / complaint.path)).split("\n")
        lines = self.read[complaint.path]
        return lines[complaint.line - 1] if 0 < complaint.line <= len(lines) else ""


def _text(file: Path) -> str:
    try:
        return read_regular_text(file, "utf-8", "replace")
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class Blame:
    """Knows the functions and variables of a module and the sources that complaints are about."""

    sources: Sources
    functions: Sequence[Function]
    variables: Sequence[Variable]

    def of(self, complaint: Complaint, draft: Draft) -> set[Slot]:
        """The slots of a draft to take back for a complaint, as few as are likely. Its line is the old one."""
        own = complaint.path == self.sources.path
        if own and complaint.code == UNTYPED and self._around(complaint):
            return set()
        words = set(re.findall(r"\w+", self.sources.line(complaint)))
        names = {name.rpartition(".")[2] for name in QUOTED.findall(complaint.text)}
        within = self._around(complaint) if own else None
        tries: Iterable[set[Slot]] = (
            self._argument(complaint),
            self._variables(complaint, words, own),
            self._of_function(within, complaint, words, draft) if within else set(),
            self._setting(words | names) if own else set(),
            self._named(names, own),
            self._named(words, own),
            self._setting(words | names),
            self._about(complaint, draft),
            self._openings(within, names | words),
        )
        blamed = next((slots for each in tries if (slots := {slot for slot in each if slot in draft.types})), set())
        return blamed if len({owner for owner, _ in blamed}) <= MOST_BLAMED else set()

    def callers(self, complaints: Iterable[Complaint]) -> set[int]:
        """The functions that call what has no annotation at all: with a single one of their own they must not."""
        mine = (c for c in complaints if c.path == self.sources.path and c.code == UNTYPED)
        return {around.index for complaint in mine if (around := self._around(complaint))}

    def _around(self, complaint: Complaint) -> Function | None:
        around = [f for f in self.functions if f.first <= complaint.line <= f.end]
        return max(around, key=lambda f: f.line) if around else None

    def _openings(self, within: Function | None, names: set[str]) -> set[Slot]:
        """Arguments of generic types in the function around, and in those that are named."""
        spans = [range(f.first, f.end + 1) for f in self.functions if f is within or f.name in names]
        inside = (v for v in self.variables if isinstance(v, Opening) and any(v.line in span for span in spans))
        return {slot for opening in inside for slot in opening.slots}

    def _argument(self, complaint: Complaint) -> set[Slot]:
        """The parameter that an argument does not fit, by its place or name."""
        match = ARGUMENT.match(complaint.text)
        if not match:
            return set()
        called = [
            f for f in self.functions if match["function"] in (f.name, f.owner if f.name == "__init__" else f.name)
        ]
        if match["name"]:
            return {(f.index, match["name"]) for f in called}
        place = int(match["number"]) - 1
        return {(f.index, f.positional[place]) for f in called if place < len(f.positional)}

    def _variables(self, complaint: Complaint, words: set[str], own: bool) -> set[Slot]:
        near = (v for v in self.variables if (own and v.line == complaint.line) or (v.attribute and v.name in words))
        return {slot for variable in near for slot in variable.slots}

    def _of_function(self, function: Function, complaint: Complaint, words: set[str], draft: Draft) -> set[Slot]:
        """The return, or parameters: those that are too wide, those on the line, or all."""
        if complaint.code in RETURN_CODES:
            return {(function.index, RETURN)}
        mine = {slot for slot in function.slots if slot[1] != RETURN and slot in draft.hands}
        wide = {slot for slot in mine if draft.types[slot].name == WIDE} if f'"{WIDE}' in complaint.text else set()
        narrow = wide or mine
        return {slot for slot in narrow if slot[1] in words} or narrow or set(function.slots)

    def _setting(self, words: set[str]) -> set[Slot]:
        return {slot for function in self.functions if function.sets & words for slot in function.slots}

    def _named(self, names: set[str], own: bool) -> set[Slot]:
        """The functions that are spoken of; elsewhere what they return, for arguments have a complaint of their own."""
        called = [function for function in self.functions if function.name in names]
        return {slot for function in called for slot in function.slots if own or slot[1] == RETURN}

    def _about(self, complaint: Complaint, draft: Draft) -> set[Slot]:
        """The slots whose type is a class that the complaint is about: without it nobody would look for its members."""
        match = UNTYPED_CALL.match(complaint.text)
        classes = {f.owner for f in self.functions if f.name == match["name"]} if match else set()
        classes |= set(QUOTED.findall(complaint.text))
        return {s for s, one in draft.types.items() if any(p.name.removeprefix(LOCAL) in classes for p in one.walk())}
