"""Work that only the main thread can bound in time: other threads hand it over while that one waits for them.

A signal cuts off code of our own (`own_time`), and signals are the main thread's.
"""

import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Errands:
    """Work that threads pass to the main thread. Once closed it takes no more, and nobody waits in vain."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False

    def hand_over(self, errand: Callable[[], None]) -> bool:
        """Have it done; False if nobody will."""
        with self._lock:
            if not self._closed:
                self._waiting.put(errand)
            return not self._closed

    def wake(self, *_: object) -> None:
        """Say that one of the threads has ended."""
        self._waiting.put(None)

    def do_until_woken(self) -> None:
        """Do what comes in, until a thread has ended."""
        while (errand := self._waiting.get()) is not None:
            errand()

    def close(self) -> None:
        """Take no more, and do what is left."""
        with self._lock:
            self._closed = True
        while not self._waiting.empty():
            if (errand := self._waiting.get()) is not None:
                errand()


_errands: Errands | None = None


def at_once(work: Callable[..., T], *arguments: Iterable[object]) -> list[T]:
    """The results of `work` in their order, each made in a thread. For the main thread, which does their errands."""
    global _errands
    calls = list(zip(*arguments, strict=True))
    with ThreadPoolExecutor(max(1, len(calls))) as threads:
        _errands = errands = Errands()
        try:
            results = [threads.submit(work, *words) for words in calls]
            for result in results:
                result.add_done_callback(errands.wake)
            for _ in results:
                errands.do_until_woken()
        finally:
            _errands = None
            errands.close()
        return [result.result() for result in results]


def in_main_thread(work: Callable[[], T]) -> T:
    """Do `work` in the main thread if that waits in `at_once`, else in this one; give or raise its result."""
    errands, answer = _errands, Future[T]()
    if errands is None or threading.current_thread() is threading.main_thread():
        return work()
    return answer.result() if errands.hand_over(lambda: _do(work, answer)) else work()


def _do(work: Callable[[], T], answer: Future[T]) -> None:
    """Do the work; an error is raised in the thread that waits for the answer."""
    try:
        answer.set_result(work())
    except BaseException as error:
        answer.set_exception(error)
