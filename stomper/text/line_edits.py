"""Edits of whole lines: found between two contents, and applied to one."""

import difflib
from collections.abc import Sequence

from stomper.grades import Edit


def lines_of(content: bytes) -> list[bytes]:
    """The lines of a content with their ends. Only a line feed ends one, as for git."""
    parts = content.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def edits_between(before: bytes, after: bytes) -> tuple[Edit, ...]:
    """Find the edits that lead from one content to another, in order and apart from each other."""
    old, new = lines_of(before), lines_of(after)
    found = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return tuple(Edit(i1, i2, b"".join(new[j1:j2])) for tag, i1, i2, j1, j2 in found if tag != "equal")


def apply_edits(content: bytes, edits: Sequence[Edit]) -> bytes:
    """Apply edits that are in order and do not overlap."""
    lines, parts, at = lines_of(content), [], 0
    for edit in edits:
        parts += [*lines[at : edit.first], edit.lines]
        at = edit.last
    return b"".join([*parts, *lines[at:]])
