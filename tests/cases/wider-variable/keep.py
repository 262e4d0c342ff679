"""Types that somebody wrote, that cannot be written here, or whose variable is bound by something else."""

from dataclasses import dataclass
from typing import Any

limit: int = 3
limit = "none"
try:
    from json import loads
except ImportError:
    loads = None


@dataclass
class Book:
    pages: int = 0
    shelf = 0

    def __post_init__(self) -> None:
        self.pages = "many"
        self.shelf = "low"

    @classmethod
    def make(cls) -> None:
        cls.pages = "more"


def read(name: str, data: Any) -> None:
    name = 3
    with open(name) as lines:
        print(lines)
    lines = 3
    pair = 1, data
    pair = data, 1, 2
    known = [data]
    known[0].append(3)
    Book.pages = "a"
    other = 3

    def inner() -> None:
        nonlocal other
        other = "a"

    kinds = []  # type: list[int]
    kinds.append("a")
