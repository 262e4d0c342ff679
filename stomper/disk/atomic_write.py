"""Writing files so that a power cut leaves the old content or the new, never half of it."""

import os
from pathlib import Path

ABOVE = "stomper-above"
"""A folder above a worktree, made for it; no tool and no project has a pattern for this name."""
SHOWN = 30  # characters of a name that a temporary one begins with, which must not be too long for the file system


def write_atomically(path: Path, content: bytes, durable: bool = True, private: bool = False) -> None:
    """Replace `path` by `content` in one step. `durable` also waits until it is on the disk.

    `private` is for what nobody but this user may read. Nothing is written through a link that lies in the way.
    """
    temporary = path.with_name(f".{path.name[:SHOWN]}.{os.getpid()}-{os.urandom(4).hex()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(temporary, flags, 0o600 if private else 0o666), "wb") as file:
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


def is_file(path: Path) -> bool:
    """Say whether there is a file; also for a name that we made ourselves and that no file system would take."""
    return os.path.isfile(path)  # noqa: PTH113  # `Path.is_file` raises for a name that is too long


def is_inside(path: str | Path, top: Path) -> bool:
    """Say whether a path is in the checkout, as it is written or as links lead it."""
    places = (Path(os.path.abspath(path)), Path(os.path.realpath(path)))  # noqa: PTH100  # links must stay as they are
    tops = {top, Path(os.path.realpath(top))}
    return any(place.is_relative_to(one) for place in places for one in tops)
