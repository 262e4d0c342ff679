"""Writing files so that a power cut leaves the old content or the new, never half of it."""

import os
from pathlib import Path

ABOVE = "stomper-above"
"""A folder above a worktree, made for it; no tool and no project has a pattern for this name."""


def write_atomically(path: Path, content: bytes, durable: bool = True) -> None:
    """Replace `path` by `content` in one step. `durable` also waits until it is on the disk."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
