"""Convert between places in a text and a server's positions, which count UTF-8, UTF-16 or UTF-32 units. Pure."""

import re
from dataclasses import dataclass, field

from lsprotocol.types import Position, PositionEncodingKind, Range

LINE_END = re.compile(r"\r\n|\n|\r")  # and nothing else that `str.splitlines` takes for one


class PlaceError(Exception):
    """A position that is not in the text, or within a character."""


@dataclass(frozen=True)
class Places:
    """A text, with the beginnings of its lines. Offsets count code points from 0."""

    text: str
    encoding: str = PositionEncodingKind.Utf16
    starts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        ends = (match.end() for match in LINE_END.finditer(self.text))
        object.__setattr__(self, "starts", (0, *ends))

    def offset(self, position: Position) -> int:
        """The offset of a position. One behind the end of a line is its end, as the protocol has it.

        The line after the last one is the end of the text: servers mean that by "the whole document". Raises
        PlaceError for other lines and within a character.
        """
        if position.line >= len(self.starts):
            if position.line == len(self.starts) and position.character == 0:
                return len(self.text)
            raise PlaceError("a line that is not in the file")
        line = self._line(position.line)
        return self.starts[position.line] + self._points(line, position.character)

    def span(self, place: Range) -> tuple[int, int]:
        """The offsets of a range. Raises PlaceError."""
        start, end = self.offset(place.start), self.offset(place.end)
        if start > end:
            raise PlaceError("a range that ends before it begins")
        return start, end

    def position(self, line: int, column: int) -> Position:
        """The server's position of a line and a column that count from 1, in code points; at most the line's end."""
        index = min(max(line - 1, 0), len(self.starts) - 1)
        before = self._line(index)[: max(column - 1, 0)]
        return Position(index, sum(self._units(character) for character in before))

    def line_and_column(self, position: Position) -> tuple[int, int]:
        """The line and the column of a position, from 1; of one that is not in the text the nearest."""
        index = min(position.line, len(self.starts) - 1)
        try:
            points = self._points(self._line(index), position.character if index == position.line else 0)
        except PlaceError:
            points = 0
        return index + 1, points + 1

    def _line(self, index: int) -> str:
        """A line without its end."""
        last = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[index] : last].rstrip("\r\n")

    def _points(self, line: str, units: int) -> int:
        """The code points that so many units of the encoding are, from the beginning of a line."""
        if self.encoding == PositionEncodingKind.Utf32 or line[:units].isascii():
            return min(units, len(line))
        count = 0
        for place, character in enumerate(line):
            if count >= units:
                return _exact(place, count == units)
            count += self._units(character)
        return _exact(len(line), count <= units)

    def _units(self, character: str) -> int:
        if self.encoding == PositionEncodingKind.Utf32:
            return 1
        if self.encoding == PositionEncodingKind.Utf8:
            return len(character.encode("utf-8", "surrogatepass"))
        return 2 if character > "\uffff" else 1


def _exact(place: int, exact: bool) -> int:
    if not exact:
        raise PlaceError("a place within a character")
    return place
