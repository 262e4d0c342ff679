"""Those who hear what happens in a run, and the one who says nothing of it."""

import contextlib
import sys
from collections.abc import Mapping
from typing import IO, Any, Protocol

from stomper.models import FixTask, Outcome, printable, state_word, suppressed_in
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

    def event(self, name: str, facts: Mapping[str, Any]) -> None:
        """Something that only programs want to know (docs/events.md)."""


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

    def event(self, name: str, facts: Mapping[str, Any]) -> None:
        pass


def describe(outcome: Outcome, fixed: int) -> str:
    """One line on one file."""
    reason = f": {outcome.reason}" if outcome.reason else ""
    silenced = f", {len(suppressed)} suppressed" if (suppressed := suppressed_in(outcome)) else ""
    counts = f"{fixed} of {len(outcome.before)} diagnostics fixed{silenced}"
    return f"{state_word(outcome.status)} {printable(outcome.path)} ({counts}){reason}"
