"""Generic types without arguments, which callers, values and uses give away."""

import os
import queue
import re
import subprocess
import typing
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from typing import Dict, Generator, Optional


class Names(dict):
    """Words by name."""

    def add(self, name: str, number: int) -> None:
        self[name] = number


class Job:
    names: list = ["a", "b"]

    def __init__(self, first: Optional[dict] = None) -> None:
        self.waiting: queue.Queue = queue.Queue()
        self.first = first
        self.waiting.put(1)

    def put(self, number: int) -> None:
        self.waiting.put(number)


def both(words: list, count: int) -> tuple:
    return words[0].upper(), count


def table(pairs: Iterable) -> Dict:
    found: OrderedDict = OrderedDict()
    for name, number in pairs:
        found[name] = number + 1
    return {"a": 1}


def numbers(last: int) -> Iterator:
    for number in range(last):
        yield number


def halves(last: int) -> Generator:
    yield last / 2


def lengths(words: typing.List | None = None) -> list:
    return [len(word) for word in words or []]


def recent() -> deque:
    found: deque = deque()
    found.append(b"a")
    return found


def start(pattern: re.Pattern, path: os.PathLike) -> subprocess.Popen:
    print(pattern.sub("", "a"))
    return subprocess.Popen(["true", path])


def opened(path: os.PathLike, pattern: re.Pattern) -> None:
    print(path, pattern)


def main() -> None:
    both(["a"], 1)
    lengths(["a"])
    table([("a", 1)])
    Job({"a": 1.5})
    start(re.compile("a"), os.scandir().__next__())
