"""The manners of a Python process that works for another one: it hears its parent only, and ends with it.

Imports little: a signal may come at any moment from the start on.
"""

import os
import signal
import threading
from multiprocessing import parent_process
from multiprocessing.connection import wait

from stomper.process.interrupts import WORKER_SIGNALS


def from_parent_only() -> None:
    """Let the terminal's signals pass, and obey those that the parent sends. They are blocked when this is called.

    What the terminal sends to its foreground group is for the parent to hear and to pass on. What has come so far is
    forgotten: it was for the parent too.
    """
    os.setpgid(0, 0)
    for number in WORKER_SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # which forgets those that wait
    # Handlers, not SIG_IGN: programs started from here would inherit an ignored signal.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGHUP, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: _die_once())
    signal.signal(signal.SIGUSR1, lambda *_: _stop_programs())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WORKER_SIGNALS)


def end_with_parent() -> None:
    """From here on this process does not outlive its parent. Starts a thread."""
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        _die()


def _stop_programs() -> None:
    from stomper.process.command import request_stop

    request_stop(0)


def _die_once() -> None:
    """End, undisturbed: looking for descendants can take longer than the parent waits before it says it again."""
    signal.signal(signal.SIGTERM, lambda *_: None)
    _die()


def _die() -> None:
    from stomper.process.process_trees import descendants, kill_trees

    kill_trees(descendants())
    os._exit(128 + signal.SIGTERM)
