"""One run per repository at a time."""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from stomper.errors import StomperError, UsageError
from stomper.parsing import parse_json

LOCK_NAME = "run.lock"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the lock: process id, run id, and since when (seconds since 1970)."""

    pid: int
    run: str
    since: float


@contextlib.contextmanager
def run_lock(state: Path, run: str) -> Iterator[None]:
    """Hold the repository's lock. The kernel frees it with its owner, however that one dies.

    Raises UsageError where another process holds it, saying who and since when; StomperError where
    the folder cannot be written.
    """
    with _open(state) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _held(state) from None
        file.seek(0)
        file.truncate()
        file.write(json.dumps({"pid": os.getpid(), "run": run, "since": time.time()}))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _open(state: Path) -> IO[str]:
    try:
        state.mkdir(parents=True, exist_ok=True)
        return (state / LOCK_NAME).open("a+")
    except OSError as error:
        raise StomperError(
            f"cannot write to {state}: {error.strerror}", "Stomper keeps its runs in the repository's git directory."
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
    """Who wrote the lock file last, None where it says nothing."""
    try:
        facts = parse_json((state / LOCK_NAME).read_text())
        return Holder(int(facts["pid"]), str(facts["run"]), float(facts["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_held(state: Path) -> bool:
    """Whether a living process holds the lock."""
    try:
        with (state / LOCK_NAME).open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except FileNotFoundError:
        return False
    except OSError:
        return True
