"""Fix files of one job on a machine of a cluster: `python -m stomper.cluster.file_station FOLDER`.

It is asked over its line: first with the job, then with one file after the other. It ends with whoever holds that line.
"""

import contextlib
import dataclasses
import fcntl
import os
import pickle
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from stomper.cluster.on_worker import LOCK
from stomper.cluster.spec import RECORD, Done, Sent, Spec, differing_tool, tools_of
from stomper.cluster.squads import READY
from stomper.disk.private_files import make_folder, open_private
from stomper.disk.remove_trees import delete_what_goes
from stomper.errors import StomperError
from stomper.git.blobs import read_blobs
from stomper.git.command import git, hold_back
from stomper.git.parcels import make_repository, unpack
from stomper.git.repository import open_repository
from stomper.git.trees import Entry as File
from stomper.models import Changed, FixTask, Outcome
from stomper.outcome_cache.entry import patches_of
from stomper.process.crash import crash_point
from stomper.process.lifeline import Questions
from stomper.progress import Silent
from stomper.run.session import Run, new_run
from stomper.run.set_up import make_job
from stomper.text.printable import one_line
from stomper.worker.fix_file import Job
from stomper.worker.pool import run_tasks


class UnfitError(StomperError):
    """This machine is not fit for the job."""


def main(folder: Path) -> int:
    """Answer what is asked, and leave nothing."""
    descriptor = open_private(folder / LOCK, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    gone, now = threading.Event(), _Stop()

    def let_go() -> None:
        gone.set()
        now.stop()

    questions = Questions(let_go)
    try:
        first = questions.next()
        if first is not None:
            spec, packs = pickle.loads(first)
            _serve(pickle.loads(spec), [pickle.loads(pack) for pack in packs], folder, questions, now)
    finally:
        delete_what_goes(folder if gone.is_set() else folder / "repository")
        os.close(descriptor)
    return 0


class _Stop:
    """Stops the run that is at work, if there is one."""

    def __init__(self) -> None:
        self.run: Run | None = None

    def stop(self) -> None:
        if self.run is not None:
            self.run.interrupts.stop_from_thread()


def _serve(spec: Spec, packs: list[Sent], folder: Path, questions: Questions, now: _Stop) -> None:
    try:
        with _job(spec, packs, folder) as (run, job):
            now.run = run
            questions.answer(READY)
            while (question := questions.next()) is not None:
                questions.answer(pickle.dumps(_fixed(run, job, pickle.loads(question))))
            now.run = None
    except StomperError as error:
        questions.answer(one_line(error.message).encode())


@contextlib.contextmanager
def _job(spec: Spec, packs: list[Sent], folder: Path) -> Iterator[tuple[Run, Job]]:
    """Make the job of a spec here, in a repository that goes again. Raises StomperError."""
    hold_back(spec.held_back)
    top = _repository(spec, packs, folder)
    repository = open_repository(top)
    if wrong := differing_tool(spec, tools_of(spec.settings, top)):
        raise UnfitError(wrong)
    with new_run(repository, spec.settings, [], Silent()) as run:
        run.folder.create(run.header)
        frozen = run.set_up.trees.freeze(spec.base)
        record = spec.record and dataclasses.replace(spec.record, folder=_record(spec, folder))
        found = run.set_up.formatters.found
        formatters = tuple(dataclasses.replace(one, clean=spec.clean.get(one.name)) for one in found)
        job = make_job(run.set_up, run.folder, None, run.sandbox, run.watch, frozen, record, formatters)
        deadline = time.monotonic() + spec.seconds
        yield run, dataclasses.replace(job, learned=spec.learned, broke=spec.broke, deadline=deadline)
        run.set_up.trees.thaw()


def _repository(spec: Spec, packs: list[Sent], folder: Path) -> Path:
    top = folder / "repository" / spec.name
    make_repository(top)
    for sent in packs:
        unpack(top, top / ".git", sent.parcel, sent.commit, sent.known)
    name, address = spec.author
    for key, value in (("user.name", name), ("user.email", address)):
        git(top, "config", key, value)
    git(top, "checkout", "--quiet", "--detach", "--force", spec.base, exact=False)
    return top


def _record(spec: Spec, folder: Path) -> Path | None:
    """Write what the record has."""
    if not spec.files:
        return None
    for name, content in spec.files.items():
        place = folder / "repository" / RECORD / name
        make_folder(place.parent)
        place.write_bytes(content)
    return folder / "repository" / RECORD


def _fixed(run: Run, job: Job, task: FixTask) -> Done:
    crash_point("file-station")
    ((_, outcome),) = run_tasks(job, [task], 1, run.interrupts, lambda _: None, run.crew)
    log = run.folder.log(task)
    return Done(outcome, _contents(job, outcome), log.read_bytes() if log.is_file() else b"")


def _contents(job: Job, outcome: Outcome) -> dict[str, bytes]:
    """Give the contents that the patches of an outcome lead to, by id."""
    if not isinstance(outcome, Changed):
        return {}
    blobs = {blob.id: blob.path for patch in patches_of(outcome) for blob in patch.blobs if blob.id}
    wanted = [File("100644", key, path) for key, path in blobs.items()]
    return {file.blob: content for file, content in read_blobs(job.site.top, wanted)}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
