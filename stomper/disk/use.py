"""Say how much room a folder takes, and when it was used last, so that what was not used for longest can go first."""

import contextlib
import os
from pathlib import Path


def last_use(lock: Path) -> float:
    """When a lock file was touched last, in seconds of the epoch; 0 if it is not there."""
    try:
        return lock.stat().st_mtime
    except OSError:
        return 0.0


def size_of(folder: Path) -> int:
    """The bytes of all files in a folder; what goes meanwhile counts for nothing."""
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118  # many
    return size
