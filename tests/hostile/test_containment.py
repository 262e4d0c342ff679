"""A program that is not in a sandbox and means to stay: whatever its environment says, it is ended with its job."""

import threading
from pathlib import Path

import psutil
import pytest

from stomper import process
from tests.kit.wait import eventually

MARK = "_STOMPER_JOB"
# Each starts a sleeper in a session of its own, in the way in which it hopes to pass for something else.
DISGUISES = {
    "mark of a job that was": f"env -i setsid -f env -i {MARK}=1.1 sleep",
    "mark of a job to come": f"env -i setsid -f env -i {MARK}=OWN.999999 sleep",
    "mark of the run alone": "env -i setsid -f env -i _STOMPER_RUN=RUN sleep",
    "mark of the run, emptied": "env -i setsid -f env -i _STOMPER_RUN= sleep",
    "no mark": "env -i setsid -f env -i sleep",
    "session in session": f"setsid -f setsid env {MARK}=2.2 setsid -f sleep",
}


def sleepers(seconds: str) -> list[psutil.Process]:
    return [p for p in psutil.process_iter(["cmdline"]) if (p.info["cmdline"] or [])[1:] == [seconds]]


@pytest.mark.parametrize("how", DISGUISES.values(), ids=DISGUISES.keys())
def test_a_disguise_does_not_help(tmp_path: Path, how: str) -> None:
    process.mark_own_environment("RUN")
    own, seconds = psutil.Process().pid, f"7{psutil.Process().pid}"
    script = f"{how.replace('OWN', str(own))} {seconds} </dev/null >/dev/null 2>&1"
    process.run(["sh", "-c", script], cwd=tmp_path, contained=True, timeout=120)
    assert sleepers(seconds) == []


def test_the_mark_of_a_job_at_work_lasts_as_long_as_that_job(tmp_path: Path) -> None:
    own, seconds = psutil.Process().pid, f"8{psutil.Process().pid}"
    script = f"echo ${MARK} > mark; while [ ! -e go ]; do sleep 0.05; done"
    other = threading.Thread(
        target=lambda: process.run(["sh", "-c", script], cwd=tmp_path, contained=True, timeout=120)
    )
    other.start()
    mark = eventually(lambda: (tmp_path / "mark").read_text().strip() if (tmp_path / "mark").exists() else "")
    assert mark.startswith(f"{own}.")
    liar = f"setsid -f env -i {MARK}={mark} sleep {seconds} </dev/null >/dev/null 2>&1"
    process.run(["sh", "-c", liar], cwd=tmp_path, contained=True, timeout=120)
    (tmp_path / "go").touch()
    other.join()
    assert sleepers(seconds) == []


def test_what_a_trusted_program_leaves_is_not_taken_for_an_escape(tmp_path: Path) -> None:
    """A daemon of git's, say: its session is known, and nobody else can have joined it."""
    seconds = f"9{psutil.Process().pid}"
    process.run(["sh", "-c", f"sleep {seconds} </dev/null >/dev/null 2>&1 &"], cwd=tmp_path)
    process.run(["true"], cwd=tmp_path, contained=True)
    (left,) = sleepers(seconds)
    left.kill()
