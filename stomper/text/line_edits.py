"""Edits of whole lines: found between two contents, and applied to one.

Bytes are told as text here, each as the character of its number: so they fit into JSON, whatever their encoding is.
"""

from collections.abc import Sequence

from stomper.grades import Edit
from stomper.text.line_diff import Change, changes

BYTES = "latin-1"


def lines_of(content: bytes) -> list[str]:
    """The lines of a content with their ends. Only a line feed ends one, as for git."""
    *whole, last = content.decode(BYTES).split("\n")
    return [f"{line}\n" for line in whole] + ([last] if last else [])


def edits_between(before: bytes, after: bytes) -> tuple[Edit, ...]:
    """Find the edits that lead from one content to another, in order and apart from each other."""
    old, new = lines_of(before), lines_of(after)
    found = changes(old, new)
    return tuple(Edit(part.first, part.last, "".join(new[part.new_first : part.new_last])) for part in found)


def apply_edits(content: bytes, edits: Sequence[Edit]) -> bytes:
    """Apply edits that are in order and do not overlap."""
    lines, parts, at = lines_of(content), [], 0
    for edit in edits:
        parts += [*lines[at : edit.first], edit.lines]
        at = edit.last
    return "".join([*parts, *lines[at:]]).encode(BYTES)


def carried_lines(before: bytes, now: bytes) -> dict[int, int]:
    """Give, for each line of a content that stems from a single one of an earlier one, its number there, from 1.

    It is the same, or one of as many lines in the place of others, if none of these was moved in or out.
    """
    old, new = lines_of(before), lines_of(now)
    found, at_old, at_new = dict[int, int](), 0, 0
    for part in (*changes(old, new), Change(len(old), len(old), len(new), len(new))):
        there, here = range(part.first, part.last), range(part.new_first, part.new_last)
        found |= {at_new + n + 1: at_old + n + 1 for n in range(part.new_first - at_new)}
        if [_indent(old[n]) for n in there] == [_indent(new[n]) for n in here]:
            found |= {line + 1: origin + 1 for line, origin in zip(here, there, strict=True)}
        at_old, at_new = part.last, part.new_last
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


class Origins:
    """The lines of a content that stem from those of an earlier one; both are given in lines."""

    def __init__(self, before: Sequence[str], now: Sequence[str]) -> None:
        self._moves: list[tuple[range, range]] = []
        at_old = at_new = 0
        for part in changes(before, now):
            new, old = range(part.new_first, part.new_last), range(part.first, part.last)
            self._moves += [_same(at_old, at_new, new.start - at_new), (new, old)]
            at_old, at_new = old.stop, new.stop
        self._moves.append(_same(at_old, at_new, len(now) - at_new))

    def of(self, line: int) -> range:
        """Give the lines that a line, counted from 0, has been: one, or those in whose place it is now; none if new."""
        for new, old in self._moves:
            if line in new:
                return old[line - new.start : line - new.start + 1] if len(new) == len(old) else old
        return range(0)


def _same(old: int, new: int, count: int) -> tuple[range, range]:
    return range(new, new + count), range(old, old + count)
