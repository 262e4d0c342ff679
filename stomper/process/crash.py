"""Named points at which a test can have this process die, to prove that nothing is lost there."""

import os
import signal
from collections.abc import Callable

from stomper.process.environment import CRASH_POINT

_passed: dict[str, int] = {}


def crash_point(name: str, last_act: Callable[[], object] = lambda: None) -> None:
    """SIGKILL this process if the test-only variable says `name`, or `name:N` for the Nth time it comes by.

    `last_act` is done just before: half of what should have been done at once.
    """
    wanted = os.environ.get(CRASH_POINT)
    if not wanted or wanted.partition(":")[0] != name:
        return
    _passed[name] = _passed.get(name, 0) + 1
    if _passed[name] == int(wanted.partition(":")[2] or 1):
        last_act()
        os.kill(os.getpid(), signal.SIGKILL)
