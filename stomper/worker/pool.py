"""Tasks to one outcome each, over worker processes or, for one job, in this process."""

import contextlib
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from stomper.metering.metered_fixer import out_of_time
from stomper.models import INTERRUPTED, Failed, FixTask, Outcome, Skipped
from stomper.process.command import signal_name
from stomper.process.guardian import GUARDIAN
from stomper.process.interrupts import SIGNALS, Interrupts
from stomper.process.machine_load import Pressure
from stomper.process.process_trees import marked_from, sweep
from stomper.worker.fix_file import Job, fix_file, fix_in_worker, start_worker
from stomper.workspace.shelf import Shelf

TICK = 0.1


def run_tasks(
    job: Job,
    tasks: Sequence[FixTask],
    workers: int,
    interrupts: Interrupts,
    on_start: Callable[[FixTask], None],
    trees: Shelf | None = None,
) -> Iterator[tuple[FixTask, Outcome]]:
    """Yield each task with its outcome as soon as it has one, exactly once, whatever dies.

    `on_start` hears of a task before any work on it begins, again if it is begun again. With `trees` of
    this process the same code runs here, one task after the other.
    """
    if not tasks:
        return
    runner = InProcess(job, interrupts, on_start, trees) if trees else Workers(job, workers, interrupts, on_start)
    with contextlib.closing(runner):
        halted = False
        for task, outcome in runner.run(deque(tasks)):
            yield task, outcome
            if isinstance(outcome, Failed) and not job.settings.workflow.continue_on_error and not halted:
                halted = True
                runner.halt(AFTER_ERROR)


@dataclass(frozen=True, slots=True)
class Halt:
    """Why no other file is begun. `held`: by a budget, so that the run can go on with the others."""

    reason: str
    held: bool = False

    def leave_out(self, task: FixTask) -> Skipped:
        return Skipped(path=task.path, before=task.diagnostics, reason=self.reason, held=self.held)


STOPPED = Halt(INTERRUPTED)
AFTER_ERROR = Halt("stopped after an error in another file")


def why_no_more(job: Job, interrupts: Interrupts) -> Halt | None:
    """Why no other file is begun; None as long as there is no reason."""
    if interrupts.stopping:
        return STOPPED
    return Halt(out_of_time(job.settings), held=True) if time.monotonic() >= job.deadline else None


class InProcess:
    """One task after the other, here."""

    def __init__(self, job: Job, interrupts: Interrupts, on_start: Callable[[FixTask], None], trees: Shelf) -> None:
        self.job, self.interrupts, self.on_start, self.trees = job, interrupts, on_start, trees
        self.halted: Halt | None = None

    def halt(self, why: Halt) -> None:
        self.halted = why

    def run(self, queue: deque[FixTask]) -> Iterator[tuple[FixTask, Outcome]]:
        for task in queue:
            if halt := self.halted or why_no_more(self.job, self.interrupts):
                yield task, halt.leave_out(task)
                continue
            self.on_start(task)
            yield task, fix_file(self.job, task, self.trees)

    def close(self) -> None:
        pass


class Workers:
    """A pool of processes that survives the death of any of them."""

    def __init__(self, job: Job, workers: int, interrupts: Interrupts, on_start: Callable[[FixTask], None]) -> None:
        self.job, self.workers, self.interrupts, self.on_start = job, workers, interrupts, on_start
        self.halted: Halt | None = None
        self.executor: ProcessPoolExecutor | None = None
        self.processes: set[BaseProcess] = set()
        self.running: dict[Future[Outcome], FixTask] = {}
        self.pressure = Pressure(job.settings.workflow)

    def halt(self, why: Halt) -> None:
        self.halted = why

    def run(self, queue: deque[FixTask]) -> Iterator[tuple[FixTask, Outcome]]:
        while queue or self.running:
            if halt := self.halted or why_no_more(self.job, self.interrupts):
                yield from ((task, halt.leave_out(task)) for task in queue)
                queue.clear()
            suspects = self._fill(queue)
            done, _ = wait(self.running, timeout=TICK, return_when=FIRST_COMPLETED)
            if suspects or any(_result(future) is None for future in done):
                done, _ = wait(self.running)  # one death breaks every pending future of a pool, at once
            for future in done:
                task = self.running.pop(future)
                if outcome := _result(future):
                    yield task, outcome
                else:
                    suspects.append(task)
            if suspects:
                self._bury()
                yield from self._alone(sorted(suspects, key=lambda task: task.index))
            self._pass_interrupts_on()
            self._see_deaths()

    def _fill(self, queue: deque[FixTask]) -> list[FixTask]:
        """Give every idle worker a task, one at least. Returns the task that found the pool broken, if one did."""
        while queue and len(self.running) < self.workers and not (self.running and self.pressure.high):
            task = queue.popleft()
            self.on_start(task)
            try:
                self.running[self._submit(task)] = task
            except BrokenProcessPool:
                return [task]
        return []

    def _alone(self, suspects: list[FixTask]) -> Iterator[tuple[FixTask, Outcome]]:
        """Run those that were in flight when the pool broke one at a time: who breaks it again did it."""
        for task in suspects:
            if self.interrupts.stopping:
                yield task, STOPPED.leave_out(task)
                continue
            self.on_start(task)
            future = self._submit(task)
            while not wait([future], timeout=TICK).done:
                self._pass_interrupts_on()
                self._see_deaths()
            if outcome := _result(future):
                yield task, outcome
                continue
            how = self._bury()
            if self.interrupts.stopping:
                yield task, STOPPED.leave_out(task)
            else:
                yield task, Failed(path=task.path, before=task.diagnostics, reason=f"its worker died: {how}")

    def _submit(self, task: FixTask) -> Future[Outcome]:
        if self.executor is None:
            context = multiprocessing.get_context(self.job.settings.workflow.start_method)
            self.executor = ProcessPoolExecutor(self.workers, context, start_worker, (self.job,))
        # A ^C while a worker starts would end it before it can say that it takes none. It inherits
        # the blocked mask and lifts it in `start_worker`.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            future = self.executor.submit(fix_in_worker, task)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        self.processes |= {child for child in multiprocessing.active_children() if child.name != GUARDIAN}
        return future

    def _pass_interrupts_on(self) -> None:
        """Workers take no ^C from the terminal: what it means for them is decided here."""
        if self.interrupts.stop_now or self.interrupts.overdue:
            self._signal(signal.SIGTERM)
        elif self.interrupts.out_of_grace:
            self._signal(signal.SIGUSR1)

    def _see_deaths(self) -> None:
        """End a pool of which a worker is dead.

        The executor does so itself, but may overlook a worker that it had just started: it begins to
        wait for deaths before it starts one. That of the others, which end here, it does see.
        """
        if any(not worker.is_alive() for worker in self.processes):
            self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        for worker in self.processes:
            if worker.pid is not None and worker.is_alive():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.pid, number)

    def _bury(self) -> str:
        """Clear a broken pool away, with what its workers had started. Says how they ended."""
        if self.executor is not None:
            self.executor.shutdown(wait=True, cancel_futures=True)
            self.executor = None
        pids = [worker.pid for worker in self.processes if worker.pid is not None]
        codes = [worker.exitcode for worker in self.processes if worker.exitcode is not None]
        self.processes = set()
        sweep(lambda: marked_from(pids))
        return _how(codes)

    def close(self) -> None:
        if self.running:
            self._signal(signal.SIGTERM)
        self._bury()


def _result(future: Future[Outcome]) -> Outcome | None:
    """The outcome of a finished task, None if its worker died."""
    try:
        return future.result()
    except BrokenProcessPool:
        return None


def _how(codes: Sequence[int]) -> str:
    """Describe the end of the first of these processes that did not end in peace."""
    peaceful = (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    for code in codes:
        if code not in peaceful:
            return f"killed by {signal_name(-code)}" if code < 0 else f"exit code {code}"
    return "no exit code"
