"""Ending a program for good: its group, what it left behind, and what escaped by `setsid`.

`killpg` misses a grandchild that made its own session. On Linux this process asks to become the
parent of such orphans (a subreaper, prctl(2)), so that they are found as its own children; elsewhere
they are found by the mark that they inherited in their environment. A mark can be forged, dropped or copied. If
there is a subreaper, marks do not count: every program is started in a session of its own, and no process
can join one that exists already. A child in another session than ours that nobody here has started is an orphan
of a contained program. The mark only tells whose, where several are at work.
"""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol, TypeVar

from stomper.process.environment import JOB_MARK, RUN_MARK

if TYPE_CHECKING:
    import psutil

PR_SET_CHILD_SUBREAPER = 36
TERM_GRACE = 0.5
THREADS = "/proc/self/task"


class HasPid(Protocol):
    @property
    def pid(self) -> int: ...


Child = TypeVar("Child", bound=HasPid)

_known: set[int] = set()
_jobs: set[str] = set()
_trusted: set[int] = set()
_known_lock = threading.Lock()
_has_strangers = os.getpid() == 1


def become_subreaper() -> bool:
    """Ask the kernel to hand orphaned descendants to this process. Says whether it will (Linux only).

    Children that exist already (`sleep 60 & exec stomper`) are not ours, nor is what they start: with
    such around, or as PID 1, only an orphan that carries a mark counts as one.
    """
    global _has_strangers
    if sys.platform != "linux":
        return False
    if strangers := _children():
        _has_strangers = True
        _known.update(strangers)
    import ctypes

    return bool(ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


def adopt(start: Callable[[], Child]) -> Child:
    """Start a child and remember it as one that this process started on purpose.

    A sweep for orphans, which another thread may be at, sees it in neither or both of the two steps.
    """
    with _known_lock:
        child = start()
        _known.add(child.pid)
        return child


@contextlib.contextmanager
def adopting() -> Iterator[None]:
    """The same for children that a library starts within the `with`."""
    with _known_lock:
        before = _children()
        yield
        _known.update(_children() - before)


def disown(pid: int) -> None:
    with _known_lock:
        _known.discard(pid)


def start(begin: Callable[[], Child], job: str, contained: bool) -> Child:
    """Start the program of a job. What one that is not `contained` leaves behind in its session is left alone."""
    with _known_lock:
        _jobs.add(job)
    try:
        child = adopt(begin)
    except BaseException:
        _forget(job)
        raise
    with _known_lock:
        (_trusted.discard if contained else _trusted.add)(child.pid)
    return child


def finish(pid: int, job: str) -> None:
    """The program of a job has ended, and been waited for."""
    disown(pid)
    _forget(job)
    if pid in _trusted and not any(_session_of(child) == pid for child in _children()):
        # The number may be another session's from now on.
        with _known_lock:
            _trusted.discard(pid)


def _forget(job: str) -> None:
    with _known_lock:
        _jobs.discard(job)


def _children() -> set[int]:
    """Direct children of this process. The kernel's own list costs microseconds; psutil reads all of /proc."""
    try:
        return {pid for thread in os.listdir(THREADS) for pid in _children_of(thread)}  # noqa: PTH208  # twice as fast
    except OSError:
        import psutil

        return {child.pid for child in psutil.Process().children()}


def _children_of(thread: str) -> list[int]:
    """Direct children that one thread of this process has started. Raises OSError if it has ended."""
    descriptor = os.open(f"{THREADS}/{thread}/children", os.O_RDONLY)
    try:
        text = b""
        while part := os.read(descriptor, 65536):
            text += part
    finally:
        os.close(descriptor)
    return [*map(int, text.split())]


def _strangers() -> set[int]:
    """Give the children that nobody here started on purpose."""
    with _known_lock:
        return _children() - _known


def _living_strangers() -> set[int]:
    """The same, after the dead among them were buried: most have ended with the program, and need no closer look."""
    found = _strangers()
    while any(_reap(pid) for pid in found):
        found = _strangers()
    return found


def _orphans_of(job: str) -> "list[psutil.Process]":
    """Give the strangers that are left of `job`, without those that may well belong to another job at work."""
    import psutil

    orphans = []
    for pid in _strangers():
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                _reap(pid)
            elif _escaped(process, job):
                orphans.append(process)
    return orphans


def _escaped(process: "psutil.Process", job: str) -> bool:
    """Return whether an orphan came from `job`, or from a job that has ended.

    One that names another job which is at work is left for the end of that job: to lie gains it no more. Beside
    children that were there before us, or as PID 1, one has to carry a mark of ours to be one.
    """
    from stomper.process.process_trees import environment_of

    session = _session_of(process.pid)
    if session == os.getsid(0) or session in _trusted:
        return False
    environ = environment_of(process)
    mark = environ.get(JOB_MARK)
    if _has_strangers and mark is None and RUN_MARK not in environ:
        return False
    with _known_lock:
        return mark == job or mark not in _jobs


def _session_of(pid: int) -> int:
    """The session of a process, -1 if it has ended."""
    with contextlib.suppress(OSError):
        return os.getsid(pid)
    return -1


def _reap(pid: int) -> bool:
    """Bury a child if it is dead, and say whether that was done here."""
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    return False


def kill_group(pid: int, sig: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, sig)


def end_job(pid: int, job: str, subreaper: bool) -> None:
    """Leave nothing of a job: the group of its leader `pid`, then whatever escaped from the group.

    What escaped becomes ours when its parent has ended, not when that was sent a signal. One that ends
    while the children are listed can hide others, so none must be found twice.
    """
    kill_group(pid, signal.SIGKILL)
    if subreaper:
        with contextlib.suppress(ChildProcessError):
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        if not (_living_strangers() or _living_strangers()):
            return
    from stomper.process.process_trees import marked, sweep  # psutil, which most jobs have no need of

    if subreaper:
        sweep(lambda: _orphans_of(job) or _orphans_of(job))
    else:
        sweep(lambda: marked(JOB_MARK, job))
