"""Let many work beside each other, and one that is suspected of killing its worker alone."""

import contextlib
import threading
from collections.abc import Iterator


class Turns:
    """Many may be at work together, or one alone, for whom those that are at work are waited for."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._beside = 0
        self._alone = False
        self._waiting = 0

    @contextlib.contextmanager
    def beside(self) -> Iterator[None]:
        """Work beside others."""
        with self._change:
            self._change.wait_for(lambda: not self._alone and not self._waiting)
            self._beside += 1
        try:
            yield
        finally:
            with self._change:
                self._beside -= 1
                self._change.notify_all()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Work alone; nobody begins beside while this waits."""
        with self._change:
            self._waiting += 1
            self._change.wait_for(lambda: not self._alone and not self._beside)
            self._waiting -= 1
            self._alone = True
        try:
            yield
        finally:
            with self._change:
                self._alone = False
                self._change.notify_all()
