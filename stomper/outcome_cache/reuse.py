"""Ask the cache before a task goes to a worker, and keep what the worker made of it.

All of it happens in the parent: a file whose outcome is known starts no worker. An outcome from the cache is looked at
like one that was read from a run's folder: by the guards, on the bytes that would land.
"""

import dataclasses
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stomper.errors import GitError
from stomper.git.blobs import missing_blobs, read_blobs, store_contents
from stomper.git.trees import Entry as File
from stomper.landing.last_guard import refuse_landing
from stomper.models import Changed, FixTask, Outcome, Timing
from stomper.outcome_cache.entry import Entry, pack, patches_of, unpack
from stomper.outcome_cache.ground import Ground, digest_of
from stomper.outcome_cache.rules import ALONE, Breadth, Chain, Kept, breadth_of, chain_of, why_never
from stomper.outcome_cache.store import Store
from stomper.worker.fix_file import Job

BATCH = 64
MIB = 2**20


@dataclass(slots=True)
class Reuse:
    """The cache as one job sees it. `starts` are the beginnings of the names that it has.

    `waiting` are outcomes that are not on the disk yet; `full`: nothing more can be written.
    """

    job: Job
    store: Store
    ground: Ground
    chain: Chain
    waiting: list[tuple[str, Kept]] = field(default_factory=list)
    starts: frozenset[str] = frozenset()
    full: bool = False

    def known(self, tasks: Sequence[FixTask]) -> Iterator[tuple[FixTask, Outcome]]:
        """Give those of the tasks whose outcome is known, with it. A few at a time: not all patches are in memory."""
        for at in range(0, len(tasks) if self.ground.usable else 0, BATCH):
            try:
                good = self._good(tasks[at : at + BATCH])
            except (OSError, GitError):
                return  # an object is missing, or cannot be written: for the workers to say, file by file
            yield from ((task, _as_cached(entry.outcome)) for task, entry in good)

    def _good(self, tasks: Sequence[FixTask]) -> list[tuple[FixTask, Entry]]:
        """Give those of a few tasks that have an entry which the guards let land, with it."""
        found = [(task, entry) for task in tasks if (entry := self._read(task)) is not None]
        bases = self._bases(entry.outcome for _, entry in found)
        good = [(task, entry) for task, entry in found if not self._refusal(entry, bases)]
        self._bring(entry for _, entry in good)
        return good

    def keep(self, task: FixTask, outcome: Outcome) -> None:
        """Keep an outcome, if it may be kept."""
        breadth = breadth_of(outcome, self.chain, self.job.settings)
        if isinstance(outcome, Kept) and breadth and not self.full and (ground := self.ground.digest(breadth)):
            self.waiting.append((f"{self._start(task, breadth)}-{ground}", outcome))
            if len(self.waiting) >= BATCH:
                self._write()

    def close(self) -> None:
        """Write what waits, and hold the limit."""
        self._write()
        if self.ground.usable:
            self.store.trim()

    def _write(self) -> None:
        waiting, self.waiting = self.waiting, []
        try:
            contents = self._contents(outcome for _, outcome in waiting)
            for name, outcome in waiting:
                mine = {blob.id for patch in patches_of(outcome) for blob in patch.blobs if blob.id}
                self.store.write(name, pack(name, Entry(outcome, {key: contents[key] for key in mine})))
        except (OSError, GitError, KeyError):
            self.full = True  # a cache that cannot be written is none, and no reason to end a run

    def _contents(self, outcomes: Iterable[Kept]) -> Mapping[str, bytes]:
        ids = {b.id: b.path for outcome in outcomes for patch in patches_of(outcome) for b in patch.blobs if b.id}
        wanted = [File("100644", key, path) for key, path in ids.items()]
        return {file.blob: content for file, content in read_blobs(self.job.site.top, wanted)}

    def _read(self, task: FixTask) -> Entry | None:
        for breadth in self.ground.breadths:
            start = self._start(task, breadth)
            if start not in self.starts or not (ground := self.ground.digest(breadth)):
                continue
            name = f"{start}-{ground}"
            try:
                entry = unpack(name, self.store.read(name), task)
            except (ValueError, KeyError, TypeError):
                continue
            if breadth_of(entry.outcome, self.chain, self.job.settings) is breadth:
                return entry
        return None

    def _start(self, task: FixTask, breadth: Breadth) -> str:
        """The beginning of an entry's name: what is to be done, and to which bytes."""
        file = self.ground.files[task.path]
        facts = [
            file.mode,
            file.blob,
            dataclasses.asdict(dataclasses.replace(task, index=0)),
            self._run_lines(task.path),
            self._seen_types(task.path),
            sorted(self.job.broke),
        ]
        return f"{digest_of([json.dumps(facts, default=sorted)])}-{breadth}"

    def _run_lines(self, path: str) -> tuple[list[int], list[int]] | None:
        """The lines of a file that tests run, and those that run outside of them; None if nothing is recorded."""
        if (record := self.job.record) is None:
            return None
        return sorted(line for line, tests in record.runs(path).items() if tests), sorted(record.imported(path))

    def _seen_types(self, path: str) -> list[tuple[tuple[int, str], object]]:
        """The types that tests showed of a file's functions."""
        return sorted(self.job.record.types(path).items()) if self.job.record is not None else []

    def _bases(self, outcomes: Iterable[Kept]) -> Mapping[str, bytes]:
        paths = {blob.path for outcome in outcomes for patch in patches_of(outcome) for blob in patch.blobs}
        wanted = [self.ground.files[path] for path in sorted(paths) if path in self.ground.files]
        return {file.blob: content for file, content in read_blobs(self.job.site.top, wanted)}

    def _refusal(self, entry: Entry, bases: Mapping[str, bytes]) -> str:
        """Say why the guards would not let an outcome land."""
        if not isinstance(entry.outcome, Changed):
            return ""
        known = {**bases, **entry.contents}
        job = self.job
        return refuse_landing(
            job.site.top, self.ground.files, entry.outcome, job.settings, lambda file: known[file.blob]
        )

    def _bring(self, entries: Iterable[Entry]) -> None:
        """Have the contents among git's objects: a dry run's are nobody's, and git forgets them after a while."""
        contents = {key: content for entry in entries for key, content in entry.contents.items()}
        missing = missing_blobs(self.job.site.top, list(contents))
        store_contents(self.job.site.top, [contents[key] for key in missing], self.job.site.folder)


def _as_cached(outcome: Kept) -> Outcome:
    now = time.monotonic()
    return dataclasses.replace(outcome, cached=True, timing=Timing(now, now, os.getpid()))


def reuse_of(job: Job, state: Path) -> Reuse:
    """Give the cache for a job; one that knows and keeps nothing, where nothing of it can be kept.

    Raises ForeignError if something else lies in its place.
    """
    store = Store(state, job.settings.cache.size * MIB)
    if job.tester is not None or why_never(job.settings):
        return no_reuse(job, state)
    try:
        store.open()
    except OSError:
        return no_reuse(job, state)
    return Reuse(job, store, Ground(job, _breadths(job)), chain_of(job.fixers), starts=store.starts())


def no_reuse(job: Job, state: Path) -> Reuse:
    """Give a cache that knows and keeps nothing."""
    return Reuse(job, Store(state, 0), Ground(job, ()), chain_of(()))


def _breadths(job: Job) -> tuple[Breadth, ...]:
    narrow = all(checker.name == ALONE for checker in job.checkers)
    wide = not narrow or any(fixer.name != ALONE for fixer in job.fixers)
    return (*((Breadth.FILE,) if narrow else ()), *((Breadth.TREE,) if wide else ()))
