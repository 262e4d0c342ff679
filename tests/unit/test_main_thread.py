"""Threads have the main thread do what only that one can bound, and nobody waits in vain."""

import threading
from types import SimpleNamespace
from typing import cast

import pytest

from stomper.checkers.pattern import read_pattern
from stomper.errors import CheckerError
from stomper.git.commit_stream import CommitStream
from stomper.process.main_thread import at_once, in_main_thread
from stomper.process.own_time import OverTimeError
from stomper.project_tests.verdict import Verdict
from stomper.run.gate import EVERYTHING, Asked, Gate
from stomper.run.row import Question, Row
from stomper.units.division import as_it_is

EVIL, OUTPUT = r"(?P<path>(a+)+)$", b"a" * 22 + b",!"  # some seconds, should nothing end it


def judge(commit: str, _name: str, _asked: Asked) -> Verdict:
    """What a gate hears of a checker in one of the threads in which it asks."""
    assert threading.current_thread() is not threading.main_thread()
    try:
        list(read_pattern(commit, OUTPUT, EVIL))
    except CheckerError as error:
        return Verdict(problem=error.message)
    return Verdict()


def test_a_pattern_is_bounded_in_the_probes_of_a_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stomper.checkers.pattern.PATTERN_SECONDS", 0.2)
    gate = cast(Gate, SimpleNamespace(judge=judge))
    stream = cast(CommitStream, SimpleNamespace(store=lambda: None))
    row = Row(gate, "tip", (), stream, width=3, stopping=lambda: False, layout_of=lambda path: as_it_is)
    assert row.are_red(["one", "two", "three"], Question(frozenset(), EVERYTHING)) == [True, True, True]


def test_results_come_in_order_and_errands_are_done_by_the_main_thread() -> None:
    def work(number: int) -> tuple[int, bool]:
        return number, in_main_thread(threading.current_thread) is threading.main_thread()

    assert at_once(work, range(8)) == [(number, True) for number in range(8)]
    assert at_once(work, ()) == []
    assert work(1) == (1, True)


@pytest.mark.parametrize("error", [ValueError, OverTimeError, KeyboardInterrupt])
def test_what_an_errand_raises_is_raised_where_it_was_asked_for(error: type[BaseException]) -> None:
    def work(_: int) -> bool:
        try:
            in_main_thread(fail)
        except error:
            return threading.current_thread() is not threading.main_thread()
        return False

    def fail() -> None:
        raise error

    assert at_once(work, range(3)) == [True, True, True]


def test_a_thread_that_nobody_waits_for_does_its_own_work() -> None:
    found: list[bool] = []
    thread = threading.Thread(
        target=lambda: found.append(in_main_thread(threading.current_thread) is not threading.main_thread())
    )
    thread.start()
    thread.join()
    assert found == [True]


def test_what_a_thread_raises_ends_the_others_in_peace() -> None:
    def work(number: int) -> int:
        in_main_thread(lambda: None)
        if number == 1:
            raise LookupError
        return number

    with pytest.raises(LookupError):
        at_once(work, range(4))
