"""Tell whether the machine has room for one more worker."""

import os
import time

import psutil

from stomper.settings import WorkflowSettings

LOOK_SECONDS = 1.0
MEGABYTE = 2**20


class Pressure:
    """Looks at load and free memory, once a second at most."""

    def __init__(self, settings: WorkflowSettings) -> None:
        self.settings = settings
        self._looked, self._high = float("-inf"), False

    @property
    def high(self) -> bool:
        """Return whether no more work should begin now."""
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            self._looked, self._high = time.monotonic(), too_much(self.settings, load(), free_memory())
        return self._high


def too_much(settings: WorkflowSettings, load: float, free: int) -> bool:
    """Return whether the load of each CPU is above its limit, or free memory (MB) below its limit; 0 is no limit."""
    return bool(settings.max_load and load > settings.max_load) or free < settings.min_free_memory


def load() -> float:
    """The load average of the last minute for each CPU."""
    return psutil.getloadavg()[0] / (os.cpu_count() or 1)


def free_memory() -> int:
    """Give the memory, in MB, that programs can have without swapping."""
    return int(psutil.virtual_memory().available) // MEGABYTE
