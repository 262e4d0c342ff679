"""Tasks to one outcome each, over worker processes or, for one job, in this process."""

import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from stomper.checkers.keeper import end_staying
from stomper.formatters.staying import end_formatters
from stomper.metering.metered_fixer import out_of_time
from stomper.models import INTERRUPTED, Failed, FixTask, Outcome, Skipped
from stomper.process.interrupts import Interrupts
from stomper.process.machine_load import LOOK_SECONDS, Pressure
from stomper.worker.crew import Crew, Death
from stomper.worker.fix_file import Job, fix_file
from stomper.workspace.shelf import Shelf


def run_tasks(
    job: Job,
    tasks: Sequence[FixTask],
    workers: int,
    interrupts: Interrupts,
    on_start: Callable[[FixTask], None],
    place: "Crew | Shelf | Elsewhere",
) -> Iterator[tuple[FixTask, Outcome]]:
    """Yield each task with its outcome as soon as it has one, exactly once, whatever dies.

    `on_start` hears of a task before any work on it begins, again if it is begun again. The work is done
    by up to so many `workers` of a crew at once, elsewhere, or in this process, which has worktrees of its own then.
    """
    if not tasks:
        return
    work = Work(job, interrupts, on_start)
    if isinstance(place, Crew):
        yield from together(work, tasks, workers, place)
    elif isinstance(place, Shelf):
        yield from here(work, tasks, place)
    else:
        yield from place.work(work, tasks, workers)


@dataclass(frozen=True, slots=True)
class Halt:
    """The reason why no other file is begun. `held`: by a budget, so that the run can go on with the others."""

    reason: str
    held: bool = False

    def leave_out(self, task: FixTask) -> Skipped:
        return Skipped(path=task.path, before=task.diagnostics, reason=self.reason, held=self.held)


STOPPED = Halt(INTERRUPTED)
AFTER_ERROR = Halt("stopped after an error in another file")


def why_no_more(job: Job, interrupts: Interrupts) -> Halt | None:
    """Give the reason why no other file is begun; None if there is none."""
    if interrupts.stopping:
        return STOPPED
    return Halt(out_of_time(job.settings), held=True) if time.monotonic() >= job.deadline else None


class Work:
    """The work of a run, and the reason why no more of it is begun, if there is one."""

    def __init__(self, job: Job, interrupts: Interrupts, on_start: Callable[[FixTask], None]) -> None:
        self.job, self.interrupts, self.on_start = job, interrupts, on_start
        self.after_error: Halt | None = None

    @property
    def halt(self) -> Halt | None:
        return self.after_error or why_no_more(self.job, self.interrupts)

    def note(self, outcome: Outcome) -> None:
        """Begin nothing more after an error, if that is what the user wants."""
        if isinstance(outcome, Failed) and not self.job.settings.workflow.continue_on_error:
            self.after_error = AFTER_ERROR


class Elsewhere(Protocol):
    """Other machines that fix files."""

    def work(self, work: Work, tasks: Sequence[FixTask], workers: int) -> Iterator[tuple[FixTask, Outcome]]:
        """Yield each task with its outcome as soon as it has one, so many at once, exactly once, whatever dies there.

        Raises StomperError if none of them can be reached any more.
        """
        ...


def here(work: Work, tasks: Sequence[FixTask], trees: Shelf) -> Iterator[tuple[FixTask, Outcome]]:
    """One task after the other, in this process."""
    try:
        for task in tasks:
            if halt := work.halt:
                yield task, halt.leave_out(task)
                continue
            work.on_start(task)
            outcome = fix_file(work.job, task, trees)
            work.note(outcome)
            yield task, outcome
    finally:
        end_staying()
        end_formatters()


def together(work: Work, tasks: Sequence[FixTask], workers: int, crew: Crew) -> Iterator[tuple[FixTask, Outcome]]:
    """Several tasks at once, each in a process of the crew.

    One whose worker died is a suspect: it is tried once more, alone, after the others. Another program, or the want
    of memory, may have killed it the first time.
    """
    crew.take(work.job)
    suspects = []
    try:
        for task, answer in _answers(work, deque(tasks), workers, crew):
            if isinstance(answer, Death) and not work.interrupts.stopping:
                suspects.append(task)
            else:
                yield task, _outcome(work, task, answer)
        suspects.sort(key=lambda task: task.index)
        for task, answer in _answers(work, deque(suspects), 1, crew):
            yield task, _outcome(work, task, answer)
    finally:
        crew.drop()


def _outcome(work: Work, task: FixTask, answer: Outcome | Death) -> Outcome:
    """The outcome of a task. A worker that ended because it was told to is no fault of its task."""
    if not isinstance(answer, Death):
        return answer
    if work.interrupts.stopping:
        return STOPPED.leave_out(task)
    return Failed(path=task.path, before=task.diagnostics, reason=f"its worker died: {answer.how}")


def _answers(work: Work, queue: deque[FixTask], workers: int, crew: Crew) -> Iterator[tuple[FixTask, Outcome | Death]]:
    """Have the queue done. Whoever has answered has its next task before anybody looks at the answer."""
    pressure = Pressure(work.job.settings.workflow)
    answers: list[tuple[FixTask, Outcome | Death]] = []
    while True:
        if halt := work.halt:
            answers += [(task, halt.leave_out(task)) for task in queue]
            queue.clear()
        _hand_out(work, queue, workers, crew, pressure)
        yield from answers
        if not (queue or crew.at_work):
            return
        _pass_interrupts_on(work.interrupts, crew)
        answers = crew.answers(work.interrupts.bell, _seconds(work.interrupts, bool(queue) and pressure.high))
        work.interrupts.hush()
        for _, answer in answers:
            if not isinstance(answer, Death):
                work.note(answer)


def _hand_out(work: Work, queue: deque[FixTask], workers: int, crew: Crew, pressure: Pressure) -> None:
    """Give every idle worker a task; under pressure, one if none is at work."""
    while queue and len(crew.at_work) < workers and not (crew.at_work and pressure.high):
        worker = crew.idle()
        if worker is None:
            return
        task = queue.popleft()
        work.on_start(task)
        crew.give(worker, task)


def _pass_interrupts_on(interrupts: Interrupts, crew: Crew) -> None:
    """Workers take no ^C from the terminal: what it means for them is decided here."""
    if interrupts.stop_now or interrupts.overdue:
        crew.end_work()
    elif interrupts.out_of_grace:
        crew.signal(signal.SIGUSR1)


def _seconds(interrupts: Interrupts, pressed: bool) -> float | None:
    """Seconds in which nothing changes by itself: neither what an interrupt means, nor the load of the machine."""
    ends = [interrupts.seconds_to_change, LOOK_SECONDS if pressed else None]
    return min((end for end in ends if end is not None), default=None)
