"""Copy the caches of checkers from the survey of the base commit to each worktree.

A copy, never a link: two processes on one cache break each other, and tools rewrite theirs in place.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

NAME = "caches"


@contextlib.contextmanager
def own_place(scratch: Path | None, within: Path | None = None) -> Iterator[Path]:
    """A folder outside of the checkout for one call: the one given, else one that is gone again afterwards.

    `within` is where that one is made, so that the clean-up of a killed run finds it; else the temporary folder.
    """
    if scratch is not None:
        yield scratch
        return
    with tempfile.TemporaryDirectory(prefix="stomper-checker-", dir=within) as made:
        yield Path(made)


def cache_folder(scratch: Path) -> Path:
    """Give the folder in which checkers keep their caches of one checkout."""
    return scratch / NAME


def keep_caches(scratch: Path, warm: Path) -> None:
    """Let later worktrees begin with the caches made here. Those of an earlier survey are replaced."""
    if cache_folder(scratch).is_dir():
        shutil.rmtree(warm, ignore_errors=True)
        warm.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a cache that was half copied would be a wrong one.
        cache_folder(scratch).replace(warm)


def warm_caches(warm: Path, scratch: Path) -> None:
    """Begin with a copy of what the survey kept, if it did. A cache only makes things faster: without is well too."""
    if warm.is_dir():
        try:
            shutil.copytree(warm, cache_folder(scratch))
        except OSError:
            with contextlib.suppress(OSError):
                shutil.rmtree(cache_folder(scratch))
