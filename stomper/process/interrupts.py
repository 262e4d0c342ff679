"""^C, SIGTERM and SIGHUP as a state that the run looks at, never as an exception in the middle of something."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Collection, Iterator
from types import FrameType

from stomper import process

SAME_PRESS = 0.25
OVERDUE = 8.0  # seconds beyond the grace: programs that ignore a signal are killed meanwhile, short calls of ours ended
LOADER_POLL = 0.2
ERASE_LINE = "\r\x1b[K"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WORKER_SIGNALS = (*SIGNALS, signal.SIGUSR1)


@contextlib.contextmanager
def blocked(signals: Collection[signal.Signals]) -> Iterator[None]:
    """Keep these signals waiting for the length of a `with`. A process that is started in it begins with them blocked.

    A ^C while another Python starts would end it before it can say that it takes none.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Interrupts:
    """The number of requests to stop: 0 go on; 1 start nothing new; 2 or more stop now.

    `grace` is how long, in seconds after the first, work in flight may take. `bell` is a descriptor that can be read
    as soon as there is another request, None as long as nobody listens.
    """

    def __init__(self, grace: float) -> None:
        self.level = 0
        self.grace = grace
        self.bell: int | None = None
        self._ring: int | None = None
        self._hanging = threading.Lock()
        self._first_at = 0.0
        self._last_at = -SAME_PRESS

    def raise_level(self) -> None:
        """One more request to stop. Safe in a signal handler: assignments and one write(2).

        One ^C reaches the one-file binary twice, from the terminal and from its loader, which passes
        on what it gets: what follows within a moment is the same request.
        """
        now = time.monotonic()
        if now - self._last_at < SAME_PRESS:
            return
        self._last_at = now
        self.level += 1
        if self.level == 1:
            self._first_at = time.monotonic()
            process.request_stop(self.grace)
            _say(f"stopping: no new work is started, work in progress gets {self.grace:g} s; ^C again stops it now")
        elif self.level == 2:
            process.request_stop(0)
            _say("stopping now")

    def hush(self) -> None:
        """Make the bell quiet until the next request."""
        if self.bell is not None:
            with contextlib.suppress(BlockingIOError):
                os.read(self.bell, 4096)

    @property
    def seconds_to_change(self) -> float | None:
        """Seconds until work in flight is out of its grace, or overdue; None if it is, or if nobody said stop."""
        passed = time.monotonic() - self._first_at
        rest = [end - passed for end in (self.grace, self.grace + OVERDUE) if end > passed]
        return min(rest, default=None) if self.stopping else None

    @property
    def stopping(self) -> bool:
        return self.level >= 1

    @property
    def out_of_grace(self) -> bool:
        return self.level >= 1 and time.monotonic() - self._first_at >= self.grace

    @property
    def overdue(self) -> bool:
        """Return whether work in flight goes on although all its programs were ended."""
        return self.level >= 1 and time.monotonic() - self._first_at >= self.grace + OVERDUE

    @property
    def stop_now(self) -> bool:
        return self.level >= 2

    @contextlib.contextmanager
    def listen(self) -> Iterator[None]:
        """Take the signals over for the length of a `with`, and give them back."""

        def handle(_number: int, _frame: FrameType | None) -> None:
            self.raise_level()

        # By the signal itself: its handler has to wait until whoever is to hear of it has been woken.
        before = signal.set_wakeup_fd(self._hang(), warn_on_full_buffer=False)
        if process.unpacked_folder() is not None:
            # The one-file binary's loader is this process's parent; who kills that means the run.
            watch = threading.Thread(target=_stop_without_loader, args=(self,), daemon=True)
            watch.start()
        previous = {number: signal.signal(number, handle) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before)
            self._take_down()

    def _hang(self) -> int:
        """Hang the bell up. Returns the descriptor that rings it."""
        self.bell, self._ring = os.pipe()
        os.set_blocking(self.bell, False)
        os.set_blocking(self._ring, False)
        return self._ring

    def _take_down(self) -> None:
        with self._hanging:
            for descriptor in (self.bell, self._ring):
                if descriptor is not None:
                    os.close(descriptor)
            self.bell = self._ring = None

    def stop_from_thread(self) -> None:
        """Stop now, for a thread: no signal has rung."""
        self.level = max(self.level, 1)
        self.raise_level()
        with self._hanging, contextlib.suppress(BlockingIOError):
            if self._ring is not None:
                os.write(self._ring, b".")


def _stop_without_loader(interrupts: Interrupts) -> None:
    while not process.loader_is_gone():
        time.sleep(LOADER_POLL)
    interrupts.stop_from_thread()


def _say(text: str) -> None:
    """To stderr without its buffer, which the interrupted code may be writing to at this moment.

    On a terminal it takes the place of the bar, and of the ^C that the terminal wrote behind that.
    """
    with contextlib.suppress(OSError, ValueError):
        stderr = sys.stderr.fileno()
        before = ERASE_LINE if os.isatty(stderr) else "\n"
        os.write(stderr, f"{before}{text}\n".encode())
