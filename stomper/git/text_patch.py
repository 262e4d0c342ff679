"""Apply patches of text without git: exactly as they say, or not at all.

Only what changes lines of files that stay where they are is read here. New and deleted files, other modes, binary
content and names that git quotes are for `git apply`.
"""

import io
import os
import re
from dataclasses import dataclass

HEADER = re.compile(
    rb"diff --git a/(?P<path>[^\n]+) b/(?P=path)\n"
    rb"index (?P<old>[0-9a-f]{40})\.\.(?P<new>[0-9a-f]{40}) (?P<mode>[0-7]{6})\n"
    rb"--- a/(?P=path)\t?\n"
    rb"\+\+\+ b/(?P=path)\t?\n"
)
HEADER_LINES = 4
HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")
NO_NEWLINE = b"\\"


@dataclass(frozen=True, slots=True)
class Hunk:
    """The lines `old`, the first of which is number `start` (from 0), and the lines `new` in their place."""

    start: int
    old: list[bytes]
    new: list[bytes]


@dataclass(frozen=True, slots=True)
class TextChange:
    """The change of one file by its patch: from the blob `old` to the blob `new`."""

    path: str
    old: str
    new: str
    mode: str
    hunks: tuple[Hunk, ...]

    def applied(self, content: bytes) -> bytes | None:
        """Give the content with the change in it. None if it is not in each place what the patch says."""
        before, after, at = _lines(content), [], 0
        for hunk in self.hunks:
            end = hunk.start + len(hunk.old)
            if hunk.start < at or before[hunk.start : end] != hunk.old:
                return None
            after += before[at : hunk.start]
            after += hunk.new
            at = end
        return b"".join(after + before[at:])


class _UnreadableError(Exception):
    """The patch has something that is not for us."""


def read_text_patch(data: bytes) -> list[TextChange] | None:
    """Read the bytes of `git diff --full-index`. None if any part of them is not for us, or not a patch."""
    lines, changes, at = _lines(data), [], 0
    if not data.endswith(b"\n"):
        return None
    try:
        while at < len(lines):
            change, at = _read_file(lines, at)
            changes.append(change)
    except (_UnreadableError, IndexError):
        return None
    return changes


def _lines(content: bytes) -> list[bytes]:
    """Lines with their ends, which are line feeds alone."""
    return io.BytesIO(content).readlines()


def _read_file(lines: list[bytes], at: int) -> tuple[TextChange, int]:
    head = HEADER.fullmatch(b"".join(lines[at : at + HEADER_LINES]))
    if head is None:
        raise _UnreadableError
    hunks, at = [], at + HEADER_LINES
    while at < len(lines) and not lines[at].startswith(b"diff "):
        hunk, at = _read_hunk(lines, at)
        hunks.append(hunk)
    old, new, mode = (head[name].decode() for name in ("old", "new", "mode"))
    return TextChange(os.fsdecode(head["path"]), old, new, mode, tuple(hunks)), at


def _read_hunk(lines: list[bytes], at: int) -> tuple[Hunk, int]:
    head = HUNK.match(lines[at])
    if head is None:
        raise _UnreadableError
    removed, added = (1 if count is None else int(count) for count in head.group(2, 3))
    old: list[bytes] = []
    new: list[bytes] = []
    at += 1
    while len(old) < removed or len(new) < added:
        tag, text = lines[at][:1], lines[at][1:]
        at += 1
        if at < len(lines) and lines[at].startswith(NO_NEWLINE):
            text, at = text.removesuffix(b"\n"), at + 1
        if tag not in (b" ", b"-", b"+"):
            raise _UnreadableError
        if tag != b"+":
            old.append(text)
        if tag != b"-":
            new.append(text)
    # Where nothing is removed, git names the line before.
    return Hunk(int(head[1]) - 1 if removed else int(head[1]), old, new), at
