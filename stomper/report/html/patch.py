"""Read patches as hunks of lines, fit to be shown: what cannot be seen is an escape, what is too long is cut."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from stomper.text.printable import printable
from stomper.text.redact import hidden

HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,\d+)? @@ ?(.*)", re.DOTALL)
MOST_LINES = 2_000
LONGEST = 1_000
NO_END = "\\"


@dataclass(slots=True)
class Hunk:
    """Lines of a diff, each with its sign (` `, `-`, `+`) and its text. `old` and `new` are the first line numbers."""

    old: int
    new: int
    length: int
    head: str
    lines: list[tuple[str, str]] = field(default_factory=list)

    def covers(self, line: int) -> bool:
        """Say whether a line of the old file is in it."""
        return self.old <= line < self.old + max(self.length, 1)


@dataclass(slots=True)
class FileDiff:
    """The part of a patch about one file. `cut` is the number of lines that are not shown."""

    path: str
    hunks: list[Hunk] = field(default_factory=list)
    note: str = ""
    cut: int = 0


def read_patch(data: bytes) -> list[FileDiff]:
    """Give the files of a patch with their hunks."""
    files: list[FileDiff] = []
    left = MOST_LINES
    for raw in data.split(b"\n"):
        if raw.startswith(b"diff --git "):
            files.append(FileDiff(_path(raw)))
        elif not files:
            continue
        elif (found := HUNK.match(raw)) is not None:
            files[-1].hunks.append(_hunk(found))
        elif not files[-1].hunks:
            _note(files[-1], raw)
        elif raw:
            left -= 1
            _add(files[-1], raw, left)
    return files


def shown_text(raw: bytes) -> str:
    """Give a line of a file without effect on who reads it, without secrets, and not longer than a page bears."""
    text = hidden(raw[: 4 * LONGEST].decode("utf-8", "surrogateescape"))
    cut = len(raw) - LONGEST
    text = "\t".join(printable(part) for part in text[:LONGEST].removesuffix("\r").split("\t"))
    return f"{text} [{cut} more bytes]" if cut > 0 else text


def _path(raw: bytes) -> str:
    name = raw.rpartition(b" b/")[2] or raw
    return shown_text(name.rstrip(b'"'))


def _hunk(found: re.Match[bytes]) -> Hunk:
    length = 1 if found[2] is None else int(found[2])
    return Hunk(int(found[1]), int(found[3]), length, shown_text(found[4]))


def _note(file: FileDiff, raw: bytes) -> None:
    """Keep what git says of a file beside its lines: new, deleted, another mode, binary."""
    for start, words in _notes():
        if raw.startswith(start):
            file.note = words


def _notes() -> Iterator[tuple[bytes, str]]:
    yield b"new file mode", "new file"
    yield b"deleted file mode", "deleted file"
    yield b"new mode", "another mode"
    yield b"GIT binary patch", "binary content"


def _add(file: FileDiff, raw: bytes, left: int) -> None:
    if left < 0:
        file.cut += 1
    elif (sign := chr(raw[0])) in " +-":
        file.hunks[-1].lines.append((sign, shown_text(raw[1:])))
    elif sign == NO_END and file.hunks[-1].lines:
        sign, text = file.hunks[-1].lines[-1]
        file.hunks[-1].lines[-1] = sign, f"{text} [no line end]"
