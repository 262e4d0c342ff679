"""Locks on files, freed by the kernel with their owner, however that one dies.

Who waits for one waits with an end: another process, of another user perhaps, may never let go of it.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from stomper.disk.private_files import open_private, user_name
from stomper.errors import StomperError

PATIENCE = 60.0
TICK = 0.005
LOCKS = Path("/proc/locks")


class HeldError(StomperError):
    """A lock of ours is held by a process that does not let go of it."""


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`.

    Raises HeldError if another process holds it and does not let go, ForeignError if the file is another user's.
    """
    descriptor = open_private(path, os.O_RDWR | os.O_CREAT)
    try:
        take(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def take(descriptor: int, place: Path, patience: float = PATIENCE) -> None:
    """Lock an open file. Raises HeldError, which names the holder, where that takes longer than `patience` seconds."""
    until = time.monotonic() + patience
    while not try_to_take(descriptor):
        if time.monotonic() > until:
            raise held(descriptor, place)
        time.sleep(TICK)


def try_to_take(descriptor: int) -> bool:
    """Lock an open file if nobody holds it now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_taken(descriptor: int) -> bool:
    """Say whether somebody holds the lock of an open file. If nobody does, it is shared until the file is closed."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


def held(descriptor: int, place: Path) -> HeldError:
    """The error for a lock that nobody lets go of."""
    by = holder_of(descriptor)
    if by is None:
        who = "a process that cannot be named"
    else:
        owner = owner_of(by)
        who = f"process {by}" + (f" of {user_name(owner)}" if owner is not None else "")
    return HeldError(f"{place} is held by {who}", "End that process, or wait for it. Nothing was changed meanwhile.")


def is_foreign(descriptor: int) -> bool:
    """Say whether the process that holds the lock of an open file is known to be another user's."""
    by = holder_of(descriptor)
    owner = owner_of(by) if by is not None else None
    return owner is not None and owner != os.geteuid()


def holder_of(descriptor: int) -> int | None:
    """The process that has taken the lock of an open file; None if the system does not say."""
    info = os.fstat(descriptor)
    wanted = f"{os.major(info.st_dev):02x}:{os.minor(info.st_dev):02x}:{info.st_ino}"
    try:
        rows = [line.split() for line in LOCKS.read_text().splitlines()]
    except OSError:
        return None
    found = [int(row[4]) for row in rows if len(row) > 5 and row[1] == "FLOCK" and row[5] == wanted]
    return next((number for number in found if number > 0), None)


def owner_of(number: int) -> int | None:
    """The user whose process this is; None if there is none any more."""
    try:
        return Path(f"/proc/{number}").stat().st_uid
    except OSError:
        return None
