"""Copy the caches of checkers from the survey of the base commit to each worktree.

A copy, never a link: two processes on one cache break each other, and tools rewrite theirs in place.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from stomper.disk.remove_trees import delete_folder, delete_what_goes, temporary_folder

NAME, MYPY = "caches", "mypy"
Ignore: TypeAlias = Callable[[str, list[str]], set[str]]

# The caches that those of a place begin with. What is on the disk may not say it: programs write there.
_begun: dict[Path, Path] = {}


@contextlib.contextmanager
def own_place(scratch: Path | None, within: Path | None = None) -> Iterator[Path]:
    """A folder outside of the checkout for one call: the one given, else one that is gone again afterwards.

    `within` is where that one is made, so that the clean-up of a killed run finds it; else the temporary folder.
    """
    if scratch is not None:
        yield scratch
        return
    with temporary_folder("stomper-checker-", within) as made:
        yield made


def cache_folder(scratch: Path) -> Path:
    """Give the folder in which checkers keep their caches of one checkout."""
    return scratch / NAME


def keep_caches(scratch: Path, warm: Path) -> None:
    """Let later worktrees begin with the caches made here. Those of an earlier survey are replaced."""
    if cache_folder(scratch).is_dir():
        delete_what_goes(warm)
        warm.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a cache that was half copied would be a wrong one.
        cache_folder(scratch).replace(warm)


def warm_caches(warm: Path, scratch: Path) -> None:
    """Start with the survey's caches, if there are any. They are optional.

    mypy's, which grow with the project, are copied when they are first written to (`own_mypy_cache`).
    """
    _begun.pop(scratch, None)
    if warm.is_dir():
        _begun[scratch] = warm
        copy_cache(warm, cache_folder(scratch), shutil.ignore_patterns(MYPY))


def cool_caches(scratch: Path) -> None:
    """Begin with none again: the next who looks from this place, the gate maybe, looks from cold."""
    _begun.pop(scratch, None)


def surveyed(scratch: Path) -> Path | None:
    """The survey's caches, to read only, which those of this place begin with; None if there are none."""
    return _begun.get(scratch)


def known_mypy_cache(scratch: Path) -> Path:
    """The folder in which to read what mypy has left: its own if there is one, else the survey's."""
    own, warm = cache_folder(scratch) / MYPY, surveyed(scratch)
    return own if own.exists() or warm is None else warm / MYPY


def own_mypy_cache(scratch: Path) -> Path:
    """The folder for mypy's caches, which are a copy of the survey's at first."""
    own, warm = cache_folder(scratch) / MYPY, surveyed(scratch)
    if warm is not None and not own.exists() and (warm / MYPY).is_dir():
        copy_cache(warm / MYPY, own)
    return own


def copy_cache(source: Path, target: Path, ignore: Ignore | None = None) -> None:
    """Copy a cache, whole or not at all."""
    try:
        shutil.copytree(source, target, ignore=ignore)
    except (OSError, RecursionError):
        with contextlib.suppress(OSError):
            delete_folder(target)
