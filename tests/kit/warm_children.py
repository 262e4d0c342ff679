"""What a fork of the warm process would start beside itself as a new Python, is a fork too.

Those two are the guardian and the process of multiprocessing that goes before it. They do the same that the new Python
would be told to do: they are given the same words and descriptors, and have the same signals and environment.
"""

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import popen_spawn_posix, util
from typing import Any

from stomper.process.guardian import GUARDIAN

TRACKER = "multiprocessing.resource_tracker"
STREAMS = (0, 1, 2)


def start_them_as_forks(show_environment: Callable[[dict[str, str]], None]) -> None:
    """From here on, in this process. `show_environment` has /proc show the variables of a process."""
    spawn: Callable[[Any, Sequence[Any], Sequence[int]], int] = util.spawnv_passfds
    launch: Callable[[Any, Any], None] = vars(popen_spawn_posix.Popen)["_launch"]
    is_guardian = False

    def start(path: Any, words: Sequence[Any], passed: Sequence[int]) -> int:
        if not is_guardian and not any(TRACKER in str(word) for word in words):
            return spawn(path, words, passed)
        pid = os.fork()
        if pid == 0:
            _be_new(words, passed, show_environment)
        return pid

    def launch_known(popen: Any, process: Any) -> None:
        nonlocal is_guardian
        is_guardian = process.name == GUARDIAN
        try:
            launch(popen, process)
        finally:
            is_guardian = False

    setattr(util, "spawnv_passfds", start)  # noqa: B010  # no attribute that types know of
    setattr(popen_spawn_posix.Popen, "_launch", launch_known)  # noqa: B010


def _be_new(words: Sequence[Any], passed: Sequence[int], show_environment: Callable[[dict[str, str]], None]) -> None:
    """Do what a new Python does with these words, and end."""
    with _ending():
        gc.freeze()  # nothing that the other process has is closed here by and by
        signal.set_wakeup_fd(-1)
        for number in signal.valid_signals():
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _close_all_but({*STREAMS, *passed})
        show_environment(dict(os.environ))
        code = [*map(os.fsdecode, words)].index("-c") + 1
        sys.argv[:] = ["-c", *map(os.fsdecode, words[code + 1 :])]
        exec(os.fsdecode(words[code]), {})


@contextlib.contextmanager
def _ending() -> Iterator[None]:
    code = 1
    try:
        yield
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _close_all_but(kept: set[int]) -> None:
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208  # names, not paths
        if int(name) not in kept:
            with contextlib.suppress(OSError):  # that of the list itself
                os.close(int(name))
