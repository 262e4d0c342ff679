"""Look through the processes of this machine, and end some with all that is below them."""

import contextlib
import os
import time
from collections.abc import Callable, Collection, Iterable

import psutil

from stomper.process.environment import JOB_MARK


def is_alive(pid: int) -> bool:
    """Say whether a process lives. One that is dead may wait for its parent to notice (a CI runner, a PID 1)."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def descendants() -> list[psutil.Process]:
    """Everything below this process."""
    with contextlib.suppress(psutil.Error):
        return psutil.Process().children(recursive=True)
    return []


def environment_of(process: psutil.Process) -> dict[str, str]:
    """Give the variables of a process, none if it has ended or is another user's."""
    try:
        return process.environ()
    except (psutil.Error, OSError):
        return {}


def marked(name: str, value: str) -> list[psutil.Process]:
    """All processes of this machine whose environment says `name=value`, this one excepted."""
    return marked_any(name, (value,))


def marked_any(name: str, values: Collection[str]) -> list[psutil.Process]:
    """The same for any of several values."""
    return [p for p in psutil.process_iter() if p.pid != os.getpid() and environment_of(p).get(name) in values]


def marked_from(pids: Iterable[int]) -> list[psutil.Process]:
    """All processes that a job of one of these processes started, by the mark that names its owner."""
    prefixes = tuple(f"{pid}." for pid in pids)
    if not prefixes:
        return []
    return [p for p in psutil.process_iter() if environment_of(p).get(JOB_MARK, "").startswith(prefixes)]


def kill_trees(roots: Iterable[psutil.Process]) -> None:
    """SIGKILL the processes and all their descendants, parents first so that none is replaced."""
    for root in roots:
        with contextlib.suppress(psutil.Error):
            tree = [root, *root.children(recursive=True)]
            for process in tree:
                with contextlib.suppress(psutil.Error):
                    process.kill()


def sweep(find: Callable[[], list[psutil.Process]], patience: float = 5.0) -> int:
    """Kill what `find` finds until it finds nothing, or for `patience` seconds. Returns how many were killed."""
    killed: set[int] = set()
    deadline = time.monotonic() + patience
    while (found := find()) and time.monotonic() < deadline:
        killed.update(process.pid for process in found)
        kill_trees(found)
        psutil.wait_procs(found, timeout=0.2)
    return len(killed)
