"""Edits of a text, and where SARIF's regions are in it (3.30, 3.57 of the standard). Pure."""

import base64
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Region: TypeAlias = Mapping[str, Any]

LINE_END = re.compile(r"\r\n|\n")
UTF16 = "utf16CodeUnits"
KINDS = (UTF16, "unicodeCodePoints")


class UnusableFixError(Exception):
    """A fix that cannot be applied without guessing; says why."""


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` instead of the characters from `start` up to `end`, counted in code points from 0."""

    start: int
    end: int
    text: str

    def meets(self, other: "Edit") -> bool:
        """Return whether two edits overlap, or their order matters."""
        return self.start == other.start or (self.start < other.end and other.start < self.end)


@dataclass(frozen=True)
class Text:
    """A file's content without its byte order mark, which no region counts. `starts` are where its lines begin."""

    content: str
    column_kind: str
    starts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        ends = (match.end() for match in LINE_END.finditer(self.content))
        object.__setattr__(self, "starts", (0, *ends))

    def span(self, region: Region) -> tuple[int, int]:
        """Give a region's start and end. Raises UnusableFixError if it is not in the text."""
        if "startLine" in region:
            start, end = self._by_lines(region)
        elif region.get("charOffset", -1) >= 0:
            first = region["charOffset"]
            last = first + region.get("charLength", 0)
            start, end = (self._code_points(self.content, units) for units in (first, last))
        elif region.get("byteOffset", -1) >= 0:
            start, end = self._by_bytes(region["byteOffset"], region.get("byteLength", 0))
        else:
            raise UnusableFixError("does not say where to change the file")
        if not 0 <= start <= end <= len(self.content):
            raise UnusableFixError("changes a place that is not in the file")
        return start, end

    def _by_lines(self, region: Region) -> tuple[int, int]:
        first = region["startLine"]
        last = region.get("endLine", first)
        start = self._at(first, region.get("startColumn", 1))
        if "endColumn" in region:
            return start, self._at(last, region["endColumn"])
        return start, self._start(last) + len(self._line(last).rstrip("\r\n"))

    def _at(self, line: int, column: int) -> int:
        if column < 1:
            raise UnusableFixError("changes a place that is not in the file")
        return self._start(line) + self._code_points(self._line(line), column - 1)

    def _start(self, line: int) -> int:
        if not 1 <= line <= len(self.starts):
            raise UnusableFixError("changes a line that is not in the file")
        return self.starts[line - 1]

    def _line(self, line: int) -> str:
        start = self._start(line)
        return self.content[start : self.starts[line]] if line < len(self.starts) else self.content[start:]

    def _code_points(self, text: str, units: int) -> int:
        """Convert a number of the tool's units to code points."""
        if units <= len(text) and text[:units].isascii():
            return units
        points = _points(text, units) if self.column_kind == UTF16 else _within(text, units)
        if self.column_kind not in KINDS and max(text[: points + 1]) > "\uffff":
            raise UnusableFixError(
                "stands behind a character that tools count differently, and this one does not say how"
            )
        return points

    def _by_bytes(self, offset: int, length: int) -> tuple[int, int]:
        data = self.content.encode()
        try:
            start = len(data[:offset].decode())
            return start, start + len(data[offset : offset + length].decode())
        except UnicodeDecodeError:
            raise UnusableFixError("begins or ends within a character") from None


def _points(text: str, units: int) -> int:
    """Code points up to a place that is counted in UTF-16."""
    count = 0
    for place, character in enumerate(text):
        if count >= units:
            return _exact(place, count == units)
        count += 2 if character > "\uffff" else 1
    return _exact(len(text), count == units)


def _exact(place: int, exact: bool) -> int:
    if not exact:
        raise UnusableFixError("changes a place that is not in the file")
    return place


def _within(text: str, units: int) -> int:
    return _exact(units, units <= len(text))


def edits_of(replacements: Iterable[Mapping[str, Any]], text: Text) -> tuple[Edit, ...]:
    """The edits that a fix asks for in one file, in the order of places. Raises UnusableFixError."""
    edits = sorted((_edit(r, text) for r in replacements), key=lambda edit: (edit.start, edit.end))
    for edit, following in itertools.pairwise(edits):
        if edit.end > following.start:
            raise UnusableFixError("has replacements that overlap each other")
    return tuple(edits)


def _edit(replacement: Mapping[str, Any], text: Text) -> Edit:
    inserted = replacement.get("insertedContent") or {}
    new = inserted.get("text")
    if new is None and "binary" in inserted:
        try:
            new = base64.b64decode(inserted["binary"], validate=True).decode()
        except ValueError:
            raise UnusableFixError("inserts something that is no text") from None
    if "\r\n" in text.content and "\n" not in text.content.replace("\r\n", ""):
        new = (new or "").replace("\r\n", "\n").replace("\n", "\r\n")
    return Edit(*text.span(replacement["deletedRegion"]), new or "")


def apply_edits(content: str, edits: Sequence[Edit]) -> str:
    """The content with all edits made; they must not overlap, and come in the order of places."""
    parts, place = [], 0
    for edit in edits:
        assert edit.start >= place, "edits overlap"
        parts += [content[place : edit.start], edit.text]
        place = edit.end
    return "".join([*parts, content[place:]])
