"""The folders that git reads in a worktree: the repository's own, and the stores of objects that it borrows from."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from stomper.git.repository import Repository

MOST = 20
# What git has in a folder of objects. Whoever packs a repository may have it borrow from any folder, and what is
# borrowed is shown to agents: a folder with anything else in it is none.
PART = re.compile(r"[0-9a-f]{2}|info|pack|(tmp|incoming)[-_].*|.*\.lock")


def git_folders(repository: Repository) -> list[Path]:
    """All folders outside of a worktree without which git does not work in it."""
    return list(dict.fromkeys([repository.common, repository.git_dir, *_borrowed(repository.common / "objects")]))


def _borrowed(objects: Path) -> Iterator[Path]:
    """The stores that a store names as its alternates (gitrepository-layout(5)), and those that these name."""
    pending, seen = [objects], {objects}
    while pending and len(seen) < MOST:
        store = pending.pop()
        for other in _alternates(store):
            if other not in seen and _is_store(other):
                seen.add(other)
                pending.append(other)
                yield other


def _is_store(folder: Path) -> bool:
    """Say whether a folder has objects of git's in it, and nothing else."""
    try:
        return all(PART.fullmatch(place.name) for place in folder.iterdir())
    except OSError:
        return False


def _alternates(store: Path) -> list[Path]:
    try:
        lines = (store / "info" / "alternates").read_bytes().splitlines()
    except OSError:
        return []
    return [Path(os.path.realpath(store / os.fsdecode(line))) for line in lines if line and not line.startswith(b"#")]


def quoted(path: Path) -> str:
    """Give a path as git reads it in a list of paths with colons (git(1), GIT_ALTERNATE_OBJECT_DIRECTORIES)."""
    text = str(path)
    if ":" not in text and not text.startswith('"'):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
