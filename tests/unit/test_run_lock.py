"""One run per repository at a time, and a lock that dies with its owner."""

import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stomper.errors import StomperError, UsageError
from stomper.journal.run_lock import LOCK_NAME, is_held, read_holder, run_lock
from tests.kit.cli import ROOT
from tests.kit.wait import eventually

HOLD = """\
import sys, time
from pathlib import Path
from stomper.journal.run_lock import run_lock
with run_lock(Path(sys.argv[1]), "run-1"):
    print("held", flush=True)
    time.sleep(120)
"""


def hold(state: Path) -> "subprocess.Popen[bytes]":
    """Another process that has the lock."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(state)], env=env, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    process.stdout.close()
    return process


def test_lock_says_who_has_it_and_is_taken_over_from_the_dead(tmp_path: Path) -> None:
    other = hold(tmp_path)
    try:
        assert is_held(tmp_path)
        with pytest.raises(UsageError) as caught, run_lock(tmp_path, "run-2"):
            raise AssertionError("two at once")
        assert f"run run-1 is at work in this repository (process {other.pid}, since " in caught.value.message
        holder = read_holder(tmp_path)
        assert holder is not None
        assert (holder.pid, holder.run) == (other.pid, "run-1")
    finally:
        other.kill()
        other.wait()
    assert not is_held(tmp_path)
    assert read_holder(tmp_path) == holder  # what a dead owner wrote stays, and counts for nothing
    with run_lock(tmp_path, "run-2"):
        taken = read_holder(tmp_path)
        assert taken is not None
        assert (taken.pid, taken.run) == (os.getpid(), "run-2")


def test_lock_is_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), run_lock(tmp_path, "run-1"):
        1 / 0  # noqa: B018  # the error is the point
    assert not is_held(tmp_path)
    assert read_holder(tmp_path) is None


def test_no_lock_yet(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "stomper")
    assert read_holder(tmp_path / "stomper") is None
    assert not (tmp_path / "stomper").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"pid": "x", "run": "r", "since": 1}'])
def test_holder_that_is_not_readable_is_nobody(tmp_path: Path, text: str) -> None:
    with run_lock(tmp_path, "run-1"):
        (tmp_path / LOCK_NAME).write_text(text)
        assert read_holder(tmp_path) is None
        with pytest.raises(UsageError, match="another stomper is starting"), run_lock(tmp_path, "run-2"):
            raise AssertionError("two at once")


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(StomperError, match=f"cannot write to {tmp_path}/file/state"),
        run_lock(tmp_path / "file/state", "r"),
    ):
        raise AssertionError("there is no such folder")


def test_many_at_once_let_one_in(tmp_path: Path) -> None:
    """Each that gets in writes a line on entering and one on leaving: they never mix."""
    log = tmp_path / "log"
    workers = [multiprocessing.get_context("spawn").Process(target=_enter, args=(tmp_path, log)) for _ in range(4)]
    for worker in workers:
        worker.start()
    eventually(lambda: not any(worker.is_alive() for worker in workers), "the workers' end")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert len(lines) == 4 * 5 * 2
    assert all(lines[n] == lines[n + 1] for n in range(0, len(lines), 2))


def _enter(state: Path, log: Path) -> None:
    done = 0
    while done < 5:
        try:
            with run_lock(state, "r"), log.open("a") as file:
                for _ in range(2):
                    file.write(f"{json.dumps([os.getpid(), done])}\n")
                    file.flush()
            done += 1
        except UsageError:
            pass
