"""Progress for two: a person, and a file."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from stomper.disk.output_places import make_room
from stomper.errors import UsageError
from stomper.models import FixTask, Outcome
from stomper.progress.base import Progress
from stomper.progress.events import Events
from stomper.progress.lines import Lines


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

    def event(self, name: str, facts: Mapping[str, Any]) -> None:
        for listener in self.listeners:
            listener.event(name, facts)


def appended_to(path: Path, option: str) -> IO[str]:
    """Open a file for lines at its end. Raises UsageError, which names the option, if it cannot be written."""
    try:
        make_room(path)
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{option} {path}: {error.strerror}", "Name a file in a folder that can be written.") from None


@contextlib.contextmanager
def logged(progress: Progress, path: Path | None) -> Iterator[Progress]:
    """The same progress, every line of it also appended to a file.

    Raises UsageError if the file cannot be written.
    """
    if path is None:
        yield progress
        return
    with appended_to(path, "--log-file") as file:
        yield Both(progress, Lines(verbose=True, out=file))


@contextlib.contextmanager
def with_events(progress: Progress, path: Path | None) -> Iterator[Progress]:
    """The same progress, and events appended to a file. Raises UsageError if the file cannot be written."""
    if path is None:
        yield progress
        return
    with appended_to(path, "--progress") as file:
        yield Both(progress, Events(file))
