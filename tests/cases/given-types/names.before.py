"""Variables of which mypy finds no type, or finds them nowhere."""

from collections import deque


class Page:
    """One page."""

    lines = []
    notes = {}

    def add(self, line: str, number: int) -> None:
        self.lines.append(line)
        self.notes[line] = number
        self.last = deque()
        self.last.append(line.encode())


class Reader:
    """Attributes that others give it."""

    def at(self) -> int:
        return self.place + 1


class Writer:
    def go(self, reader: Reader) -> None:
        reader.place = len(self.__class__.__name__)


def start(name: str) -> None:
    global started, names
    started = True
    names = [name]


def is_started() -> bool:
    return started and "a" in names


def collect(texts: list[str]) -> int:
    by_length = {}
    kinds, lines = {}, []
    for text in texts:
        by_length.setdefault(len(text), text)
    kinds.update(by_length)
    lines += texts
    return len(by_length) + len(lines) + len(kinds)
