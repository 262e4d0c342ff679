"""A program that stays, is asked again and again over pipes, and ends when its owner does."""

import contextlib
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from stomper.errors import ToolError
from stomper.process import containment
from stomper.process.command import LATE, stop_due
from stomper.process.environment import clean_environment

CHUNK = 2**16
MOST_WORDS = 2000
MOMENT = 0.5  # seconds between looks at whether everything has to end


class Companion:
    """The program `argv`, started when it is first asked. It must be trusted: git, say, and nothing of a repository.

    It ends when this process does, whatever way that is: what it reads is closed then. `timeout` is how many seconds
    an answer may take.
    """

    def __init__(self, argv: Sequence[str], cwd: Path, env: Mapping[str, str], timeout: float) -> None:
        self.argv, self.cwd, self.env, self.timeout = list(argv), cwd, env, timeout
        self.child: subprocess.Popen[bytes] | None = None
        self._words: IO[bytes] | None = None
        self._heard = b""
        self._deadline = 0.0

    def tell(self, words: bytes) -> None:
        """Send a question; what is said before all of it is taken is kept. Raises ToolError if the program is gone."""
        self._deadline = time.monotonic() + self.timeout
        told, hearing = self._pipes()
        left = memoryview(words)
        while left:
            self._wait_for([hearing], [told])
            with contextlib.suppress(BlockingIOError):
                self._heard += os.read(hearing, CHUNK)
            try:
                left = left[os.write(told, left[:CHUNK]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise self._gone() from None

    def line(self) -> bytes:
        """Give the next line of its answer, without its end. Raises ToolError."""
        return self.until(b"\n")

    def until(self, end: bytes) -> bytes:
        """Give its answer up to an `end`, which is taken too. Raises ToolError."""
        looked = 0
        while (at := self._heard.find(end, looked)) < 0:
            looked = max(0, len(self._heard) - len(end))
            self._hear_more()
        found, self._heard = self._heard[:at], self._heard[at + len(end) :]
        return found

    def exactly(self, size: int) -> bytes:
        """Give the next `size` bytes of its answer. Raises ToolError."""
        parts, left = [self._heard[:size]], size - len(self._heard[:size])
        self._heard = self._heard[size:]
        while left:
            self._hear_more()
            parts.append(self._heard[:left])
            left, self._heard = left - len(parts[-1]), self._heard[left:]
        return b"".join(parts)

    def close(self) -> None:
        """End it. Asked once more, it is started once more."""
        child, self.child, self._heard = self.child, None, b""
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            child.wait(containment.TERM_GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        containment.disown(child.pid)
        if self._words is not None:
            self._words.close()

    def _pipes(self) -> tuple[int, int]:
        if self.child is None:
            self.child = self._start()
        told, hearing = self.child.stdin, self.child.stdout
        assert told is not None, "it is a pipe"
        assert hearing is not None, "it is a pipe"
        return told.fileno(), hearing.fileno()

    def _start(self) -> subprocess.Popen[bytes]:
        words = self._words = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # it is closed with the program
        try:
            child = containment.adopt(
                lambda: subprocess.Popen(
                    self.argv,
                    cwd=self.cwd,
                    env=clean_environment(self.env),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=words,
                    bufsize=0,
                    start_new_session=True,
                )
            )
        except OSError as error:
            words.close()
            raise ToolError(f"cannot start {self.argv[0]}: {error.strerror}") from error
        for pipe in (child.stdin, child.stdout):
            assert pipe is not None, "both are pipes"
            os.set_blocking(pipe.fileno(), False)
        return child

    def _hear_more(self) -> None:
        _, hearing = self._pipes()
        self._wait_for([hearing], [])
        try:
            more = os.read(hearing, CHUNK)
        except BlockingIOError:
            return
        if not more:
            raise self._gone()
        self._heard += more

    def _wait_for(self, hearing: list[int], telling: list[int]) -> None:
        """Until one of them is ready. Raises ToolError when the time is up, or all that was started has to end."""
        waiting = select.poll()  # `select` takes no descriptor above 1023
        for descriptors, event in ((hearing, select.POLLIN), (telling, select.POLLOUT)):
            for descriptor in descriptors:
                waiting.register(descriptor, event)
        while not waiting.poll(MOMENT * 1000):
            if time.monotonic() > self._deadline or stop_due(LATE):
                self.close()
                raise ToolError(f"{self.argv[0]} does not answer")

    def _gone(self) -> ToolError:
        """Make the error for a program that has ended, with its own words."""
        said = b""
        if self._words is not None:
            descriptor = self._words.fileno()
            said = os.pread(descriptor, MOST_WORDS, max(0, os.fstat(descriptor).st_size - MOST_WORDS))
        self.close()
        words = said.decode("utf-8", "backslashreplace").strip()
        return ToolError(f"{self.argv[0]} has ended in the middle of an answer: {words or 'it said nothing'}")
