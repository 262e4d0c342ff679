"""Fix one repository on a machine of a cluster, in a clone that goes again: `python -m stomper.fleet.station FOLDER`.

The folder has an order and a pack of git's; an answer and a pack are put there. It ends with whoever holds its line.
"""

import fcntl
import json
import os
import secrets
import sys
import threading
from pathlib import Path
from typing import Any

from stomper.cluster.on_worker import ANSWER, LOCK, LOG, LOG_END, ORDER, PACK, RESULT
from stomper.disk.atomic_write import write_atomically
from stomper.disk.private_files import open_private
from stomper.disk.remove_trees import delete_folder, delete_what_goes
from stomper.errors import StomperError
from stomper.fleet.call import FALLBACK, REPORT
from stomper.fleet.local import why
from stomper.fleet.mirrors import mirror_of, mirrors_folder, trim
from stomper.fleet.model import Terms
from stomper.fleet.orders import Order, read_order
from stomper.fleet.prepare import DEFAULTS, run_set_up
from stomper.fleet.read_report import read_report
from stomper.fleet.session import at_work
from stomper.git.command import git
from stomper.git.commits import read_ref
from stomper.git.far import HEADS, far_git
from stomper.git.mirrors import fetch_branch, make_clone
from stomper.git.parcels import Parcel, make_repository, pack_up, unpack
from stomper.git.pushes import has_commit
from stomper.git.repository import open_repository, require_git
from stomper.journal.cleanup import tidy_up
from stomper.journal.run_lock import run_lock
from stomper.process.crash import crash_point
from stomper.process.interrupts import Interrupts
from stomper.process.lifeline import when_let_go
from stomper.process.supervised import Ended, own_program, supervise
from stomper.settings import HistorySettings
from stomper.workspace.configuration_above import foreign

GRACE = 5.0
NOWHERE = Path("/nowhere")


class UnreachableError(StomperError):
    """This machine cannot fetch the repository."""


def main(folder: Path) -> int:
    """Carry out the order of a folder, and remove what is not for those who ordered it."""
    descriptor = open_private(folder / LOCK, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    interrupts = Interrupts(GRACE)
    gone = threading.Event()

    def stop() -> None:
        gone.set()
        interrupts.stop_from_thread()

    when_let_go(stop)
    place = folder / "repository"
    try:
        with at_work(f"station-{secrets.token_hex(8)}", interrupts):
            _write(folder, _done(folder, place, interrupts))
    finally:
        delete_what_goes(folder if gone.is_set() else place)
        os.close(descriptor)
    return 0


def _done(folder: Path, place: Path, interrupts: Interrupts) -> dict[str, Any]:
    try:
        require_git()
        order = read_order((folder / ORDER).read_bytes())
        top = fetch(order, (folder / PACK).read_bytes(), place)
        return _fixed(order, top, folder, interrupts)
    except UnreachableError as error:
        return {"kind": "unreachable", "reason": why(error)}
    except Exception as error:
        return {"kind": "failed", "reason": why(error)}


def fetch(order: Order, pack: bytes, place: Path) -> Path:
    """Make a clone at the order's commit. Raises StomperError, UnreachableError if it cannot be fetched here."""
    place.mkdir(mode=0o700)
    top = place / order.name
    if strange := foreign(place, NOWHERE):
        raise StomperError(f"work on this machine would be below {strange[0]}: tools would go by that")
    if order.address:
        _from_mirror(order, top)
    else:
        make_repository(top)
    unpack(top, top / ".git", Parcel(pack, order.shallow), order.commit, order.known)
    _configure(order, top)
    words = ["-B", order.branch.removeprefix(HEADS)] if order.branch else ["--detach"]
    far_git(top, "checkout", "--force", "--no-track", "--quiet", *words, order.commit, limit=order.seconds)
    return top


def _from_mirror(order: Order, top: Path) -> None:
    branch = (order.branch or "").removeprefix(HEADS)
    terms = Terms(depth=order.depth, partial=order.partial)
    folder = mirrors_folder(top.parent)
    try:
        with mirror_of(folder, order.address, terms).held(order.seconds) as store:
            if not (store.is_dir() and has_commit(store, order.known)):
                fetch_branch(store, order.address, branch, order.seconds, order.depth, order.partial)
            make_clone(store, top, order.address, branch, order.seconds, order.partial)
    except StomperError as error:
        raise UnreachableError(error.message) from error
    if not has_commit(top, order.known):
        raise UnreachableError("the commit is not there any more")
    trim(folder, order.cache_gigabytes)


def _configure(order: Order, top: Path) -> None:
    name, address = order.author
    for key, value in (("user.name", name), ("user.email", address), ("remote.origin.url", order.origin)):
        if value:
            git(top, "config", key, value)


def _fixed(order: Order, top: Path, folder: Path, interrupts: Interrupts) -> dict[str, Any]:
    run_set_up(order.set_up, top, order.seconds)
    env = {}
    if order.defaults:
        write_atomically(folder / DEFAULTS, order.defaults.encode(), durable=False, private=True)
        env = {FALLBACK: str(folder / DEFAULTS)}
    crash_point("station-begun")
    report = folder / REPORT
    argv = [*own_program(), "-C", str(top), *order.words, "--report", str(report)]
    ended = supervise(argv, top, folder / LOG, order.seconds, lambda: interrupts.level, env)
    try:
        return _answer(order, top, folder, ended)
    finally:
        _tidy(top)


def _answer(order: Order, top: Path, folder: Path, ended: Ended) -> dict[str, Any]:
    report = read_report(folder / REPORT)
    branch = str(report.get("branch", "")) if report else ""
    tip = read_ref(top, branch or "HEAD") or order.commit
    if tip != order.commit:
        pack = pack_up(top, top / ".git", tip, order.commit).pack
        write_atomically(folder / RESULT, pack, durable=False, private=True)
    crash_point("station-done")
    return {
        "kind": "done",
        "returncode": ended.returncode,
        "seconds": ended.seconds,
        "late": ended.late,
        "report": report,
        "branch": branch,
        "tip": tip,
    }


def _tidy(top: Path) -> None:
    """Leave nothing of a run that was cut off: worktrees and processes are elsewhere than the clone."""
    try:
        repository = open_repository(top)
        with run_lock(repository.state, "station"):
            tidy_up(repository, HistorySettings())
    except (StomperError, OSError):
        delete_folder(top)


def _write(folder: Path, answer: dict[str, Any]) -> None:
    with (folder / LOG).open("rb") as file:
        file.seek(max(0, (folder / LOG).stat().st_size - LOG_END))
        log = file.read().decode("utf-8", "backslashreplace")
    write_atomically(folder / ANSWER, json.dumps({**answer, "log": log}).encode(), durable=False, private=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
