"""Show a person the progress of a run. On stderr; results go to stdout and are not made here."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Protocol

from stomper.disk.output_places import make_room
from stomper.errors import UsageError
from stomper.models import FixTask, Outcome, printable, state_word, suppressed_in
from stomper.text.counts import plural
from stomper.text.printable import plain_line


class Progress(Protocol):
    """Hears what happens. Every method returns at once."""

    def stage(self, text: str) -> None:
        """A stage begins."""

    def begin(self, tasks: int, diagnostics: int) -> None:
        """Files are going to be fixed: so many, with so many diagnostics."""

    def started(self, task: FixTask) -> None: ...

    def finished(self, task: FixTask, outcome: Outcome, fixed: int) -> None:
        """A file has its outcome; `fixed` is how many of its diagnostics are gone, those suppressed not counted."""

    def note(self, text: str) -> None:
        """Something the user should know now."""

    def waiting(self, text: str) -> None:
        """What takes long has come this far, and goes on; told again and again. Empty: it is over."""

    def end(self) -> None:
        """No more files."""


EVERY = 30.0  # seconds without a line after which a log says what is waited for
LIVE = "[{elapsed}] {desc}"  # a narrow terminal cuts off the end
ROOM = 3  # for the ^C that a terminal writes behind the bar: else that would break the line
BAR = "{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} files [{elapsed}<{remaining}{postfix}]"


def say(text: str, out: IO[str]) -> None:
    """One line. Nobody may be left to read it (the terminal was closed): the run goes on."""
    with contextlib.suppress(OSError):
        out.write(f"{plain_line(text)}\n")  # at once: others may write beside it
        out.flush()


class Silent:
    """Says nothing but notes (`-q`)."""

    def stage(self, text: str) -> None:
        pass

    def begin(self, tasks: int, diagnostics: int) -> None:
        pass

    def started(self, task: FixTask) -> None:
        pass

    def finished(self, task: FixTask, outcome: Outcome, fixed: int) -> None:
        pass

    def note(self, text: str) -> None:
        say(text, sys.stderr)

    def waiting(self, text: str) -> None:
        pass

    def end(self) -> None:
        pass


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


class Bar(Silent):
    """A tqdm bar for a terminal: files done, in flight, diagnostics fixed; else one live line on what takes long."""

    def __init__(self, verbose: bool = False) -> None:
        self.verbose = verbose
        self.bar: Any = None
        self.live: Any = None
        self.in_flight = self.fixed = self.suppressed = 0

    def stage(self, text: str) -> None:
        self.note(text)

    def begin(self, tasks: int, diagnostics: int) -> None:
        from tqdm import tqdm

        self.bar = tqdm(total=tasks, bar_format=BAR, file=sys.stderr, leave=False, ncols=_columns())
        self._show()

    def started(self, task: FixTask) -> None:
        self.in_flight += 1
        self._show()

    def finished(self, task: FixTask, outcome: Outcome, fixed: int) -> None:
        self.in_flight = max(0, self.in_flight - 1)
        self.fixed += fixed
        self.suppressed += len(suppressed_in(outcome))
        if self.verbose or outcome.status in ("failed", "rejected"):
            self.note(describe(outcome, fixed))
        self.bar.update(1)
        self._show()

    def note(self, text: str) -> None:
        shown = self.bar or self.live
        if shown is None:
            say(text, sys.stderr)
        else:
            with contextlib.suppress(OSError):
                shown.write(plain_line(text), file=sys.stderr)

    def waiting(self, text: str) -> None:
        with contextlib.suppress(OSError):
            if text:
                self._show_live(plain_line(text))
            elif self.live is not None:
                self.live.close()
                self.live = None

    def _show_live(self, text: str) -> None:
        if self.live is None:
            from tqdm import tqdm

            self.live = tqdm(desc=text, total=1, bar_format=LIVE, file=sys.stderr, leave=False, ncols=_columns())
        self.live.ncols = _columns() or self.live.ncols
        self.live.set_description_str(text)

    def end(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None

    def _show(self) -> None:
        self.bar.ncols = _columns() or self.bar.ncols
        silenced = f", {self.suppressed} suppressed" if self.suppressed else ""
        self.bar.set_postfix_str(f"{self.in_flight} in flight, {self.fixed} diagnostics fixed{silenced}")


def _columns() -> int | None:
    """Give the width of the bar, None if stderr is no terminal (any more)."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns - ROOM
    except OSError:
        return None


def describe(outcome: Outcome, fixed: int) -> str:
    """One line on one file."""
    reason = f": {outcome.reason}" if outcome.reason else ""
    silenced = f", {len(suppressed)} suppressed" if (suppressed := suppressed_in(outcome)) else ""
    counts = f"{fixed} of {len(outcome.before)} diagnostics fixed{silenced}"
    return f"{state_word(outcome.status)} {printable(outcome.path)} ({counts}){reason}"


def make_progress(quiet: bool, verbose: bool) -> Progress:
    """A bar on a terminal, plain lines elsewhere, nothing when quiet."""
    if quiet:
        return Silent()
    return Bar(verbose) if sys.stderr.isatty() else Lines(verbose)


class Both:
    """Tells two listeners."""

    def __init__(self, one: Progress, other: Progress) -> None:
        self.listeners = (one, other)

    def stage(self, text: str) -> None:
        for listener in self.listeners:
            listener.stage(text)

    def begin(self, tasks: int, diagnostics: int) -> None:
        for listener in self.listeners:
            listener.begin(tasks, diagnostics)

    def started(self, task: FixTask) -> None:
        for listener in self.listeners:
            listener.started(task)

    def finished(self, task: FixTask, outcome: Outcome, fixed: int) -> None:
        for listener in self.listeners:
            listener.finished(task, outcome, fixed)

    def note(self, text: str) -> None:
        for listener in self.listeners:
            listener.note(text)

    def waiting(self, text: str) -> None:
        for listener in self.listeners:
            listener.waiting(text)

    def end(self) -> None:
        for listener in self.listeners:
            listener.end()


@contextlib.contextmanager
def logged(progress: Progress, path: Path | None) -> Iterator[Progress]:
    """The same progress, every line of it also appended to a file.

    Raises UsageError if the file cannot be written.
    """
    if path is None:
        yield progress
        return
    try:
        make_room(path)
        file = path.open("a", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"--log-file {path}: {error.strerror}", "Name a file in a folder that can be written."
        ) from None
    with file:
        yield Both(progress, Lines(verbose=True, out=file))
