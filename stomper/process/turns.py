"""One at a time, over all processes of a run and all runs of a repository."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from stomper.process.command import stop_due


@contextlib.contextmanager
def one_at_a_time(lock: Path | None) -> Iterator[None]:
    """Suites share ports, files and databases: unless told otherwise, one runs at a time over all workers."""
    if lock is None:
        yield
        return
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        while not stop_due():
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)
