"""A program of ours that works until nobody holds its line: it reads from it, and the end of that is its end.

Over the line it can be asked, too. Questions and answers are bytes, each with its length before it.
"""

import contextlib
import os
import queue
import select
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from stomper.disk.private_files import open_private
from stomper.errors import ToolError
from stomper.process.containment import adopt, disown
from stomper.process.environment import clean_environment

HEAD = struct.Struct("!Q")
CHUNK = 2**16


class Held:
    """A running program, whose line this process holds. Whatever ends this process lets go of it."""

    def __init__(self, argv: Sequence[str], cwd: Path, log: Path, answers: bool = False) -> None:
        """Start it; what it prints is added to `log`, its stdout not if it `answers` there. Raises ToolError."""
        with os.fdopen(open_private(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "ab") as out:
            try:
                self.child = adopt(lambda: self._begin(argv, cwd, out, answers))
            except OSError as error:
                raise ToolError(f"cannot start {argv[0]}: {error.strerror}") from error
        self._heard = b""

    @staticmethod
    def _begin(argv: Sequence[str], cwd: Path, out: IO[bytes], answers: bool) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            argv,
            cwd=cwd,
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if answers else out,
            stderr=out,
            start_new_session=True,
        )

    def ended_within(self, seconds: float) -> bool:
        """Wait so long for its end, and say whether it has come."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.child.wait(seconds)
        return self.child.poll() is not None

    def ask(self, question: bytes) -> None:
        """Ask it something. One that has ended does not hear it."""
        assert self.child.stdin is not None
        with contextlib.suppress(OSError):
            self.child.stdin.write(HEAD.pack(len(question)) + question)
            self.child.stdin.flush()

    def answer_within(self, seconds: float) -> bytes | None:
        """Give its answer if the whole of it comes so soon, else None. Raises EOFError if it has ended."""
        assert self.child.stdout is not None
        while not self._is_whole():
            waiting = select.poll()
            waiting.register(self.child.stdout, select.POLLIN)
            if not waiting.poll(seconds * 1000):
                return None
            if not (part := os.read(self.child.stdout.fileno(), CHUNK)):
                raise EOFError
            self._heard += part
        end = HEAD.size + HEAD.unpack_from(self._heard)[0]
        found, self._heard = self._heard[HEAD.size : end], self._heard[end:]
        return found

    def _is_whole(self) -> bool:
        return len(self._heard) >= HEAD.size and len(self._heard) - HEAD.size >= HEAD.unpack_from(self._heard)[0]

    def let_go(self, patience: float) -> None:
        """Have it end its work, and wait for that; kill it where it takes longer than `patience` seconds."""
        with contextlib.suppress(OSError):
            assert self.child.stdin is not None
            self.child.stdin.close()
        if not self.ended_within(patience):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()
        if self.child.stdout is not None:
            self.child.stdout.close()
        disown(self.child.pid)


def module_program(module: str) -> tuple[str, ...]:
    """Give the words that start a module of ours, whatever lies in the folder where that is done."""
    return (sys.executable, "-P", "-m", module)


def when_let_go(then: Callable[[], None]) -> None:
    """Do something, in a thread of its own, once nobody holds the line of this process."""

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, CHUNK):
                pass
        then()

    threading.Thread(target=wait, daemon=True).start()


class Questions:
    """The questions on the line of this process. Its stdout is for the answers, and for nothing else from here on."""

    def __init__(self, when_let_go: Callable[[], None]) -> None:
        self._answers = os.dup(1)
        os.dup2(2, 1)
        self._come = queue.SimpleQueue[bytes | None]()
        self._then = when_let_go
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with contextlib.suppress(OSError, EOFError), os.fdopen(os.dup(0), "rb") as line:
            while len(head := line.read(HEAD.size)) == HEAD.size:
                self._come.put(line.read(HEAD.unpack(head)[0]))
        self._then()
        self._come.put(None)

    def next(self) -> bytes | None:
        """Wait for the next question; None once there will be no more."""
        return self._come.get()

    def answer(self, answer: bytes) -> None:
        """Answer the last question. Nobody may be there to hear it."""
        left = memoryview(HEAD.pack(len(answer)) + answer)
        with contextlib.suppress(OSError):
            while left:
                left = left[os.write(self._answers, left) :]
