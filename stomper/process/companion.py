"""A program that stays: it answers on pipes until it is closed, and ends with this process in any case."""

import contextlib
import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from stomper.errors import ToolError
from stomper.process import containment
from stomper.process.command import become_subreaper
from stomper.process.environment import clean_environment

CHUNK = 2**20


class Companion:
    """A program of ours that is asked again and again.

    `ask` writes a request, `read_line` and `read` take the answer. It ends by itself at the end of its input, so also
    when this process is killed. Every method raises ToolError if the program cannot be started, has ended, or says
    nothing for `patience` seconds; it is of no use then, and only to be closed.
    """

    def __init__(self, argv: Sequence[str], cwd: Path, env: Mapping[str, str] | None, patience: float) -> None:
        self.argv, self.patience = tuple(argv), patience
        self.unread = bytearray()
        self.words = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # it is closed with the program
        self.job = f"companion.{os.getpid()}.{id(self)}"
        become_subreaper()
        try:
            self.child = containment.start(lambda: self._start(cwd, clean_environment(env)), self.job, contained=False)
        except OSError as error:
            self.words.close()
            raise ToolError(f"cannot start {argv[0]}: {error.strerror}") from error

    def _start(self, cwd: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            self.argv, cwd=cwd, env=env, stdin=pipe, stdout=pipe, stderr=self.words, bufsize=0, start_new_session=True
        )

    def ask(self, request: bytes) -> None:
        """Write a request, of which the answers so far have been read."""
        assert self.child.stdin is not None, "it was started with a pipe"
        left = memoryview(request)
        try:
            while left:
                left = left[self.child.stdin.write(left) :]
        except OSError as error:
            raise self._lost() from error

    def read_line(self) -> bytes:
        """Give the next line of its output, without the line end."""
        while (end := self.unread.find(b"\n")) < 0:
            self._read_more()
        line = bytes(self.unread[:end])
        del self.unread[: end + 1]
        return line

    def read(self, size: int) -> bytes:
        """Give the next `size` bytes of its output."""
        while len(self.unread) < size:
            self._read_more()
        content = bytes(self.unread[:size])
        del self.unread[:size]
        return content

    def _read_more(self) -> None:
        assert self.child.stdout is not None, "it was started with a pipe"
        descriptor = self.child.stdout.fileno()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        more = os.read(descriptor, CHUNK) if poll.poll(self.patience * 1000) else b""
        if not more:
            raise self._lost()
        self.unread += more

    def _lost(self) -> ToolError:
        size = os.fstat(self.words.fileno()).st_size
        words = os.pread(self.words.fileno(), 2000, max(0, size - 2000)).decode("utf-8", "backslashreplace").strip()
        return ToolError(f"{self.argv[0]} gave no answer: {words or 'it said nothing'}")

    def close(self) -> None:
        """Let it end, and make sure that it does."""
        for pipe in (self.child.stdin, self.child.stdout):
            assert pipe is not None, "it was started with pipes"
            with contextlib.suppress(OSError):
                pipe.close()
        try:
            self.child.wait(containment.TERM_GRACE)
        except subprocess.TimeoutExpired:
            containment.kill_group(self.child.pid, signal.SIGKILL)
            self.child.wait()
        containment.finish(self.child.pid, self.job)
        self.words.close()
