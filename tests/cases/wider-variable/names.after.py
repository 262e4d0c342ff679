"""Variables that are given values of several types."""

import sys
from collections import deque

limit: "int | str" = 3
limit = "none"


class Shelf:
    label = None
    height: "int | str" = 1

    def __init__(self) -> None:
        self.width: float = 1
        self.books: list[str | int] = ["a"]

    def fill(self, many: bool) -> None:
        self.width, self.height = 0.5, "high"
        if many:
            self.books.append(3)
            self.label = "many"


class Board(Shelf):
    label = "board"


def lend(shelf: Shelf, name: str) -> None:
    # of one kind, then of another
    size: float = 0  # bytes
    size = len(name) / 2
    found: set[int | str] = {1}
    found.add(name)
    last: deque[int | bytes] = deque([1])
    last.appendleft(b"a")
    one: str | int
    for one in shelf.books:
        print(one)
    one = 3
    first: int | str
    first, second = 1, 2
    first = "a"
    place = sys.stdout
    place = None
    total: float = 0
    total += 0.5
    print(size, one, first, second, place, total, [size for size in "ab"])


def born(early: bool) -> str:
    if early: kind: int | str = 1
    else: kind = "late"
    return f"{kind}"
