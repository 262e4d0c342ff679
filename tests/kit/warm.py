"""Stomper without the half second that Python and its imports take: each command is a fork of a process that has them.

A real process all the same, with its own environment, session, streams and end. A new process of Python is started in
tests marked `cold`, with --whole, and if a variable differs that the interpreter or a library reads at its start.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from tests.kit import warm_program
from tests.kit.hermetic import Hermetic, entered

# Read when a command needs it and not before. Any other difference is left to a new process.
READ_LATE = ("STOMPER_", "_STOMPER_", "GIT_", "XDG_", "PYTEST_")
READ_LATE_TOO = ("HOME", "TMPDIR", "PATH")
READ_EARLY = ("GIT_PYTHON_",)
ROOM = 100_000
"""Bytes for the environment of a fork."""


class Forked:
    """A fork, with as much of a Popen as the kit uses. A process id cannot be another's before `poll` gave a code."""

    def __init__(self, warm: "Warm", pid: int) -> None:
        self.pid = pid
        self._warm, self._pidfd = warm, os.pidfd_open(pid)
        self._code: int | None = None

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("stomper", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._pidfd, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self._code is None and select.select([self._pidfd], [], [], timeout)[0]:
            self._code = os.waitstatus_to_exitcode(self._warm.ask({"ended": self.pid}))
            os.close(self._pidfd)
        return self._code


class Warm:
    """The process with everything loaded, in the environment of `hermetic`, of which all commands get their own."""

    def __init__(self, hermetic: Hermetic) -> None:
        self._lock = threading.Lock()
        self._calls, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with entered(hermetic):
            self._environment = dict(os.environ)
        words = [sys.executable, "-m", warm_program.__name__, str(theirs.fileno())]
        room = {warm_program.ROOM: "x" * ROOM}
        with theirs:
            self._process = subprocess.Popen(
                words, cwd="/", env={**self._environment, **room}, stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()], start_new_session=True,
            )  # fmt: skip

    def suits(self, environment: Mapping[str, str]) -> bool:
        """Whether a new process with this environment would begin as the forks do."""
        differing = {name for name, _ in environment.items() ^ self._environment.items()}
        if "PATH" in differing and _git(environment) != _git(self._environment):
            return False  # a library looks for it when it is loaded
        early = [n for n in differing if n not in READ_LATE_TOO and not n.startswith(READ_LATE)]
        size = sum(len(name) + len(value) for name, value in environment.items())
        return not early and not any(name.startswith(READ_EARLY) for name in differing) and size < ROOM // 2

    def start(self, arguments: Sequence[str], cwd: Path, env: Mapping[str, str], streams: Sequence[BinaryIO]) -> Forked:
        os.umask(umask := os.umask(0o077))
        asked = {"arguments": arguments, "folder": str(cwd), "environment": dict(env), "umask": umask}
        return Forked(self, self.ask(asked, [stream.fileno() for stream in streams]))

    def ask(self, asked: Mapping[str, object], descriptors: Sequence[int] = ()) -> int:
        with self._lock:
            socket.send_fds(self._calls, [json.dumps(asked).encode()], descriptors)
            answer = self._calls.recv(warm_program.SIZE)
        assert answer, "the process with everything loaded has ended"
        return int(answer)

    def close(self) -> None:
        self._calls.close()
        self._process.wait()


def _git(environment: Mapping[str, str]) -> str | None:
    return shutil.which("git", path=environment.get("PATH", ""))


def make_warm(hermetic: Hermetic) -> Warm | None:
    """None where the system has no handles of processes (not Linux)."""
    with contextlib.suppress(AttributeError, OSError):
        os.close(os.pidfd_open(os.getpid()))
        return Warm(hermetic)
    return None
