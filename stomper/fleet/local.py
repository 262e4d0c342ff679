"""Work on the repositories of a fleet on this machine."""

import queue
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from stomper.errors import StomperError
from stomper.fleet.engine import Done, Hand
from stomper.fleet.folder import Begun
from stomper.fleet.model import Entry, Terms
from stomper.fleet.prepare import Ready, prepare
from stomper.fleet.purse import Allowance, Purse
from stomper.fleet.result import Result
from stomper.fleet.shares import Shares
from stomper.text.machine_errors import in_words
from stomper.text.printable import one_line

PREPARING = 8  # repositories that are fetched at once, beside those that are worked on
SLOW = 20.0  # seconds after which one that is fetched holds no other: another one may begin beside it
MOST_PREPARING = 64
AHEAD = 16  # repositories that may be ready and wait
TICK = 0.5  # seconds after which a request to stop is seen at the latest


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The end of a preparation: what is ready, or the result of one that could not be; neither: it was stopped."""

    entry: Entry
    ready: Ready | None = None
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class _Fixed:
    entry: Entry
    share: int
    allowed: Allowance
    result: Result | None


class LocalEngine:
    """Prepares repositories in some threads, and has each fixed by a process of its own, here or elsewhere."""

    def __init__(
        self,
        worker: Hand,
        terms: Terms,
        purse: Purse,
        begun: Mapping[str, Begun],
        tell: Callable[[str], None],
        halt: Callable[[], None],
    ) -> None:
        """`tell` hears what begins; `halt` has everything that is at work end now."""
        self.worker, self.terms, self.purse, self.begun = worker, terms, purse, begun
        self.tell, self.halt = tell, halt
        self.shares = Shares(terms.max_parallel_files)
        self.peak = self.fixing = 0
        self.preparing: dict[str, float] = {}
        self.ready: dict[str, Ready] = {}
        self.events = queue.SimpleQueue[_Prepared | _Fixed]()

    def work(self, entries: Sequence[Entry]) -> Iterator[Done]:
        """Work on the repositories (see `Engine`)."""
        waiting, most = deque(entries), self.terms.max_parallel_files
        with ThreadPoolExecutor(MOST_PREPARING) as preparers, ThreadPoolExecutor(most) as fixers:
            try:
                while True:
                    if not self._is_over:
                        self._prepare_more(waiting, preparers)
                        self._fix_more(bool(waiting), fixers)
                    if not self.preparing and not self.fixing:
                        return
                    yield from self._take()
            except BaseException:
                self.halt()
                raise

    @property
    def _is_over(self) -> bool:
        return bool(self.worker.stop() or self.purse.spent())

    def _prepare_more(self, waiting: deque[Entry], threads: ThreadPoolExecutor) -> None:
        while waiting and self._has_lane:
            entry = waiting.popleft()
            self.preparing[entry.name] = time.monotonic()
            threads.submit(self._prepare, entry)

    @property
    def _has_lane(self) -> bool:
        """Say whether another repository may be prepared; those that hang take no lane."""
        quick = sum(time.monotonic() - began < SLOW for began in self.preparing.values())
        return quick < PREPARING and len(self.ready) + quick < AHEAD and len(self.preparing) < MOST_PREPARING

    def _fix_more(self, more: bool, threads: ThreadPoolExecutor) -> None:
        sizes = [(name, ready.size) for name, ready in self.ready.items()]
        while (chosen := self.shares.choose(sizes, more or bool(self.preparing))) is not None:
            name, share = chosen
            sizes = [one for one in sizes if one[0] != name]
            self.fixing += 1
            self.peak = max(self.peak, self.fixing)
            threads.submit(self._fix, self.ready.pop(name), share, self.purse.allow())

    def _take(self) -> Iterator[Done]:
        """Wait for what happens next, a moment at most."""
        try:
            event = self.events.get(timeout=TICK)
        except queue.Empty:
            return
        if isinstance(event, _Prepared):
            del self.preparing[event.entry.name]
            if event.ready is not None:
                self.ready[event.entry.name] = event.ready
                return
            self.purse.forgo()
        else:
            self.fixing -= 1
            self.shares.give_back(event.entry.name, event.share)
            self.purse.settle(event.allowed, event.result)
        if event.result is not None:
            self.worker.folder.finish(event.result)
        yield Done(event.entry, event.result)

    def _prepare(self, entry: Entry) -> None:
        """Prepare one repository, in a thread; whatever happens there is an event."""
        began = time.monotonic()
        if self._is_over:
            self.events.put(_Prepared(entry))
            return
        try:
            ready = prepare(entry, self.worker.folder, self.terms, self.begun.get(entry.name), self.purse.seconds)
            self.events.put(_Prepared(entry, ready))
        except Exception as error:
            stopped = bool(self.worker.stop())
            result = Result(entry.name, "failed", why(error), seconds=round(time.monotonic() - began, 3))
            self.events.put(_Prepared(entry, result=None if stopped else result))

    def _fix(self, ready: Ready, share: int, allowed: Allowance) -> None:
        """Fix one repository, in a thread; whatever happens there is an event."""
        began = time.monotonic()
        try:
            self.tell(f"begin {ready.entry.name}")
            result = self.worker.fix(ready, share, allowed)
        except Exception as error:
            result = Result(ready.entry.name, "failed", why(error), top=str(ready.top))
            result = replace(result, seconds=round(time.monotonic() - began, 3))
        self.events.put(_Fixed(ready.entry, share, allowed, result))


def why(error: Exception) -> str:
    """Give an error as one line for the report."""
    if isinstance(error, StomperError):
        return one_line(error.message)
    if isinstance(error, OSError):
        return one_line(in_words(error).message)
    return one_line(f"this should not have happened: {error!r}")
