"""Variables whose values are of unknown types, or given where nobody sees it."""

from dataclasses import dataclass
from typing import Any


class Page:
    lines = []

    def add(self, line: Any) -> None:
        self.lines.append(line)

    def last(self) -> str:
        return self.found


class Other:
    def __init__(self) -> None:
        self.found = "of another class"


def find(other: Other) -> None:
    other.found = "not the one of a page"


@dataclass
class Point:
    where = {}

    def put(self, name: str) -> None:
        self.where[name] = name


def collect(data: Any) -> int:
    found = []
    never = {}
    found.append(data)
    return len(found) + len(never) + nothing
