"""The marks of what git does not keep: packages, programs, untracked files.

A mark is what the system says of a file: kind, size, times of change. Who changes a file changes its mark, and the time
of the last change of its facts (ctime) cannot be set. A mark that differs though the content does not costs a result
from the cache, and nothing else.
"""

import math
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

MOST = 200_000
# Tools keep their own things there. Packages below a folder that is not theirs are of another environment.
LEFT_OUT = frozenset(
    {
        *("__pycache__", ".git", ".hg", ".mypy_cache", ".ruff_cache", ".pytest_cache", "node_modules"),
        *("site-packages", "dist-packages"),
    }
)


class UnfitError(Exception):
    """The marks of a place would say nothing: too much lies there, or somebody is changing it."""


def marks_of(places: Iterable[Path], until: float = math.inf, most: int = MOST) -> Iterator[str]:
    """Give the marks of files, and of all that is in folders, in an order that is always the same.

    Links are followed, each folder is looked at once; in a folder some names are left out. A place where nothing is
    has a mark too. Raises UnfitError for more than `most` things together, and for what was changed after the time
    `until`: a mark that is taken now says nothing of what somebody has read before.
    """
    seen: set[tuple[int, int]] = set()
    pending, count = [os.fspath(place) for place in reversed(list(places))], 0
    while pending:
        place = pending.pop()
        count += 1
        if count > most:
            raise UnfitError(place)
        info = _look(place)
        if info is not None and info.st_ctime > until:
            raise UnfitError(place)
        if info is None or not stat.S_ISDIR(info.st_mode):
            yield f"{place}\0{_facts(info)}"
        elif (info.st_dev, info.st_ino) not in seen:
            seen.add((info.st_dev, info.st_ino))
            yield f"{place}\0folder"
            pending += reversed([f"{place}/{name}" for name in _names(place)])


def _look(place: str) -> os.stat_result | None:
    try:
        return os.stat(place)  # noqa: PTH116  # tens of thousands of them, and `Path` takes twice as long
    except OSError:
        return None


def _facts(info: os.stat_result | None) -> str:
    if info is None:
        return "none"
    return f"{info.st_mode:o} {info.st_size} {info.st_mtime_ns} {info.st_ctime_ns} {info.st_ino}"


def _names(place: str) -> Sequence[str]:
    """List a folder. One that may not be read counts as empty: no tool finds more."""
    try:
        return sorted(name for name in os.listdir(place) if name not in LEFT_OUT)  # noqa: PTH208  # names, not paths
    except OSError:
        return ()
