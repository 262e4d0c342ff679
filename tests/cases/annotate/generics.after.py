"""Generic types without arguments, which callers, values and uses give away."""

import os
import queue
import re
import subprocess
import typing
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from typing import Dict, Generator, Optional


class Names(dict[str, int]):
    """Words by name."""

    def add(self, name: str, number: int) -> None:
        self[name] = number


class Job:
    names: list[str] = ["a", "b"]

    def __init__(self, first: Optional[dict[str, float]] = None) -> None:
        self.waiting: queue.Queue[int] = queue.Queue()
        self.first = first
        self.waiting.put(1)

    def put(self, number: int) -> None:
        self.waiting.put(number)


def both(words: list[str], count: int) -> tuple[str, int]:
    return words[0].upper(), count


def table(pairs: Iterable[tuple[str, int]]) -> Dict[str, int]:
    found: OrderedDict[str, int] = OrderedDict()
    for name, number in pairs:
        found[name] = number + 1
    return {"a": 1}


def numbers(last: int) -> Iterator[int]:
    for number in range(last):
        yield number


def halves(last: int) -> Generator[float, None, None]:
    yield last / 2


def lengths(words: typing.List[str] | None = None) -> list[int]:
    return [len(word) for word in words or []]


def recent() -> deque[bytes]:
    found: deque[bytes] = deque()
    found.append(b"a")
    return found


def start(pattern: re.Pattern[str], path: os.PathLike[str]) -> subprocess.Popen[bytes]:
    print(pattern.sub("", "a"))
    return subprocess.Popen(["true", path])


def opened(path: os.PathLike[str], pattern: re.Pattern[str]) -> None:
    print(path, pattern)


def main() -> None:
    both(["a"], 1)
    lengths(["a"])
    table([("a", 1)])
    Job({"a": 1.5})
    start(re.compile("a"), os.scandir().__next__())
