"""The semaphores of multiprocessing: files in memory, which a SIGKILL of everybody leaves behind.

Worker processes open them by name, so that they cannot be unlinked at once, and the process in which
multiprocessing cleans up after us dies too where a whole process group is killed. Their names have
the run in them, so that the next command finds them.
"""

import contextlib
import multiprocessing
from pathlib import Path

# Where Linux keeps them (sem_overview(7)); elsewhere they are no files and nobody can list them.
PLACE = Path("/dev/shm")
PREFIX = "/mp"


def name_semaphores(run: str | None) -> None:
    """From here on semaphores are named after this run; None: after nothing again."""
    # `SemLock._make_name` reads it from there, and workers inherit it.
    config = multiprocessing.current_process()._config  # type: ignore[attr-defined]  # there is no public one
    config["semprefix"] = PREFIX if run is None else f"/stomper-{run}"


def remove_semaphores(run: str) -> int:
    """Remove those of a run that is not alive. Returns how many there were."""
    removed = 0
    for file in PLACE.glob(f"sem.stomper-{run}-*"):
        with contextlib.suppress(OSError):
            file.unlink()
            removed += 1
    return removed
