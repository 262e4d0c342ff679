"""The servers that this process keeps from one look to the next, and the checkout that they are opened on.

That is one of the base commit which nobody changes: what a task changes is shown to them as the text of an open file,
so they need not be started anew for the next task. Little is imported here: each worker loads it.
"""

import contextlib
import multiprocessing.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from stomper.process.room import entered_around
from stomper.settings import CheckerSettings

if TYPE_CHECKING:
    from stomper.language_servers.session import Session

Place: TypeAlias = tuple[Path, Path]
"""A checkout, and a folder outside of it for temporary files."""


@dataclass(slots=True)
class Kept:
    """`find_place` gives the checkout to keep servers on, None where none are kept. `notes` say what became of them."""

    find_place: Callable[[], Place] | None = None
    sessions: dict[CheckerSettings, "Session"] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def session(self, settings: CheckerSettings, command: tuple[str, ...]) -> "Session":
        """The server of a checker, started if there is none. Raises ToolError."""
        if settings not in self.sessions:
            from stomper.language_servers.session import Session, Start

            assert self.find_place is not None, "it is asked first"
            root, scratch = self.find_place()
            with entered_around(root, scratch):
                self.sessions[settings] = Session(Start(settings, command, root, scratch))
        return self.sessions[settings]

    def drop(self, settings: CheckerSettings, why: str) -> None:
        """End a server that has failed. The next who asks starts it anew."""
        if session := self.sessions.pop(settings, None):
            self.notes.append(f"{settings.name} is started anew: {why}")
            session.end(politely=False)

    def end_all(self) -> None:
        while self.sessions:
            _, session = self.sessions.popitem()
            session.end()


KEPT = Kept()
multiprocessing.util.Finalize(None, KEPT.end_all, exitpriority=100)


@contextlib.contextmanager
def kept_on(find_place: Callable[[], Place]) -> Iterator[None]:
    """Have servers kept on a checkout from now on, also after the `with`, within which they are asked."""
    before, KEPT.find_place = KEPT.find_place, find_place
    try:
        yield
    finally:
        KEPT.find_place = before


def end_servers() -> None:
    """End all that are kept."""
    KEPT.end_all()


def taken_notes() -> tuple[str, ...]:
    """What became of servers since the last call of this."""
    notes, KEPT.notes = tuple(KEPT.notes), []
    return notes
