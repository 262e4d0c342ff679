"""The folders that git reads in a worktree: the repository's own, and the stores of objects that it borrows from."""

import os
from collections.abc import Iterator
from pathlib import Path

from stomper.git.repository import Repository

MOST = 20


def git_folders(repository: Repository) -> list[Path]:
    """All folders outside of a worktree without which git does not work in it."""
    return list(dict.fromkeys([repository.common, repository.git_dir, *_borrowed(repository.common / "objects")]))


def _borrowed(objects: Path) -> Iterator[Path]:
    """The stores that a store names as its alternates (gitrepository-layout(5)), and those that these name."""
    pending, seen = [objects], {objects}
    while pending and len(seen) < MOST:
        store = pending.pop()
        for other in _alternates(store):
            if other not in seen:
                seen.add(other)
                pending.append(other)
                yield other


def _alternates(store: Path) -> list[Path]:
    try:
        lines = (store / "info" / "alternates").read_bytes().splitlines()
    except OSError:
        return []
    return [Path(os.path.realpath(store / os.fsdecode(line))) for line in lines if line and not line.startswith(b"#")]
