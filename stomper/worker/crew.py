"""The worker processes of a run: each has one task at most, and a connection of its own on which it answers.

So it is known whose task was in flight when one dies, and the others are not touched by that.
"""

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler

from stomper.errors import ToolError
from stomper.models import FixTask, Outcome
from stomper.process.command import signal_name
from stomper.process.process_trees import marked_from, sweep
from stomper.process.start_methods import ForkServer, Starter, starter
from stomper.settings import StartMethod
from stomper.worker.fix_file import Job, fix_in_worker
from stomper.worker.serve import serve

# Seconds from the word to end until the kill: as long as it takes to find all descendants on a busy machine.
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Death:
    """The answer to a task whose worker died: how it ended."""

    how: str


@dataclass(slots=True, eq=False)
class Worker:
    """One process. `task` is in flight there; it is killed at `killed_at`, of the monotonic clock, if it has to end."""

    pid: int
    connection: Connection
    task: FixTask | None = None
    has_job: bool = False
    killed_at: float | None = None


class Crew:
    """Starts workers when they are needed, or before, and gives them the tasks of a job. For a `with`."""

    def __init__(self, method: StartMethod) -> None:
        self.method = method
        self.workers: list[Worker] = []
        self._starter: Starter | None = None
        self._former: list[Starter] = []
        self._taken: Job | None = None
        self._job = b""

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def at_work(self) -> list[Worker]:
        return [worker for worker in self.workers if worker.task is not None]

    def prepare(self) -> None:
        """Begin with what takes long, so that it is done when the first task is there."""
        if self._starter is None:
            self._starter = starter(self.method, serve)
            self._warm(fix_in_worker)

    def expect(self, tasks: int, parts: object) -> None:
        """So many tasks are to be done at once, by a job with these parts: start and import what takes long."""
        self.prepare()
        if self._warm(parts):
            return
        while len(self.workers) < tasks and self._start():
            pass

    def _warm(self, parts: object) -> bool:
        """Have imported what all workers need, if that can be done for all of them at once."""
        if isinstance(self._starter, ForkServer):
            self._starter.warm(parts)
            return True
        return False

    def take(self, job: Job) -> None:
        """Have the tasks done for this job from now on. Nobody may be at work for another one."""
        if self._taken is job:
            return
        if self._taken is not None:
            self.dismiss()
        self._taken, self._job = job, bytes(ForkingPickler.dumps(job))

    def idle(self) -> Worker | None:
        """A worker without a task, started if there is none; None if none can be started beside those at work.

        Raises ToolError if there is none at work either.
        """
        for worker in [worker for worker in self.workers if worker.task is None]:
            if not worker.connection.poll():
                return worker
            self._bury(worker)  # all that one without a task can say is that it has ended
        return self._start()

    def give(self, worker: Worker, task: FixTask) -> None:
        """Have an idle worker begin with a task. If it has died meanwhile, that is heard as its answer."""
        assert self._job, "no job was taken"
        worker.task = task
        with contextlib.suppress(ConnectionError):
            if not worker.has_job:
                worker.connection.send_bytes(self._job)
                worker.has_job = True
            worker.connection.send(task)

    def answers(self, bell: int | None = None, seconds: float | None = None) -> list[tuple[FixTask, Outcome | Death]]:
        """Wait until a worker answers or dies, the bell rings or the time is over. Gives the answers there are then."""
        by_connection = {worker.connection: worker for worker in self.at_work}
        rings = () if bell is None else (bell,)
        ready = wait([*by_connection, *rings], self._patience(seconds))
        return [self._answer(by_connection[one]) for one in ready if isinstance(one, Connection)]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all that are at work."""
        for worker in self.at_work:
            _send(worker, number)

    def end_work(self) -> None:
        """Have all that are at work end: by SIGTERM, and those that do not within some seconds by SIGKILL.

        To be called until they have: `answers` returns in time for it.
        """
        now = time.monotonic()
        for worker in self.at_work:
            if worker.killed_at is None or now >= worker.killed_at:
                _send(worker, signal.SIGTERM if worker.killed_at is None else signal.SIGKILL)
                worker.killed_at = now + PATIENCE

    def drop(self) -> None:
        """End all that are at work, and wait until they have ended."""
        while self.at_work:
            self.end_work()
            self.answers()

    def dismiss(self) -> None:
        """Let those go that have no task, and wait until they have ended."""
        idle = [worker for worker in self.workers if worker.task is None]
        self.workers = self.at_work
        for worker in idle:
            worker.connection.close()
            if not worker.has_job:
                _send(worker, signal.SIGKILL)  # it may still be importing, and has nothing to put in order
        for worker in idle:
            self._wait_for(worker)

    def close(self) -> None:
        """Leave no process. What is at work is cut off."""
        self.drop()
        self.dismiss()
        self._retire_starter()
        for former in self._former:
            former.close()
        self._former = []

    def _start(self) -> Worker | None:
        try:
            worker = self._started()
        except OSError as error:
            if self.at_work:
                return None
            raise ToolError(f"no worker process can be started: {error.strerror or error}") from error
        self.workers.append(worker)
        return worker

    def _started(self) -> Worker:
        """Start a worker; if the one who was to do it has died, by another one."""
        ours, theirs = Pipe()
        with theirs:
            try:
                return Worker(self._ready_starter().start(theirs), ours)
            except (EOFError, ConnectionError):
                self._retire_starter()
                return Worker(self._ready_starter().start(theirs), ours)

    def _retire_starter(self) -> None:
        """Start no more by this one. It is kept: those that it has started see by it that this process lives."""
        if self._starter is not None:
            self._former.append(self._starter)
            self._starter = None

    def _ready_starter(self) -> Starter:
        self.prepare()
        assert self._starter is not None
        return self._starter

    def _answer(self, worker: Worker) -> tuple[FixTask, Outcome | Death]:
        task = worker.task
        assert task is not None
        try:
            outcome: Outcome = worker.connection.recv()
        except (EOFError, OSError):
            return task, Death(self._bury(worker))
        worker.task = None
        return task, outcome

    def _bury(self, worker: Worker) -> str:
        """Clear away what a dead worker had started. Says how it ended."""
        worker.connection.close()
        self.workers.remove(worker)
        code = self._wait_for(worker)
        sweep(lambda: marked_from([worker.pid]))
        if code is None:
            return "no exit code"
        return f"killed by {signal_name(-code)}" if code < 0 else f"exit code {code}"

    def _wait_for(self, worker: Worker) -> int | None:
        return None if self._starter is None else self._starter.wait_for(worker.pid)

    def _patience(self, seconds: float | None) -> float | None:
        """Seconds to wait for answers: until somebody has to be killed, and no longer than these."""
        now = time.monotonic()
        rest = [max(0.0, worker.killed_at - now) for worker in self.at_work if worker.killed_at is not None]
        return min((*rest, *(() if seconds is None else (seconds,))), default=None)


def _send(worker: Worker, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(worker.pid, number)
