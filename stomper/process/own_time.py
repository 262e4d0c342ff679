"""A limit for code of our own, which no program's time limit holds for."""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator

AGAIN = 0.1  # seconds: for code that catches everything


class OverTimeError(BaseException):
    """Code of our own that has worked for too long. Nobody who catches errors of their own catches this one."""


@contextlib.contextmanager
def own_time(seconds: float) -> Iterator[None]:
    """Raise OverTimeError in code that has kept this process busy for so long.

    What counts is the processor's time in this process: waiting for a program does not count, which has a limit of
    its own, and a busy machine makes nobody late. A single call into a library's machine code is not cut off before
    it returns. A limit within another one ends no later than that. Without effect in any other thread than the main
    one, which gets no signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGVTALRM)
    left, _ = signal.getitimer(signal.ITIMER_VIRTUAL)
    began = time.process_time()
    try:
        signal.signal(signal.SIGVTALRM, _raise)
        signal.setitimer(signal.ITIMER_VIRTUAL, min(seconds, left or seconds), AGAIN)
        yield
    finally:
        # The signal may come while its timer is taken away: too late, the code has come to its end. No call of a
        # function of ours here, at whose beginning it could be raised.
        while True:
            try:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
                signal.signal(signal.SIGVTALRM, before)
                break
            except OverTimeError:
                continue
        if left:
            signal.setitimer(signal.ITIMER_VIRTUAL, max(AGAIN, left - (time.process_time() - began)), AGAIN)


def _raise(*_: object) -> None:
    raise OverTimeError
