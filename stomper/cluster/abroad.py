"""Have the files of a run fixed by the workers of a cluster. What they make of them lands here, as ever."""

import contextlib
import dataclasses
import itertools
import pickle
import queue
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from stomper.cluster.connection import ClusterError, Connection
from stomper.cluster.errands import Answer, Errands
from stomper.cluster.spec import Done, Sent, require_sendable, spec_of
from stomper.cluster.squads import fix_there, hold
from stomper.errors import StomperError, ToolError
from stomper.git.blobs import blob_id, store_contents
from stomper.git.parcels import pack_up, size_of
from stomper.models import Failed, FixTask, Outcome
from stomper.settings import Settings
from stomper.text.printable import one_line
from stomper.version import version_text
from stomper.worker.fix_file import Job, TaskLog
from stomper.worker.pool import STOPPED, Work

MOST_BYTES = 256 * 2**20
GO_ON = "What is done is kept. Go on: stomper resume"


@dataclass
class _Held:
    """What the workers keep of a job: its spec, under a key, and the parcels of its commit."""

    job: Job
    key: str
    spec: Any
    packs: list[Any]


@dataclass
class Abroad:
    """The place of work on a cluster, for the pool of a run."""

    connection: Connection
    _packs: list[tuple[str, Any]] = field(default_factory=list)
    _held: _Held | None = None
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _name: str = field(default_factory=lambda: f"stomper-{secrets.token_hex(8)}")

    def work(self, work: Work, tasks: Sequence[FixTask], workers: int) -> Iterator[tuple[FixTask, Outcome]]:
        """Yield each task with its outcome as soon as it has one. Raises StomperError if there is no cluster left."""
        over, interrupts = threading.Event(), work.interrupts
        errands = Errands(self.connection, lambda: over.is_set() or interrupts.out_of_grace or interrupts.stop_now)
        with ThreadPoolExecutor(workers) as threads:
            try:
                yield from self._flown(work, deque(tasks), workers, partial(self._fix, errands), threads)
            finally:
                over.set()

    def _flown(
        self, work: Work, waiting: deque[FixTask], most: int, fix: Callable[..., None], threads: ThreadPoolExecutor
    ) -> Iterator[tuple[FixTask, Outcome]]:
        """Have so many under way at once, each in a thread that waits for it."""
        held, flying = self._hold(work.job), 0
        done = queue.SimpleQueue[tuple[FixTask, Outcome | StomperError]]()
        while waiting or flying:
            if halt := work.halt:
                yield from ((task, halt.leave_out(task)) for task in waiting)
                waiting.clear()
            while waiting and flying < most:
                task = waiting.popleft()
                work.on_start(task)
                threads.submit(fix, held, task, done)
                flying += 1
            if flying:
                task, outcome = done.get()
                flying -= 1
                if isinstance(outcome, StomperError):
                    raise StomperError(outcome.message, outcome.hint or GO_ON)
                work.note(outcome)
                yield task, outcome

    def _fix(self, errands: Errands, held: _Held, task: FixTask, done: "queue.SimpleQueue[Any]") -> None:
        """Fix one file, in a thread; whatever happens there is put into the queue."""
        try:
            words = (held.key, held.spec, held.packs, pickle.dumps(task))
            answer = errands.run(fix_there, version_text(), errands.topic, *words)
            done.put((task, STOPPED.leave_out(task) if answer is None else self._taken(held.job, task, answer)))
        except ClusterError as error:
            done.put((task, error))
        except ToolError as error:
            done.put((task, Failed(path=task.path, before=task.diagnostics, reason=error.message)))
        except Exception as error:
            done.put((task, ClusterError(f"this should not have happened: {error!r}")))

    def _taken(self, job: Job, task: FixTask, answer: Answer) -> Outcome:
        """Take an outcome up: the contents of its patches are in the repository here from then on."""
        if answer.kind != "done":
            raise ClusterError(f"the worker {answer.facts['worker']}: {one_line(str(answer.facts['reason']))}")
        came: Done = pickle.loads(answer.pack)
        if wrong := [key for key, content in came.contents.items() if blob_id(content) != key]:
            raise ClusterError(f"a worker sent something else than {wrong[0]}")
        store_contents(job.site.top, list(came.contents.values()), job.site.folder)
        if came.log:
            TaskLog(job.logs / f"{task.index:05}.log")(came.log.decode("utf-8", "backslashreplace"))
        return _as_of_now(came.outcome)

    def _hold(self, job: Job) -> _Held:
        """Have the workers keep what they need of a job, once for each."""
        if self._held is None or self._held.job is not job:
            self._pack(job)
            key = f"{self._name}-job-{next(self._numbers)}"
            spec = self.connection.submit(key, hold, pickle.dumps(spec_of(job)))
            self._held = _Held(job, key, spec, [pack for _, pack in self._packs])
        return self._held

    def _pack(self, job: Job) -> None:
        """Send the commit of a job: what it has beyond those that were sent before."""
        known = self._packs[-1][0] if self._packs else ""
        if known == job.base:
            return
        top = job.site.top
        if (size := size_of(top, job.base, known)) > MOST_BYTES:
            limit = f"{MOST_BYTES / 2**20:.0f} MiB"
            raise StomperError(f"the repository has {size / 2**20:.0f} MiB, more than is sent to workers ({limit})")
        sent = Sent(pack_up(top, job.site.common, job.base, known), job.base, known)
        key = f"{self._name}-pack-{next(self._numbers)}"
        self._packs.append((job.base, self.connection.submit(key, hold, pickle.dumps(sent))))


def _as_of_now(outcome: Outcome) -> Outcome:
    """The outcome with its times by the clock of this machine: it has just ended."""
    timing = getattr(outcome, "timing", None)
    if timing is None:
        return outcome
    now = time.monotonic()
    here = dataclasses.replace(timing, started=now - (timing.finished - timing.started), finished=now)
    return dataclasses.replace(outcome, timing=here)


@contextlib.contextmanager
def abroad(place: str, settings: Settings) -> Iterator[Abroad | None]:
    """Give the place of work on a cluster, for a run with these settings; None where none is named.

    Raises UsageError for settings that only this machine can go by, UsageError or ConfigError if there is no cluster.
    """
    if not place:
        yield None
        return
    require_sendable(settings)
    from stomper.cluster.connection import connected

    with connected(place) as connection:
        yield Abroad(connection)
