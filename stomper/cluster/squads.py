"""The stations of a worker of Dask that fix files: each fixes one at a time, and stays for the next of the same run."""

import contextlib
import os
import pickle
import secrets
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from stomper.cluster.on_worker import LOG, LOG_END, PATIENCE, TICK, clear_old, is_wanted, said, work_folder
from stomper.disk.private_files import make_folder
from stomper.disk.remove_trees import delete_what_goes
from stomper.process.lifeline import Held, module_program
from stomper.version import version_text

if TYPE_CHECKING:
    from distributed import Worker

MODULE = "stomper.cluster.file_station"
LOOK = 2.0  # seconds between looks at whether the run is still there
READY = b"ready"


@dataclass
class Member:
    """A station with its folder."""

    folder: Path
    held: Held

    def end(self) -> None:
        self.held.let_go(PATIENCE)
        delete_what_goes(self.folder)

    def log(self) -> str:
        """Give the end of what it printed."""
        with contextlib.suppress(OSError):
            return (self.folder / LOG).read_bytes()[-LOG_END:].decode("utf-8", "backslashreplace")
        return ""


@dataclass
class Squad:
    """The stations for one job of a run. The key `holder` is what the worker keeps as long as the job is wanted."""

    holder: str
    idle: list[Member] = field(default_factory=list)


_squads: dict[str, Squad] = {}
_lock = threading.Lock()
_watch: threading.Thread | None = None


def fix_there(
    version: str, topic: str, holder: str, spec: bytes, packs: list[bytes], task: bytes
) -> tuple[bytes, bytes]:
    """Have a station of this worker fix a file. Gives what became of it as JSON, with a pickled outcome.

    Raises nothing of its own.
    """
    from distributed import get_worker

    worker = get_worker()
    key = str(worker.get_current_task())
    worker.log_event(topic, {"key": key, "worker": worker.address})
    if version != version_text():
        return said("refused", version_text(), worker.address), b""
    try:
        return _fixed(worker, key, holder, pickle.dumps((spec, packs)), task)
    except Exception as error:
        return said("unfit", f"{type(error).__name__}: {error}", worker.address), b""


def hold(content: bytes) -> bytes:
    """Keep something on the workers that need it, for as long as somebody wants it."""
    return content


def _fixed(worker: "Worker", key: str, holder: str, first: bytes, task: bytes) -> tuple[bytes, bytes]:
    member = _idle(holder) or _made()
    good = False
    try:
        if not member.folder.joinpath("asked").exists():
            member.folder.joinpath("asked").touch()
            ready = _heard(member, worker, key, first)
            if ready != READY:
                return _why(member, ready, worker), b""
        answer = _heard(member, worker, key, task)
        good = answer is not None
        return (said("done", "", worker.address), answer) if answer is not None else (_why(member, None, worker), b"")
    finally:
        _give_back(worker, holder, member) if good else member.end()


def _why(member: Member, words: bytes | None, worker: "Worker") -> bytes:
    reason = words.decode("utf-8", "replace") if words else "the work ended without an answer"
    return said("unfit", reason, worker.address, member.log())


def _heard(member: Member, worker: "Worker", key: str, question: bytes) -> bytes | None:
    """Ask a station, and wait for its answer; None if it has ended, or if nobody wants it any more."""
    member.held.ask(question)
    with contextlib.suppress(EOFError):
        while is_wanted(worker, key):
            if (answer := member.held.answer_within(TICK)) is not None:
                return answer
    return None


def _idle(holder: str) -> Member | None:
    with _lock:
        squad = _squads.get(holder)
        return squad.idle.pop() if squad and squad.idle else None


def _made() -> Member:
    home = work_folder()
    clear_old(home)
    folder = home / f"{os.getpid()}-{secrets.token_hex(8)}"
    make_folder(folder)
    return Member(folder, Held([*module_program(MODULE), str(folder)], folder, folder / LOG, answers=True))


def _give_back(worker: "Worker", holder: str, member: Member) -> None:
    global _watch
    with _lock:
        _squads.setdefault(holder, Squad(holder)).idle.append(member)
        if _watch is None:
            _watch = threading.Thread(target=_dismiss, args=(worker,), daemon=True)
            _watch.start()


def _dismiss(worker: "Worker") -> None:
    """End the stations of jobs that nobody wants any more, until there is none."""
    global _watch
    while True:
        time.sleep(LOOK)
        with _lock:
            gone = [name for name, squad in _squads.items() if name not in worker.state.tasks]
            members = [member for name in gone for member in _squads.pop(name).idle]
            over = not _squads
            if over:
                _watch = None
        for member in members:
            member.end()
        if over:
            return
