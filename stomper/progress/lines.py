"""Progress as plain lines, for logs and pipes."""

import sys
import time
from collections.abc import Callable
from typing import IO

from stomper.models import FixTask, Outcome, printable
from stomper.progress.base import Silent, describe, say
from stomper.text.counts import plural

EVERY = 30.0  # seconds without a line after which a log says what is waited for


class Lines(Silent):
    """A plain line a file, for logs and pipes. `verbose` also says when a file is begun.

    After half a minute by the `clock` (seconds) without a line, one says what is waited for.
    """

    def __init__(
        self, verbose: bool = False, out: IO[str] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.verbose = verbose
        self.out = out or sys.stderr
        self.clock = clock
        self.total = self.done = 0
        self.last = clock()

    def stage(self, text: str) -> None:
        self._line(text)

    def begin(self, tasks: int, diagnostics: int) -> None:
        self.total, self.done = tasks, 0

    def started(self, task: FixTask) -> None:
        if self.verbose:
            self._line(f"begin {printable(task.path)} ({plural(len(task.diagnostics), 'diagnostic')})")

    def finished(self, task: FixTask, outcome: Outcome, fixed: int) -> None:
        self.done += 1
        self._line(f"[{self.done}/{self.total}] {describe(outcome, fixed)}")

    def note(self, text: str) -> None:
        self._line(text)

    def waiting(self, text: str) -> None:
        if text and self.clock() - self.last >= EVERY:
            self._line(text)

    def _line(self, text: str) -> None:
        self.last = self.clock()
        say(text, self.out)
