"""Worker processes that are started early, die unasked, do not want to end, or cannot be started."""

import contextlib
import dataclasses
import errno
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest

from stomper import process
from stomper.errors import ToolError
from stomper.models import FixTask, Outcome
from stomper.process.interrupts import Interrupts
from stomper.process.start_methods import ForkServer, Spawner
from stomper.settings import StartMethod
from stomper.worker import crew as module
from stomper.worker.crew import Crew, Death
from stomper.worker.fix_file import Job
from stomper.worker.pool import run_tasks
from stomper.worker.serve import serve
from tests.kit.jobs import Obedient, commit_files, job_on
from tests.kit.repo import GitRepo
from tests.kit.wait import eventually

METHODS = pytest.mark.parametrize("method", ["spawn", "forkserver"])
GOOD = "bad A\n"
DEAF = "bad A\ndo deaf\n"


@dataclasses.dataclass
class Work:
    """A job on files with these contents."""

    job: Job
    tasks: list[FixTask]
    obedient: Obedient
    interrupts: Interrupts
    begun: list[str] = dataclasses.field(default_factory=list)

    def start(self, crew: Crew, workers: int = 2) -> Iterator[tuple[FixTask, Outcome]]:
        def heard(task: FixTask) -> None:
            self.begun.append(task.path)

        return run_tasks(self.job, self.tasks, workers, self.interrupts, heard, crew)

    def run(self, crew: Crew, workers: int = 2) -> list[str]:
        return [outcome.status for _, outcome in sorted(self.start(crew, workers), key=lambda row: row[0].index)]


Make = Callable[..., Work]


@pytest.fixture
def work(repo: GitRepo, tmp_path: Path) -> Iterator[Make]:
    with contextlib.ExitStack() as stack:

        def make(*contents: str) -> Work:
            obedient = Obedient(tmp_path / "log")
            tasks = commit_files(repo, *contents)
            job = stack.enter_context(job_on(repo, tmp_path / "job", obedient))
            return Work(job, tasks, obedient, Interrupts(grace=60.0))

        yield make


def pids(crew: Crew) -> set[int]:
    """The processes of a crew: those of its workers, and of the server that forks them."""
    starter = crew._starter
    server = {starter.process.pid or 0} if isinstance(starter, ForkServer) else set()
    return server | {worker.pid for worker in crew.workers}


def waits_for_work(pid: int) -> bool:
    """Whether a process has imported what it needs, and waits: from its own process group on it is shielded."""
    with contextlib.suppress(ProcessLookupError):
        return os.getpgid(pid) == pid
    return False


def is_gone(pid: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


@METHODS
def test_those_that_were_started_early_do_the_work(work: Make, method: StartMethod) -> None:
    made = work(*[GOOD] * 3)
    with Crew(method) as crew:
        crew.prepare()
        crew.expect(2, ())
        early = pids(crew)
        assert len(early) == (2 if method == "spawn" else 1)
        assert made.run(crew) == ["fixed"] * 3
        assert early <= pids(crew)
        assert len(crew.workers) == 2
    assert multiprocessing.active_children() == []


@METHODS
def test_one_that_died_before_there_was_work_is_replaced(work: Make, method: StartMethod) -> None:
    """Nobody's task is to blame: none was in flight."""
    made = work(GOOD, GOOD)
    with Crew(method) as crew:
        crew.prepare()
        crew.expect(2, ())
        early = pids(crew)
        for pid in early:
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: all(map(is_gone, early)), "their end")
        assert made.run(crew) == ["fixed", "fixed"]
        assert made.begun == ["0.txt", "1.txt"]
        assert early.isdisjoint(pids(crew))


@dataclasses.dataclass(frozen=True)
class Loud:
    """Notes who reads it."""

    log: Path

    def __reduce__(self) -> tuple[Callable[[Path], int], tuple[Path]]:
        return note_reader, (self.log,)


def note_reader(log: Path) -> int:
    return log.write_text(str(os.getpid()))


def test_what_all_forks_need_is_imported_once_before(work: Make, tmp_path: Path) -> None:
    made = work(GOOD, GOOD)
    with Crew("forkserver") as crew:
        crew.expect(2, Loud(tmp_path / "reader"))
        (server,) = pids(crew)
        assert made.run(crew) == ["fixed", "fixed"]
        assert (tmp_path / "reader").read_text() == str(server)


def test_one_that_died_after_its_work_is_replaced(work: Make) -> None:
    made = work(GOOD)
    with Crew("forkserver") as crew:
        assert made.run(crew) == ["fixed"]
        (worker,) = crew.workers
        os.kill(worker.pid, signal.SIGKILL)
        eventually(lambda: worker.connection.poll(), "its end to be heard")
        made.tasks = [dataclasses.replace(made.tasks[0], index=1)]
        assert made.run(crew) == ["fixed"]
        assert worker not in crew.workers


def test_a_server_that_dies_takes_nobody_with_it(work: Make) -> None:
    """The one that is at work goes on, and another server starts the next one."""
    made = work("bad A\ndo meet 2\n", GOOD)
    with Crew("forkserver") as crew:
        crew.prepare()
        second = made.tasks.pop()
        crew.take(made.job)
        worker = crew.idle()
        assert worker is not None
        crew.give(worker, made.tasks[0])
        for pid in pids(crew) - {worker.pid}:
            os.kill(pid, signal.SIGKILL)
        other = crew.idle()
        assert other is not None
        assert other is not worker
        crew.give(other, second)
        done = [*crew.answers(), *(crew.answers() if crew.at_work else [])]
        assert sorted((task.path, getattr(answer, "status", "")) for task, answer in done) == [
            ("0.txt", "fixed"),
            ("1.txt", "fixed"),
        ]


@METHODS
def test_no_signal_reaches_one_that_is_not_ready(work: Make, method: StartMethod) -> None:
    """Those that come while it starts are for the parent, which says later what they mean."""
    made = work(GOOD)
    with Crew(method) as crew:
        crew.prepare()
        crew.expect(1, ())
        (early,) = pids(crew)
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGUSR1):
            os.kill(early, number)
        assert made.run(crew) == ["fixed"]
        assert early in pids(crew)


@METHODS
def test_the_signals_of_a_terminal_pass_one_by_that_waits(work: Make, method: StartMethod) -> None:
    made = work(GOOD)
    with Crew(method) as crew:
        crew.prepare()
        crew.expect(1, ())
        (early,) = pids(crew)
        eventually(lambda: waits_for_work(early), "a process that waits")
        for number in (signal.SIGINT, signal.SIGHUP):
            os.kill(early, number)
        assert made.run(crew) == ["fixed"]
        assert early in pids(crew)


def test_one_that_does_not_end_when_told_is_killed(work: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    made = work(DEAF)
    with Crew("forkserver") as crew:
        crew.take(made.job)
        worker = crew.idle()
        assert worker is not None
        crew.give(worker, made.tasks[0])
        eventually(lambda: made.obedient.begun(), "the deaf one")
        answers: list[tuple[FixTask, Outcome | Death]] = []
        while not answers:
            crew.end_work()
            answers = crew.answers()
        assert answers == [(made.tasks[0], Death("killed by SIGKILL"))]
        assert is_gone(worker.pid)


def test_a_signal_wakes_whoever_waits_for_workers(work: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes while nothing else does: the one at work would go on for a minute."""
    monkeypatch.setattr("stomper.process.interrupts.OVERDUE", 0.0)
    made = work("bad A\ndo hang-once marker\n")
    made.interrupts = Interrupts(grace=0.0)

    def press() -> None:
        eventually(lambda: made.obedient.begun(), "one at work")
        time.sleep(0.2)  # by then the main thread waits, and would not run the signal's handler
        os.kill(os.getpid(), signal.SIGINT)

    try:
        with made.interrupts.listen(), Crew("forkserver") as crew:
            thread = threading.Thread(target=press)
            thread.start()
            assert made.run(crew) == ["skipped"]
            thread.join()
    finally:
        process.withdraw_stop()


def test_a_thread_that_stops_the_run_wakes_it_too(work: Make) -> None:
    made = work("bad A\ndo hang-once marker\n")

    def stop() -> None:
        eventually(lambda: made.obedient.begun(), "one at work")
        made.interrupts.stop_from_thread()

    try:
        with made.interrupts.listen(), Crew("forkserver") as crew:
            thread = threading.Thread(target=stop)
            thread.start()
            assert made.run(crew) == ["skipped"]
            thread.join()
    finally:
        process.withdraw_stop()


def test_those_that_are_dismissed_go_and_others_can_be_had(work: Make) -> None:
    made = work(GOOD, GOOD)
    with Crew("forkserver") as crew:
        assert made.run(crew) == ["fixed", "fixed"]
        gone = [worker.pid for worker in crew.workers]
        crew.dismiss()
        assert crew.workers == []
        assert all(map(is_gone, gone))
        made.tasks = [dataclasses.replace(task, index=task.index + 2) for task in made.tasks]
        assert made.run(crew) == ["fixed", "fixed"]


def test_a_job_of_any_size_is_handed_over(work: Make) -> None:
    """More than a connection holds, to one that is still starting; and an answer as long comes back."""
    made = work(GOOD, GOOD)
    made.job = dataclasses.replace(made.job, fixers=(dataclasses.replace(made.obedient, name="x" * 3_000_000),))
    with Crew("spawn") as crew:
        assert made.run(crew) == ["fixed", "fixed"]


class Scarce(Spawner):
    """Can start so many processes."""

    def __init__(self, number: int) -> None:
        super().__init__(serve)
        self.number = number

    def start(self, theirs: Connection) -> int:
        if not self.number:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        self.number -= 1
        return super().start(theirs)


def test_those_that_could_be_started_do_all(work: Make) -> None:
    made = work(*[GOOD] * 3)
    with Crew("spawn") as crew:
        crew._starter = Scarce(1)
        assert made.run(crew, 3) == ["fixed"] * 3
        assert len(crew.workers) == 1


def test_where_none_can_be_started_that_is_said(work: Make) -> None:
    made = work(GOOD)
    with Crew("spawn") as crew:
        crew._starter = Scarce(0)
        with pytest.raises(ToolError, match="no worker process can be started: Resource temporarily unavailable"):
            made.run(crew)


SLOW_TO_DIE = """
import signal, time
from stomper.process import process_trees
from stomper.process.under_parent import from_parent_only
process_trees.descendants = lambda: time.sleep(0.5) or []
from_parent_only()
print("ready", flush=True)
while True:
    signal.pause()
"""


def test_a_worker_that_is_told_to_end_again_and_again_ends() -> None:
    """On a busy machine the first time takes longer than an impatient user waits."""
    with subprocess.Popen([sys.executable, "-c", SLOW_TO_DIE], stdout=subprocess.PIPE) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"

            def told() -> bool:
                child.send_signal(signal.SIGTERM)
                time.sleep(0.05)
                return child.poll() is not None

            eventually(told, "its end", patience=5)
            assert child.returncode == 128 + signal.SIGTERM
        finally:
            child.kill()
