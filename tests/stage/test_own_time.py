"""Code of our own that works for too long is cut off, named, and its change is taken back."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from stomper.checkers.completeness import Look
from stomper.fixers import FixReply, FixRequest
from stomper.models import FixTask
from stomper.process.own_time import OverTimeError, own_time
from stomper.settings import Settings
from stomper.worker.chain import Chain
from stomper.workspace.worktree import Worktree
from tests.kit.jobs import Editing, LineChecker, commit_files
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree

SHORT = Settings(max_retries=0, checker_timeout=0.05)
FIX = ("A", "bad A\n", "good A\n")


def loop() -> None:
    while True:
        pass


@dataclass(frozen=True)
class Looping(Editing):
    """Writes half of a change, and never comes back."""

    def fix(self, request: FixRequest) -> FixReply:
        request.file.write_text("half\n")
        try:
            loop()
        except Exception:
            request.file.write_text("caught\n")
        return FixReply()


@dataclass(frozen=True)
class LoopingChecker(LineChecker):
    def look(self, *_: object) -> Look:
        loop()
        return Look(())


@pytest.fixture
def place(repo: GitRepo, tmp_path: Path) -> Iterator[tuple[Worktree, FixTask]]:
    (task,) = commit_files(repo, "bad A\n")
    with opened_worktree(repo, tmp_path) as tree:
        yield tree, task


def silent(*_: object) -> None:
    pass


def test_a_fixer_that_loops_is_cut_off_and_the_next_one_is_asked(place: tuple[Worktree, FixTask]) -> None:
    tree, task = place
    chain = Chain(tree, task, (LineChecker(),), SHORT, silent, silent)
    chain.run([Looping((), name="looping"), Editing((FIX,))])
    assert [(attempt.fixer, attempt.result, attempt.detail) for attempt in chain.attempts] == [
        ("looping", "timeout", "looping: cut off, busy for more than 0.05 s"),
        ("editing", "kept", ""),
    ]
    assert (tree.root / task.path).read_text() == "good A\n"


def test_guards_that_loop_are_cut_off_and_the_change_is_taken_back(place: tuple[Worktree, FixTask]) -> None:
    tree, task = place
    chain = Chain(tree, task, (LoopingChecker(),), SHORT, silent, silent)
    chain.run([Editing((FIX,))])
    (attempt,) = chain.attempts
    assert (attempt.result, attempt.detail) == (
        "timeout",
        "cannot be judged: the guards were busy for more than 0.05 s",
    )
    assert (tree.root / task.path).read_text() == "bad A\n"


def test_what_is_in_time_is_not_disturbed_and_the_signal_is_as_before() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    with own_time(60):
        assert sum(range(1000))
    assert signal.getsignal(signal.SIGVTALRM) == before
    assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0


def test_waiting_is_no_work() -> None:
    with own_time(0.05):
        time.sleep(0.2)


@pytest.fixture
def late() -> Iterator[threading.Semaphore]:
    """Has the signal of the timer come once, at any moment, for each release."""
    asked: list[str] = []
    before, interval = signal.signal(signal.SIGVTALRM, signal.SIG_IGN), sys.getswitchinterval()
    main, gate = threading.main_thread().ident or 0, threading.Semaphore(0)

    def send() -> None:
        while gate.acquire() and not asked:
            signal.pthread_kill(main, signal.SIGVTALRM)

    sys.setswitchinterval(1e-6)
    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield gate
    finally:
        asked.append("to end")
        gate.release()
        thread.join()
        sys.setswitchinterval(interval)
        signal.signal(signal.SIGVTALRM, before)


def test_a_limit_that_is_met_while_its_timer_is_taken_away_leaves_nothing_behind(late: threading.Semaphore) -> None:
    cut = 0
    for _ in range(2000):
        late.release()
        try:
            with own_time(60):
                pass
        except OverTimeError:
            cut += 1
        assert signal.getsignal(signal.SIGVTALRM) == signal.SIG_IGN
        assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0
    assert cut


def test_code_that_catches_everything_is_cut_off_at_last() -> None:
    def stubborn() -> None:
        for _ in range(2):
            try:
                loop()
            except BaseException as error:
                caught.append(error)
        loop()

    caught: list[BaseException] = []
    with pytest.raises(OverTimeError), own_time(0.05):
        stubborn()
    assert len(caught) == 2


def test_in_another_thread_there_is_no_limit() -> None:
    done: list[int] = []

    def work() -> None:
        with own_time(0.001):
            done.append(sum(range(100_000)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done
