"""The attempt that a checkout holds: which files are not those of the base commit.

Whoever has made a checkout just that says it around the look at it. Only so may a checker answer from what it knows
of the base commit; the survey and the gate say nothing, and are answered from cold.
"""

import contextlib
import os
import zlib
from collections.abc import Callable, Collection, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.regular_files import read_regular

LATEST = 2**30  # seconds since 1970: no file of today is as old


@dataclass(frozen=True, slots=True)
class Attempt:
    """In the checkout `root` only the files `changed` differ from the base commit, whose bytes `base` gives."""

    root: Path
    changed: frozenset[str]
    base: Callable[[str], bytes]


_told: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@contextlib.contextmanager
def attempted(root: Path, changed: Collection[str], base: Callable[[str], bytes]) -> Iterator[None]:
    """Say what a checkout holds, for as long as the `with` lasts."""
    before = _told.set(Attempt(root, frozenset(changed), base))
    try:
        yield
    finally:
        _told.reset(before)


def attempt_in(root: Path) -> Attempt | None:
    """The attempt in a checkout, None if nobody has said what it holds."""
    told = _told.get()
    return told if told is not None and told.root == root else None


def date_by_content(root: Path) -> None:
    """Let the changed files of the attempt in a checkout have a time of change that their contents decide.

    mypy takes a file of the same size, changed in the same second, for the one that its cache knows, and two attempts
    can be as near.
    """
    told = attempt_in(root)
    for path in told.changed if told is not None else ():
        with contextlib.suppress(OSError):
            seconds = zlib.crc32(read_regular(root / path)) % LATEST
            os.utime(root / path, (seconds, seconds), follow_symlinks=False)
