"""Tell a tracker beside the work, which never waits for it, and never fails because of it."""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from stomper.errors import StomperError
from stomper.fleet.addresses import shown_source
from stomper.fleet.local import why
from stomper.fleet.model import Entry
from stomper.fleet.result import Result
from stomper.fleet.tracking.journal import TrackJournal
from stomper.fleet.tracking.model import Task, Tracker
from stomper.text.counts import plural

LONGEST = 60.0  # seconds that the end of a fleet waits for it
TRIES = 3  # that fail one after the other, before no more is told
TICK = 0.2


@dataclass(slots=True)
class Beside:
    """Hears of repositories and tells a tracker of them in a thread, one after the other."""

    fleet: str
    entries: Mapping[str, Entry]
    tracker: Tracker
    journal: TrackJournal
    note: Callable[[str], None]
    _waiting: deque[tuple[str, Result | None]] = field(default_factory=deque)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _over: bool = False
    _failed: int = 0

    def hear(self, name: str, result: Result | None) -> None:
        """Note that the work on a repository began (None) or ended; this returns at once."""
        with self._changed:
            self._waiting.append((name, result))
            self._changed.notify()

    def run(self) -> None:
        """Tell of all that is heard, until it is over and nothing waits."""
        while (found := self._next()) is not None:
            if self._failed < TRIES:
                self._tell(*found)

    def finish(self, thread: threading.Thread) -> None:
        """Let it come to its end, for a while."""
        with self._changed:
            self._over = True
            self._changed.notify()
        end = time.monotonic() + LONGEST
        while thread.is_alive() and time.monotonic() < end:
            thread.join(TICK)
        if thread.is_alive():
            self.note(f"tracker: it is not at its end after {LONGEST:.0f} seconds, and is left alone")

    def _next(self) -> tuple[str, Result | None] | None:
        with self._changed:
            while not self._waiting and not self._over:
                self._changed.wait(TICK)
            return self._waiting.popleft() if self._waiting else None

    def _tell(self, name: str, result: Result | None) -> None:
        entry = self.entries[name]
        task = Task(self.fleet, name, shown_source(entry.source), entry.source, result)
        if self.journal.told.get(name) == task.key:
            return
        try:
            self.tracker.tell(task)
            self.journal.tell(name, task.key)
            self._failed = 0
        except Exception as error:
            self._failed += 1
            self.note(f"tracker: {name}: {why(error)}")
            if self._failed == TRIES:
                self.note(f"tracker: {plural(TRIES, 'call')} failed one after the other; it is told no more")


@contextlib.contextmanager
def beside(told: Beside | None, finished: Mapping[str, Result]) -> Iterator[None]:
    """Have a tracker told while the body runs; first of what ended before and was not told."""
    if told is None:
        yield
        return
    thread = threading.Thread(target=told.run, name="tracker", daemon=True)
    thread.start()
    for name, result in finished.items():
        told.hear(name, result)
    try:
        yield
    finally:
        told.finish(thread)
        with contextlib.suppress(StomperError, OSError):
            told.tracker.close()
