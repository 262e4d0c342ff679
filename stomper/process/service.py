"""A program that stays and answers: contained as one that `run` waits for, in the same room.

Its streams are pipes, so that it ends by itself if this process is killed.
"""

import contextlib
import itertools
import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from stomper.errors import ToolError
from stomper.process import command, containment, room
from stomper.process.environment import JOB_MARK, clean_environment

MOMENT = 0.1  # seconds
LAST_MOMENT = 1.0  # for one that has closed its streams, and should be gone
MOST_WORDS = 2000
CHUNK = 2**16
_jobs = itertools.count(1)


class Service:
    """A program from its start to `end`. Raises ToolError if it cannot be started."""

    def __init__(self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> None:
        command.become_subreaper()
        self._job = f"{os.getpid()}.s{next(_jobs)}"
        own = {**env, JOB_MARK: self._job}
        environment, inside = clean_environment(own), room.around()
        self._open = contextlib.ExitStack()
        self._rest, self._walled = b"", inside is not None
        try:
            walls = None
            if inside is not None:
                environment = inside.environment(environment, own)
                walls = command.Walls(inside.sandbox, self._open.enter_context(command.memory_file()))
            theirs, self._in = self._pipe()
            self._out, ours = self._pipe()
            self._err = self._open.enter_context(command.memory_file())
            begin = command.begun(self._open, argv, cwd, environment, (theirs, ours, self._err), walls)
            self._child = containment.start(begin, self._job, True)
        except BaseException:
            self._open.close()
            raise
        theirs.close()
        ours.close()
        for ends in (self._in, self._out):
            os.set_blocking(ends.fileno(), False)

    @property
    def pid(self) -> int:
        return self._child.pid

    def _pipe(self) -> tuple[IO[bytes], IO[bytes]]:
        reading, writing = os.pipe()
        return (
            self._open.enter_context(os.fdopen(reading, "rb", 0)),
            self._open.enter_context(os.fdopen(writing, "wb", 0)),
        )

    def ask(self, line: bytes, timeout: float) -> bytes:
        """Give the line that it answers with. Raises ToolError if it gives none in time, or too much, and at a stop."""
        until = time.monotonic() + timeout
        left = memoryview(line + b"\n") if line else memoryview(b"")
        while b"\n" not in self._rest:
            if time.monotonic() >= until:
                raise ToolError(f"no answer after {timeout:.0f} s")
            if command.stop_due():
                raise ToolError("stopped")
            ready = self._ready(writing=bool(left))
            if self._in.fileno() in ready:
                left = left[self._write(left) :]
            if self._out.fileno() in ready:
                self._read()
        answer, _, self._rest = self._rest.partition(b"\n")
        if self._rest:
            raise ToolError("more than one answer")
        return answer

    def exchange(self, outgoing: bytearray, seconds: float) -> bytes:
        """Write what can be written of `outgoing`, which loses that, and give what it has said by then, maybe nothing.

        Waits no longer than so many seconds. Raises ToolError if it has ended, and at a stop.
        """
        if command.stop_due():
            raise ToolError("stopped")
        if os.fstat(self._err.fileno()).st_size > command.OUTPUT_LIMIT:
            raise ToolError("it says too much")
        ready = self._ready(writing=bool(outgoing), seconds=seconds)
        if self._out.fileno() in ready:
            self._read()
        if self._in.fileno() in ready:
            del outgoing[: self._write(memoryview(bytes(outgoing[:CHUNK])))]
        said, self._rest = self._rest, b""
        return said

    def how_it_ended(self) -> str:
        """Say how it has ended, and its last words on stderr; '' for one that runs and has said nothing there."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(LAST_MOMENT)
        size = os.fstat(self._err.fileno()).st_size
        said = os.pread(self._err.fileno(), MOST_WORDS, max(0, size - MOST_WORDS))
        words = said.decode("utf-8", "backslashreplace").strip()
        return ": ".join(filter(None, (self._exit(), words)))

    def _exit(self) -> str:
        code = self._child.poll()
        if code is None:
            return ""
        if self._walled and code - command.SIGNALLED in command.FATAL:
            code = command.SIGNALLED - code
        return f"killed by {command.signal_name(-code)}" if code < 0 else f"exit code {code}"

    def _ready(self, *, writing: bool, seconds: float = MOMENT) -> set[int]:
        """Wait a moment for an end of the pipes. `select` takes no descriptor above 1023."""
        waiting = select.poll()
        waiting.register(self._out, select.POLLIN)
        if writing:
            waiting.register(self._in, select.POLLOUT)
        return {descriptor for descriptor, _ in waiting.poll(seconds * 1000)}

    def _write(self, data: memoryview) -> int:
        try:
            return os.write(self._in.fileno(), data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise ToolError("it has ended") from error

    def _read(self) -> None:
        data = self._out.read(CHUNK)
        if data == b"":
            raise ToolError("it has ended")
        self._rest += data or b""
        if len(self._rest) > command.OUTPUT_LIMIT:
            raise ToolError("it says too much")

    def end(self) -> None:
        """End it, and all that it has started."""
        self._open.close()
        command.end(self._child, self._job, True)
