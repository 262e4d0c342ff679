"""A contained program leaves nothing: not at its limit, not when told to stop, not when it ends by itself."""

import os
import re
import shlex
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stomper import process
from stomper.process import command
from stomper.process.environment import RUN_MARK
from tests.kit.fakes import FAKES, PYTHON
from tests.kit.hermetic import Hermetic
from tests.kit.wait import eventually

FIXER = [*PYTHON, str(FAKES / "fixer.py"), "file"]
# Starts a sleeper that writes down its pid, in the way that `{start}` says.
PARENT = """
import os, signal, subprocess, sys, time
sleeper = "import os, time; open({pids!r}, 'a').write(f'{{os.getpid()}} '); time.sleep(100)"
subprocess.Popen([sys.executable, "-IS", "-c", sleeper], {how})
while not os.path.exists({pids!r}):
    time.sleep(0.01)
{then}
"""
WAYS = {
    "child": "",
    "holding stdout": "stdin=0",
    "own session": "start_new_session=True",
    "own session, environment wiped": "start_new_session=True, env={}",
    "own session, ignoring SIGTERM": "start_new_session=True, preexec_fn=lambda: signal.signal(15, signal.SIG_IGN)",
    "own session, run's mark dropped": "start_new_session=True, env={'PATH': os.environ['PATH']}",
}


@pytest.fixture(autouse=True)
def stop_withdrawn() -> Iterator[None]:
    yield
    process.withdraw_stop()


def parent(tmp_path: Path, how: str, then: str) -> list[str]:
    return [*PYTHON, "-c", PARENT.format(pids=str(tmp_path / "pids"), how=how, then=then)]


def assert_gone(tmp_path: Path) -> None:
    for pid in map(int, (tmp_path / "pids").read_text().split()):
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("how", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("then", ["sys.exit(0)", "time.sleep(100)", "os.kill(os.getpid(), 9)"],
                         ids=["ends", "hangs", "is killed"])  # fmt: skip
def test_no_descendant_is_left(tmp_path: Path, how: str, then: str) -> None:
    hangs = "sleep" in then
    done = process.run(parent(tmp_path, how, then), cwd=tmp_path, timeout=1 if hangs else 60, contained=True)
    assert done.timed_out is hangs
    assert_gone(tmp_path)


def test_no_descendant_is_left_by_a_marked_process(tmp_path: Path) -> None:
    """As in a real run, where everything carries the run's mark."""
    process.mark_own_environment("r1")
    process.run(parent(tmp_path, WAYS["own session, environment wiped"], ""), cwd=tmp_path, contained=True)
    assert_gone(tmp_path)
    assert os.environ[RUN_MARK] == "r1"


def test_a_double_fork_is_found(tmp_path: Path) -> None:
    code = f"""
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open({str(tmp_path / "pids")!r}, "w").write(str(os.getpid()))
        time.sleep(100)
    os._exit(0)
while not os.path.exists({str(tmp_path / "pids")!r}):
    time.sleep(0.01)
"""
    process.run([*PYTHON, "-c", code], cwd=tmp_path, contained=True)
    assert_gone(tmp_path)


def test_a_daemon_that_holds_the_output_does_not_hold_us(tmp_path: Path) -> None:
    """Without containment the daemon is left alone, and nobody waits for it to close its streams."""
    then = "print('done', flush=True)"
    done = process.run(parent(tmp_path, "start_new_session=True", then), cwd=tmp_path, timeout=60)
    assert (done.stdout, done.returncode, done.timed_out) == (b"done\n", 0, False)
    (pid,) = map(int, (tmp_path / "pids").read_text().split())
    assert psutil.pid_exists(pid)
    os.kill(pid, signal.SIGKILL)


def test_one_job_ends_leaving_what_escaped_from_another(tmp_path: Path) -> None:
    """The other job's escaped child has this process as its parent by now, like those to be swept."""
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    orphan = shlex.join(parent(other, WAYS["own session"], ""))
    words = ["sh", "-c", f"{orphan}; while [ ! -e {tmp_path}/go ]; do sleep 0.01; done; echo whole"]
    results: list[process.Completed] = []
    thread = threading.Thread(target=lambda: results.append(process.run(words, cwd=other, timeout=60, contained=True)))
    thread.start()
    eventually((other / "pids").exists)
    pid = eventually(lambda: int((other / "pids").read_text() or 0))
    eventually(lambda: psutil.Process(pid).ppid() == os.getpid())
    process.run(parent(one, WAYS["own session"], ""), cwd=one, contained=True)
    assert_gone(one)
    assert psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    (tmp_path / "go").touch()
    thread.join()
    assert results[0].stdout == b"whole\n"
    assert_gone(other)


def test_exit_codes_are_each_programs_own_when_threads_run_at_once(tmp_path: Path) -> None:
    """The sweep of one job must not reap a child that another thread has just started."""
    codes: list[int] = []

    def work() -> None:
        codes.extend(process.run(["sh", "-c", "exit 7"], cwd=tmp_path, contained=True).returncode for _ in range(30))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) == {7}


def test_time_limit_keeps_what_was_printed_before(tmp_path: Path) -> None:
    code = "import sys, time; print('so far', flush=True); time.sleep(100)"
    done = process.run([*PYTHON, "-c", code], cwd=tmp_path, timeout=1)
    assert (done.stdout, done.timed_out, done.ended) == (b"so far\n", True, False)
    assert done.how().startswith("still running after ")


def test_a_program_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    done = process.run([*FIXER, "--hang"], cwd=tmp_path, timeout=0.5)
    assert (done.timed_out, done.returncode) == (True, -signal.SIGKILL)


def test_what_prints_nothing_for_too_long_is_ended(tmp_path: Path) -> None:
    code = "import time\nfor _ in range(3): print('tick', flush=True); time.sleep(0.1)\ntime.sleep(600)"
    done = process.run([*PYTHON, "-c", code], cwd=tmp_path, contained=True, quiet_timeout=2)
    assert (done.silent, done.ended, done.stdout) == (True, False, b"tick\n" * 3)
    assert "printed nothing" in done.how()


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_what_prints_what_is_waited_for_is_ended(tmp_path: Path, stream: str) -> None:
    """Also where it is printed in parts; what it said until then is there."""
    code = "import sys, time\nfor text in ('x' * 9000, '\\nRetry', 'ing in 4 s\\n'):\n"
    code += f"    sys.{stream}.write(text); sys.{stream}.flush(); time.sleep(0.3)\ntime.sleep(600)"
    argv = [*PYTHON, "-c", code]
    done = process.run(argv, cwd=tmp_path, timeout=60, contained=True, until=re.compile(rb"^Retrying", re.MULTILINE))
    assert (done.matched, done.ended) == (True, False)
    assert (done.stdout + done.stderr).startswith(b"x" * 9000 + b"\nRetrying")
    assert done.how() == "ended for what it printed"


def test_a_flood_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "OUTPUT_LIMIT", 2**20)
    done = process.run([*FIXER, "--flood"], cwd=tmp_path, timeout=60, contained=True)
    assert (done.flooded, done.ended, len(done.stdout)) == (True, False, 2**20)
    assert done.how() == "wrote more than 1 MB"


def test_a_requested_stop_ends_the_running_and_the_coming(tmp_path: Path) -> None:
    started = tmp_path / "started"
    results: list[process.Completed] = []
    words = [*FIXER, "--started", str(started), "--hang"]
    thread = threading.Thread(
        target=lambda: results.append(process.run(words, cwd=tmp_path, timeout=60, contained=True))
    )
    thread.start()
    eventually(started.exists)
    assert not process.stop_requested()
    process.request_stop(after=0)
    thread.join()
    assert (results[0].stopped, results[0].ended, results[0].how()) == (True, False, "stopped")
    assert process.run([*FIXER, "--hang"], cwd=tmp_path, timeout=60, contained=True).stopped


def test_a_stop_is_not_for_trusted_programs(tmp_path: Path) -> None:
    process.request_stop(after=0)
    assert process.run([*PYTHON, "-c", "import time; time.sleep(0.2)"], cwd=tmp_path).ended


def test_a_stop_can_be_brought_forward_but_not_put_off() -> None:
    process.request_stop(after=1000)
    assert (process.stop_requested(), process.stop_due()) == (True, False)
    process.request_stop(after=0)
    process.request_stop(after=1000)
    assert process.stop_due()


def test_a_withdrawn_stop_is_forgotten(tmp_path: Path) -> None:
    process.request_stop(after=0)
    process.withdraw_stop()
    assert not process.stop_requested()
    assert process.run([*PYTHON, "-c", "import time; time.sleep(0.2)"], cwd=tmp_path, contained=True).ended


def test_an_exception_while_waiting_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hermetic: Hermetic
) -> None:
    """^C arrives as KeyboardInterrupt in the middle of the wait."""

    def interrupted(*_: object) -> bool:
        eventually((tmp_path / "pids").exists)
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_ended", interrupted)
    with pytest.raises(KeyboardInterrupt):
        process.run(parent(tmp_path, WAYS["own session"], "time.sleep(100)"), cwd=tmp_path, contained=True)
    assert_gone(tmp_path)
