"""Copy the caches of checkers from the survey of the base commit to each worktree.

A copy, never a link: two processes on one cache break each other, and tools rewrite theirs in place.
"""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from stomper.disk.remove_trees import delete_folder, delete_what_goes, temporary_folder

NAME = "caches"


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
    """Start with a copy of the survey's cache, if there is one. The cache is optional."""
    if warm.is_dir():
        try:
            shutil.copytree(warm, cache_folder(scratch))
        except (OSError, RecursionError):
            with contextlib.suppress(OSError):
                delete_folder(cache_folder(scratch))
