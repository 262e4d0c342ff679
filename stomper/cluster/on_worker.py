"""What a worker of Dask does for us: it starts a station, a process of our own, and waits for its answer.

The worker's process itself does none of the work, and starts no other program: it belongs to others, too. A station
holds on to its line, and ends with whoever holds that: the task, the worker, the machine.
"""

import contextlib
import json
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stomper.disk.file_locks import try_to_take
from stomper.disk.private_files import make_folder, open_private
from stomper.disk.remove_trees import delete_what_goes
from stomper.process.lifeline import Held, module_program
from stomper.version import version_text

if TYPE_CHECKING:
    from distributed import Worker

STATIONS = {"repository": "stomper.fleet.station"}
ORDER, PACK, ANSWER, RESULT, LOG, LOCK = "order.json", "order.pack", "answer.json", "answer.pack", "log.txt", "lock"
TICK = 0.3  # seconds between looks at whether a task is still wanted
PATIENCE = 60.0  # seconds that a station has to put everything in order
OLD = 3600.0
LOG_END = 2**16


def about() -> dict[str, Any]:
    """Say what this worker has."""
    return {"version": version_text(), "git": shutil.which("git") is not None}


def attend(station: str, version: str, topic: str, order: bytes, pack: bytes) -> tuple[bytes, bytes]:
    """Have a station carry out an order. Gives its answer as JSON, with a pack. Raises nothing of its own."""
    from distributed import get_worker

    worker = get_worker()
    key = str(worker.get_current_task())
    worker.log_event(topic, {"key": key, "worker": worker.address})
    if version != version_text():
        return said("refused", version_text(), worker.address), b""
    try:
        return _attended(STATIONS[station], worker, key, order, pack)
    except Exception as error:  # it would be in the scheduler's log, with what it was about
        return said("failed", f"{type(error).__name__}: {error}", worker.address), b""


def said(kind: str, reason: str, worker: str, log: str = "") -> bytes:
    """Give an answer without a result."""
    return json.dumps({"kind": kind, "reason": reason, "worker": worker, "log": log}).encode()


def _attended(module: str, worker: "Worker", key: str, order: bytes, pack: bytes) -> tuple[bytes, bytes]:
    home = work_folder()
    clear_old(home)
    folder = home / secrets.token_hex(8)
    make_folder(folder)
    try:
        for name, content in ((ORDER, order), (PACK, pack)):
            _write(folder / name, content)
        held = Held([*module_program(module), str(folder)], folder, folder / LOG)
        try:
            while not held.ended_within(TICK) and is_wanted(worker, key):
                pass
        finally:
            held.let_go(PATIENCE)
        return _answer(folder, worker.address, held.child.returncode)
    finally:
        delete_what_goes(folder)


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
        file.write(content)


def is_wanted(worker: "Worker", key: str) -> bool:
    """Say whether the task is still to be done: nobody has cancelled it, and the worker is not closing."""
    task = worker.state.tasks.get(key)
    closing = worker.status.name in ("closing", "closed", "closing_gracefully", "failed")
    return task is not None and task.state in ("executing", "long-running") and not closing


def _answer(folder: Path, worker: str, code: int) -> tuple[bytes, bytes]:
    try:
        answer = json.loads((folder / ANSWER).read_bytes())
        pack = (folder / RESULT).read_bytes() if (folder / RESULT).is_file() else b""
    except (OSError, ValueError):
        with contextlib.suppress(OSError):
            log = (folder / LOG).read_bytes()[-LOG_END:].decode("utf-8", "backslashreplace")
            return said("failed", f"the work ended without an answer (exit code {code})", worker, log), b""
        return said("failed", f"the work ended without an answer (exit code {code})", worker), b""
    return json.dumps({**answer, "worker": worker}).encode(), pack


def work_folder() -> Path:
    """Give the folder for work of others on this machine, below the user's cache folder, which is made."""
    import platformdirs

    folder = platformdirs.user_cache_path("stomper-cluster") / "work"
    make_folder(folder)
    return folder


def clear_old(home: Path) -> None:
    """Remove what stations left that were killed with their machine."""
    for folder in home.iterdir():
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime < OLD:
                continue
            descriptor = open_private(folder / LOCK, os.O_RDWR | os.O_CREAT)
            try:
                if try_to_take(descriptor):
                    delete_what_goes(folder)
            finally:
                os.close(descriptor)
