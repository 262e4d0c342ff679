"""Signals as a state: levels, the same press twice, grace, and handlers that are given back."""

import os
import signal

import pytest

from stomper import process
from stomper.process import interrupts as module
from stomper.process.interrupts import SAME_PRESS, SIGNALS, Interrupts


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
        "stopping: nothing new is started, work in flight has 5 s; once more stops it now",
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
