"""One at a time, over all processes of a run and all runs of a repository."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from stomper.disk.file_locks import PATIENCE, held, is_foreign, try_to_take
from stomper.disk.private_files import open_private
from stomper.process.command import stop_due


@contextlib.contextmanager
def one_at_a_time(lock: Path | None) -> Iterator[None]:
    """Suites share ports, files and databases: unless told otherwise, one runs at a time over all workers.

    A suite of this user may take as long as it takes. Raises HeldError if another user's process holds the lock.
    """
    if lock is None:
        yield
        return
    descriptor = open_private(lock, os.O_RDWR | os.O_CREAT)
    until = time.monotonic() + PATIENCE
    try:
        while not stop_due() and not try_to_take(descriptor):
            if time.monotonic() > until and is_foreign(descriptor):
                raise held(descriptor, lock)
            time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)
