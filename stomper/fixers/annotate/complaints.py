"""Find the errors that annotations bring, and their places in the text before them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stomper.fixers.annotate.evidence import LINE
from stomper.models import Diagnostic, DiagnosticKey

INSERTED = re.compile(r"^\s*(return None|from \S+ import .+|if TYPE_CHECKING:)$")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error."""

    path: str
    line: int
    code: str
    text: str

    @property
    def key(self) -> tuple[str, DiagnosticKey]:
        return self.path, Diagnostic("mypy", self.code, self.text, self.path, 1, 1).key


def read_complaints(lines: Iterable[str]) -> list[Complaint]:
    """The errors among mypy's lines."""
    found = []
    for line in lines:
        match = LINE.match(line)
        if match and match["kind"] == "error":
            found.append(Complaint(match["path"], int(match["line"]), match["code"] or "misc", match["text"]))
    return found


def added(before: Sequence[Complaint], after: Sequence[Complaint]) -> list[Complaint]:
    """Give the complaints of `after` that are more than before; of these the ones at places that had fewer."""
    counts = Counter(complaint.key for complaint in before)
    grown = {key for key, count in Counter(c.key for c in after).items() if count > counts[key]}
    places, old = (Counter((c.key, c.line) for c in each) for each in (after, before))
    return [c for c in after if c.key in grown and places[c.key, c.line] > old[c.key, c.line]]


def old_lines(before: str, after: str) -> dict[int, int]:
    """For each line of the annotated text the line it was. Whole lines were inserted, and nothing else moved."""
    return dict(_pairs(before.split("\n"), after.split("\n")))


def _pairs(before: list[str], after: list[str]) -> Iterator[tuple[int, int]]:
    old, spare, there = 0, len(after) - len(before), set(before)
    for number, line in enumerate(after, 1):
        current = before[old] if old < len(before) else ""
        blank = not line and bool(current)
        if spare and line != current and (blank or (INSERTED.match(line) and line not in there)):
            spare -= 1
        else:
            old = min(old + 1, len(before))
        yield number, max(old, 1)


def gains(before: Sequence[Complaint], after: Sequence[Complaint]) -> dict[str, int]:
    """Of each file that has fewer errors than before how many are gone."""
    old, new = (Counter(complaint.path for complaint in each) for each in (before, after))
    return {path: number - new[path] for path, number in old.items() if number > new[path]}
