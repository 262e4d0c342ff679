"""Signals as a state: levels, the same press twice, grace, and handlers that are given back."""

import os
import select
import signal
import threading
from functools import partial

import pytest

from stomper import process
from stomper.process import interrupts as module
from stomper.process.interrupts import OVERDUE, SAME_PRESS, SIGNALS, WORKER_SIGNALS, Interrupts, blocked


class Clock:
    """Stands in for the `time` module: the one thing that is patched."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "time", made)
    return made


def state(interrupts: Interrupts) -> tuple[int, bool, bool, bool]:
    return interrupts.level, interrupts.stopping, interrupts.out_of_grace, interrupts.stop_now


def test_levels_and_grace(clock: Clock, capfd: pytest.CaptureFixture[str]) -> None:
    interrupts = Interrupts(grace=5.0)
    assert state(interrupts) == (0, False, False, False)
    clock.now += 100
    assert state(interrupts) == (0, False, False, False)
    interrupts.raise_level()
    assert state(interrupts) == (1, True, False, False)
    assert process.stop_requested()
    assert not process.stop_due()
    clock.now += 4.9
    assert not interrupts.out_of_grace
    clock.now += 0.1
    assert state(interrupts) == (1, True, True, False)
    interrupts.raise_level()
    assert state(interrupts) == (2, True, True, True)
    assert process.stop_due()
    clock.now += 1
    interrupts.raise_level()
    assert interrupts.level == 3
    said = capfd.readouterr().err.split("\n\n")
    assert [line.strip() for line in said] == [
        "stopping: no new work is started, work in progress gets 5 s; ^C again stops it now",
        "stopping now",
    ]


def test_the_same_press_counts_once(clock: Clock) -> None:
    """From the terminal and from the loader of the one-file binary, in whatever order they come."""
    interrupts = Interrupts(grace=5.0)
    for _ in range(3):
        interrupts.raise_level()
        clock.now += SAME_PRESS / 4
    assert interrupts.level == 1
    clock.now += SAME_PRESS / 4
    interrupts.raise_level()
    assert interrupts.level == 2


def test_first_press_counts_just_after_the_machine_has_started(clock: Clock) -> None:
    clock.now = 0.0
    interrupts = Interrupts(grace=5.0)
    interrupts.raise_level()
    assert interrupts.level == 1


def test_it_says_when_it_changes_by_itself(clock: Clock) -> None:
    interrupts = Interrupts(grace=5.0)
    assert interrupts.seconds_to_change is None
    interrupts.raise_level()
    try:
        assert interrupts.seconds_to_change == 5.0
        clock.now += 5.0
        assert interrupts.out_of_grace
        assert interrupts.seconds_to_change == OVERDUE
        clock.now += OVERDUE
        assert interrupts.overdue
        assert interrupts.seconds_to_change is None
    finally:
        process.withdraw_stop()


def rings(interrupts: Interrupts) -> bool:
    assert interrupts.bell is not None
    return bool(select.select([interrupts.bell], [], [], 0)[0])


def test_a_bell_rings_for_each_request_until_it_is_hushed() -> None:
    interrupts = Interrupts(grace=5.0)
    interrupts.hush()  # nobody listens, so there is none
    try:
        with interrupts.listen():
            assert not rings(interrupts)
            for ring in (partial(os.kill, os.getpid(), signal.SIGINT), interrupts.stop_from_thread):
                ring()
                assert rings(interrupts)
                interrupts.hush()
                assert not rings(interrupts)
                interrupts.hush()
        assert interrupts.bell is None
        assert signal.set_wakeup_fd(-1) == -1
    finally:
        process.withdraw_stop()


def test_a_thread_stops_at_once() -> None:
    interrupts = Interrupts(grace=5.0)
    try:
        interrupts.stop_from_thread()
        assert interrupts.stop_now
    finally:
        process.withdraw_stop()


def test_blocked_signals_wait_and_what_was_blocked_before_stays_so() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    heard = []
    handler = signal.signal(signal.SIGUSR1, lambda *_: heard.append("now"))
    try:
        with blocked(WORKER_SIGNALS):
            signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
            heard.append("after")
        assert heard == ["after", "now"]
        assert signal.SIGHUP in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    finally:
        signal.signal(signal.SIGUSR1, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@pytest.mark.parametrize("number", SIGNALS)
def test_signals_are_taken_over_and_given_back(number: signal.Signals) -> None:
    before = [signal.getsignal(each) for each in SIGNALS]
    interrupts = Interrupts(grace=5.0)
    with interrupts.listen():
        os.kill(os.getpid(), number)
        assert interrupts.stopping
    assert [signal.getsignal(each) for each in SIGNALS] == before


def test_signals_are_given_back_after_an_error() -> None:
    before = [signal.getsignal(each) for each in SIGNALS]
    with pytest.raises(ZeroDivisionError), Interrupts(1).listen():
        1 / 0  # noqa: B018  # the error is the point
    assert [signal.getsignal(each) for each in SIGNALS] == before
