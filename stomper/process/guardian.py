"""A second process that outlives a killed parent just long enough to end what the parent had started.

A SIGKILL leaves the parent no moment to act, and a program with one job in-process has no worker
that would notice. The guardian does: it waits for the parent's end, then kills everything that
carries the run's mark, `setsid` or not. A folder given to it is removed then too.
"""

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from pathlib import Path

from stomper.disk.remove_trees import delete_what_goes
from stomper.process.containment import adopting, disown
from stomper.process.environment import RUN_MARK
from stomper.process.interrupts import SIGNALS, blocked
from stomper.process.process_trees import is_alive, marked, sweep
from stomper.process.unpacked import STARTED_BY

GUARDIAN = "stomper-guardian"
PATIENCE = 30.0


def start_tracker() -> None:
    """Start the process that multiprocessing starts with the first one that it starts for us.

    Before the run's mark is set: it stays for as long as this process does. With the signals blocked, since by itself
    it takes no heed of a hang-up.
    """
    with blocked(SIGNALS), adopting():
        resource_tracker.ensure_running()


@contextlib.contextmanager
def guardian(run: str, unpacked: str | None = None) -> Iterator[Callable[[], None]]:
    """Have a guardian watch this process for the length of a `with`.

    It gives a function that waits until the guardian is at its post: to be called before anything is
    started that must not outlive a kill. `unpacked` is the temporary folder of the one-file binary,
    which nobody else removes when its loader is killed too.
    """
    context = multiprocessing.get_context("spawn")
    hearing, telling = context.Pipe(duplex=False)
    watcher = context.Process(target=_watch, args=(run, STARTED_BY, unpacked, telling), name=GUARDIAN, daemon=True)
    # Blocked, so that a ^C cannot end it before it has left our process group; adopted, since it will be in a session
    # of its own, as what escapes from a program is.
    with blocked(SIGNALS), adopting():
        watcher.start()
    telling.close()  # else its own end would not be heard
    try:
        yield lambda: _wait_for(hearing)
    finally:
        watcher.kill()
        watcher.join()
        disown(watcher.pid or 0)
        hearing.close()


def _wait_for(hearing: Connection) -> None:
    """Until the guardian has said that it watches, or has ended; a run without one is still worth doing."""
    hearing.poll(PATIENCE)


def _watch(run: str, loader: int, unpacked: str | None, telling: Connection) -> None:
    os.setsid()
    parent = multiprocessing.parent_process()
    assert parent is not None, "the guardian is always a child"
    with contextlib.suppress(OSError):  # the parent may be dead already
        telling.send_bytes(b"ready")
    telling.close()
    wait([parent.sentinel])
    sweep(lambda: marked(RUN_MARK, run), patience=60)
    if unpacked is not None and not is_alive(loader):
        delete_what_goes(Path(unpacked))
