"""Run a program of ours that ends its own work when it is asked to, and contain what it leaves behind."""

import contextlib
import functools
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from stomper.disk.private_files import open_private
from stomper.process import command, containment
from stomper.process.command import signal_name
from stomper.process.environment import JOB_MARK, clean_environment, is_frozen

SECOND_CALL = 0.5  # seconds after which a second request to stop is another one
PATIENCE = 20.0  # seconds that a program has to end its work once it is told to stop now

_jobs = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a supervised program. `late`: it was told to stop, because its time was over."""

    returncode: int
    seconds: float
    late: bool = False

    def how(self) -> str:
        """Describe its end, for a message."""
        if self.late:
            return f"still at work after {self.seconds:.0f} s"
        if self.returncode < 0:
            return f"killed by {signal_name(-self.returncode)}"
        return f"exit code {self.returncode}"


def own_program() -> tuple[str, ...]:
    """Give the words that start this program again, whatever lies in the folder where that is done."""
    return (sys.executable,) if is_frozen() else (sys.executable, "-P", "-m", "stomper")


def supervise(
    argv: Sequence[str],
    cwd: Path,
    log: Path,
    limit: float,
    stop: Callable[[], int],
    env: Mapping[str, str] | None = None,
) -> Ended:
    """Run a program until it ends; its output is added to the file `log`.

    `stop` gives the number of requests to stop (`Interrupts.level`), of which it is told by SIGTERM. After `limit`
    seconds it is told to stop now. If it takes longer than `PATIENCE` over that it is killed, with all below it.
    Raises ToolError if it cannot be started, OSError if there can be no log.
    """
    command.become_subreaper()
    job = f"{os.getpid()}.s{next(_jobs)}"
    environment = clean_environment({**(env or {}), JOB_MARK: job})
    with os.fdopen(open_private(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "ab", buffering=0) as out:
        streams: tuple[None, IO[bytes], IO[bytes]] = (None, out, out)
        begin = functools.partial(command.start, argv, cwd, environment, streams, ())
        began = time.monotonic()
        child = containment.start(begin, job, contained=True)
        try:
            late = _wait(child, began + limit, stop)
        finally:
            command.end(child, job, contained=True)
        return Ended(child.returncode, time.monotonic() - began, late)


def _wait(child: subprocess.Popen[bytes], deadline: float, stop: Callable[[], int]) -> bool:
    """Wait for the end of a child. Returns whether its time was over."""
    told, told_at, late = 0, 0.0, False
    while not command.ended_within(child, command.POLL_SECONDS):
        now = time.monotonic()
        late = late or now >= deadline
        wanted = 2 if late else min(2, stop())
        if told < wanted and now - told_at >= SECOND_CALL:
            told, told_at = told + 1, now
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)
        if told == 2 and now - told_at >= PATIENCE:
            return late
    return late
