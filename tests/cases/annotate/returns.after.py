"""What functions return, as far as they say."""

import collections
from collections.abc import Iterator
from types import TracebackType


class Shelf:
    def __init__(self) -> None:  # a comment stays
        self.count = 0

    def __repr__(self) -> str:
        return f"{self.count}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shelf) and self.count == other.count

    def __enter__(self) -> "Shelf":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.count = 0

    def clear(
        self,
    ) -> None:
        self.count = 0

    def twin(self) -> "Shelf":
        return Shelf()

    async def wait(self) -> list[int]:
        return [self.count, 1]

    def parts(self) -> Iterator[int]:
        yield self.count
        yield 2

    def size(self, *, full: bool = False, name: str = "x", ratio: float = 1.5) -> float | None:
        if full:
            return len(name) * ratio
        return None


def find(limit: int = 3) -> str | None:
    if limit > 3:
        return "a"
    if limit > 2:
        return None
    return None


def tally() -> collections.OrderedDict[str, int]:
    return collections.OrderedDict([("a", 1)])


def pick() -> Shelf | None:
    for shelf in (Shelf(),):
        if shelf.count:
            return shelf
    return None
