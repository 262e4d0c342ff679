"""A source file as lines of text, so that it can be changed and keep all that a model does not see of it.

That is its encoding, its byte order mark, its line ends and whether its last line has one. Pure.
"""

import codecs
import io
import tokenize
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from stomper.text.line_diff import Change, changes


class NotTextError(Exception):
    """A file that is no text, or none in an encoding that is known; says why."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """`lines` are without their ends; `ends` has one for each: "\\n", "\\r\\n", or "" at the end of the file."""

    encoding: str
    mark: bytes
    lines: tuple[str, ...]
    ends: tuple[str, ...]

    @property
    def text(self) -> str:
        """The text that a model sees and writes: every line ends with "\\n"."""
        return "".join(f"{line}\n" for line in self.lines)

    @property
    def usual_end(self) -> str:
        """The line end that most of its lines have."""
        counts = Counter(end for end in self.ends if end)
        return counts.most_common(1)[0][0] if counts else "\n"

    def encode(self) -> bytes:
        """The bytes of the file. Raises NotTextError for a character that its encoding does not have."""
        text = "".join(line + end for line, end in zip(self.lines, self.ends, strict=True))
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise NotTextError(
                f"has a character that {self.encoding} does not know: {error.object[error.start]!r}"
            ) from None

    def replaced(self, start: int, stop: int, lines: Sequence[str]) -> "TextFile":
        """The file with `lines` in place of those from `start` up to `stop`, counted from 0."""
        ends = _fitted(self.ends[start:stop], len(lines), self.usual_end)
        made = TextFile(
            self.encoding,
            self.mark,
            (*self.lines[:start], *lines, *self.lines[stop:]),
            (*self.ends[:start], *ends, *self.ends[stop:]),
        )
        return made._closed_like(self)

    def rewritten(self, lines: Sequence[str]) -> "TextFile":
        """The file with these lines; those that it had keep their ends."""
        ends: list[str] = []
        place = 0
        for change in _changes(self, lines):
            ends += [end or self.usual_end for end in self.ends[place : change.first]]
            ends += _fitted(self.ends[change.first : change.last], change.new_last - change.new_first, self.usual_end)
            place = change.last
        ends += self.ends[place:]
        return TextFile(self.encoding, self.mark, tuple(lines), tuple(ends))._closed_like(self)

    def _closed_like(self, other: "TextFile") -> "TextFile":
        """The last line ends as that of `other` does, and every line before it has an end."""
        if not self.lines:
            return self
        last = other.ends[-1] if other.ends else "\n"
        ends = [end or self.usual_end for end in self.ends[:-1]] + ["" if not last else self.ends[-1] or last]
        return TextFile(self.encoding, self.mark, self.lines, tuple(ends))


def read_text_file(data: bytes, python: bool) -> TextFile:
    """The file with these bytes; of a Python file the encoding may be declared. Raises NotTextError."""
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        encoding = _declared_encoding(data) if python else "utf-8"
        text = data.removeprefix(mark).decode(encoding)
    except (SyntaxError, LookupError, ValueError) as error:
        raise NotTextError(f"is not text in a known encoding: {error}") from None
    if "\0" in text:
        raise NotTextError("is not text: it has a NUL character")
    return TextFile(encoding, mark, *_split(text))


def _declared_encoding(data: bytes) -> str:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return encoding.removesuffix("-sig")


def _split(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    parts = text.split("\n")
    if not parts[-1]:
        parts.pop()
        last = True
    else:
        last = False
    ends = ["\n"] * len(parts)
    if parts and not last:
        ends[-1] = ""
    for number, part in enumerate(parts):
        if part.endswith("\r") and ends[number]:
            parts[number], ends[number] = part[:-1], "\r\n"
    return tuple(parts), tuple(ends)


def _changes(old: TextFile, lines: Sequence[str]) -> Sequence[Change]:
    """Find the changes from the old lines to these. One change for all if a file has one kind of line end."""
    if len({end for end in old.ends if end}) < 2:
        return [Change(0, len(old.lines), 0, len(lines))]
    return changes(old.lines, lines)


def _fitted(ends: Sequence[str], count: int, usual: str) -> list[str]:
    """Ends for so many lines: those that were there, then the usual one."""
    return [*(end or usual for end in ends[:count]), *([usual] * (count - len(ends)))]
