"""Start worker processes: each as a new Python, or as a fork of one that has done nothing but import.

With threads in it a process cannot be forked safely, so the parent itself is not; a server for forks has none. The one
of the standard library listens on a socket that has a name, which stays behind where everybody is killed at once.
"""

import contextlib
import multiprocessing
import os
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import recv_handle, send_handle
from typing import Protocol, TypeAlias

from stomper.process.containment import adopting, disown
from stomper.process.interrupts import WORKER_SIGNALS, blocked
from stomper.process.under_parent import from_parent_only
from stomper.settings import StartMethod

FORK, EXIT_CODE, IMPORT = "fork", "exit code", "import"


Serve: TypeAlias = Callable[[Connection], None]
"""The work of such a process at its end of a connection. It begins with the signals of workers blocked."""


class Starter(Protocol):
    """Starts processes that serve, and knows how they end."""

    def start(self, theirs: Connection) -> int:
        """Start one that serves at this end of a connection. Returns its pid. Raises OSError, and EOFError."""

    def wait_for(self, pid: int) -> int | None:
        """Wait for the end of one that has hung up. Returns its exit code if there is anybody who knows."""

    def close(self) -> None:
        """For the end: all that were started have been waited for."""


def starter(method: StartMethod, serve: Serve) -> Starter:
    return Spawner(serve) if method == "spawn" else ForkServer(serve)


class Spawner:
    """Starts each as a new Python."""

    def __init__(self, serve: Serve) -> None:
        self.serve = serve
        self.processes: dict[int, SpawnProcess] = {}

    def start(self, theirs: Connection) -> int:
        process = _spawned(self.serve, theirs)
        assert process.pid is not None
        self.processes[process.pid] = process
        return process.pid

    def wait_for(self, pid: int) -> int | None:
        return _ended(self.processes.pop(pid))

    def close(self) -> None:
        pass


class ForkServer:
    """Starts one new Python, which imports what workers need and starts them as forks of itself."""

    def __init__(self, serve: Serve) -> None:
        self.control, theirs = multiprocessing.Pipe()
        self.process = _spawned(_serve_forks, theirs, serve)
        theirs.close()

    def warm(self, parts: object) -> None:
        """Have everything imported that these objects need, before there are forks that would each do it."""
        with contextlib.suppress(OSError):  # one that was killed is missed when it has to start somebody
            self.control.send((IMPORT, parts))

    def start(self, theirs: Connection) -> int:
        self.control.send((FORK, None))
        send_handle(self.control, theirs.fileno(), self.process.pid)
        answer: int = self.control.recv()
        if answer < 0:
            raise OSError(-answer, os.strerror(-answer))
        return answer

    def wait_for(self, pid: int) -> int | None:
        try:
            self.control.send((EXIT_CODE, pid))
            code: int | None = self.control.recv()
        except (EOFError, OSError):  # it was killed
            return None
        return code

    def close(self) -> None:
        self.control.close()
        self.process.kill()
        _ended(self.process)


def _spawned(target: Callable[..., None], *words: object) -> SpawnProcess:
    """Start a new Python. It takes no signal before it has said how."""
    process = multiprocessing.get_context("spawn").Process(target=target, args=words, daemon=True)
    with blocked(WORKER_SIGNALS), adopting():
        process.start()
    return process


def _ended(process: SpawnProcess) -> int | None:
    pid = process.pid
    process.join()
    code = process.exitcode
    process.close()
    disown(pid or 0)
    return code


def _serve_forks(control: Connection, serve: Serve) -> None:
    """Do what the parent asks for. What is to be imported has been when it was read."""
    from_parent_only()
    import stomper.process.process_trees  # noqa: F401  # a program in a sandbox is not ended without it

    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            request, what = control.recv()
            if request == FORK:
                control.send(_fork(control, serve))
            elif request == EXIT_CODE:
                control.send(_exit_code(what))
    os._exit(0)


def _exit_code(pid: int) -> int | None:
    """Give the exit code of a fork; None if it is not one of this server's."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return None


def _fork(control: Connection, serve: Serve) -> int:
    """Give the pid of a new fork, or the negative number of the error."""
    handle = recv_handle(control)
    os.set_inheritable(handle, False)
    with Connection(handle) as theirs, blocked(WORKER_SIGNALS):
        try:
            pid = os.fork()
        except OSError as error:
            return -(error.errno or 1)
        if pid == 0:
            _be_worker(control, theirs, serve)
    return pid


def _be_worker(control: Connection, theirs: Connection, serve: Serve) -> None:
    """Serve, and never return to what the server was doing."""
    try:
        control.close()
        serve(theirs)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)
