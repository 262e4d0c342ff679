"""One run per repository at a time."""

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.file_locks import held, is_foreign, is_taken, try_to_take
from stomper.disk.parse import parse_json
from stomper.disk.private_files import ForeignError, make_folder, open_private, require_plain
from stomper.errors import StomperError, UsageError

LOCK_NAME = "run.lock"


@dataclass(frozen=True, slots=True)
class Holder:
    """The holder of the lock: process id, run id, and the time it began (seconds since 1970)."""

    pid: int
    run: str
    since: float


@contextlib.contextmanager
def run_lock(state: Path, run: str) -> Iterator[None]:
    """Hold the repository's lock. The kernel frees it with its owner, however that one dies.

    Raises UsageError if another process of this user holds it, saying who and since when; HeldError where one of
    another user does; ForeignError where folder or file are another's; StomperError where they cannot be written.
    """
    descriptor = _open(state)
    with os.fdopen(descriptor, "r+") as file:
        if not try_to_take(descriptor):
            raise held(descriptor, state / LOCK_NAME) if is_foreign(descriptor) else _held(state)
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "run": run, "since": time.time()}))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _open(state: Path) -> int:
    try:
        make_folder(state)
        require_plain(state)
        return open_private(state / LOCK_NAME, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise StomperError(
            f"cannot write to {state}: {error.strerror}",
            "Stomper keeps its runs there. Make it writable, or work on a copy: git clone.",
        ) from error


def _held(state: Path) -> UsageError:
    holder = read_holder(state)
    if holder is None:
        return UsageError("another stomper is starting in this repository", "Try again in a moment.")
    since = time.strftime("%H:%M:%S", time.localtime(holder.since))
    return UsageError(
        f"run {holder.run} is at work in this repository (process {holder.pid}, since {since})",
        "Wait for it, look at it with `stomper status`, or stop it with ^C where it runs.",
    )


def read_holder(state: Path) -> Holder | None:
    """Read who wrote the lock file last, None if it says nothing."""
    try:
        with os.fdopen(open_private(state / LOCK_NAME, os.O_RDONLY), "rb") as file:
            facts = parse_json(file.read())
        return Holder(int(facts["pid"]), str(facts["run"]), float(facts["since"]))
    except (OSError, ValueError, KeyError, TypeError, ForeignError):
        return None


def is_held(state: Path) -> bool:
    """Return whether a living process holds the lock. Raises ForeignError if the lock is not this user's."""
    try:
        descriptor = open_private(state / LOCK_NAME, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        return is_taken(descriptor)
    finally:
        os.close(descriptor)
