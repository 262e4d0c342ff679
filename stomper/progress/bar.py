"""Progress as a bar, for a terminal."""

import contextlib
import os
import sys
from typing import Any

from stomper.models import FixTask, Outcome, suppressed_in
from stomper.progress.base import Silent, describe, say
from stomper.text.printable import plain_line

LIVE = "[{elapsed}] {desc}"  # a narrow terminal cuts off the end
ROOM = 3  # for the ^C that a terminal writes behind the bar: else that would break the line
BAR = "{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} files [{elapsed}<{remaining}{postfix}]"


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
