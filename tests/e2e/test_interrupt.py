"""^C, SIGTERM, SIGHUP: the first starts nothing new and lands what is finished, the second stops now."""

import contextlib
import signal
from pathlib import Path

import psutil
import pytest

from tests.kit.cli import Result, Running, Stomper
from tests.kit.fakes import fake_fixer, fake_tool, fixer_table
from tests.kit.hermetic import Hermetic
from tests.kit.leaks import of_test
from tests.kit.repo import GitRepo
from tests.kit.runs import Held, held_repo, last_run, real_ruff, report_of, runs, states, stop_now
from tests.kit.samples import findings_repo
from tests.kit.wait import eventually

pytestmark = [pytest.mark.cold, pytest.mark.crew]  # a signal may come while Python is still starting

FILES = 6

# Each signal with each way to send it and each number of jobs, every pair of these once; of the built program those
# in which its loader could spoil something.
FIRST = [
    *(
        (number, group, 3 if group else 1, "source")
        for number in (signal.SIGINT, signal.SIGHUP)
        for group in (False, True)
    ),
    *((signal.SIGTERM, group, 1 if group else 3, "source") for group in (False, True)),
    pytest.param(signal.SIGINT, True, 3, "binary", marks=pytest.mark.binary),
    pytest.param(signal.SIGTERM, False, 3, "binary", marks=pytest.mark.binary),
    pytest.param(signal.SIGHUP, True, 1, "binary", marks=pytest.mark.binary),
]
SECOND = [
    *((signal.SIGINT, jobs, "source") for jobs in (1, 3)),
    (signal.SIGTERM, 3, "source"),
    pytest.param(signal.SIGINT, 3, "binary", marks=pytest.mark.binary),
    (signal.SIGHUP, 1, "source"),
    pytest.param(signal.SIGTERM, 1, "binary", marks=pytest.mark.binary),
]


def send(running: Running, number: signal.Signals, to_group: bool) -> None:
    (running.send_to_group if to_group else running.send)(number)


def assert_interrupted(repo: GitRepo, result: Result) -> None:
    """It ended as the contract says: exit code, last line, report, no traceback."""
    result.check(130)
    assert result.out.splitlines()[-2] == f"interrupted; to go on: stomper resume {last_run(repo).run}"
    assert "Traceback" not in result.out + result.err
    assert "KeyboardInterrupt" not in result.err
    assert report_of(repo)["exit_code"] == 130
    assert (last_run(repo).path / "report.toml").exists()


def assert_resumes(repo: GitRepo, stomper: Stomper) -> None:
    stomper.run(repo, "resume", "-q").check()
    assert len(repo.log()) == 1 + FILES
    assert repo.status() == []


@pytest.mark.matrix
@pytest.mark.parametrize(("number", "to_group", "jobs", "how"), FIRST)
def test_first_lets_work_in_flight_finish_and_lands_it(
    repo: GitRepo, stomper: Stomper, tmp_path: Path, number: signal.Signals, to_group: bool, jobs: int, how: str
) -> None:
    held = held_repo(repo, FILES, tmp_path, workflow="interrupt_grace = 60")
    running = stomper.start(repo, "fix", "-j", str(jobs))
    held.wait_for(jobs)
    send(running, number, to_group)
    running.wait_until("stopping: no new work is started, work in progress gets 60 s")
    held.release()
    assert_interrupted(repo, running.result())
    assert len(held.begun()) == jobs
    state = list(states(repo).values())
    assert (state.count("fixed"), state.count("skipped")) == (jobs, FILES - jobs)
    assert len(repo.log()) == 1 + jobs
    assert repo.status() == []
    assert_resumes(repo, stomper)


@pytest.mark.thorough
@pytest.mark.matrix
@pytest.mark.parametrize(
    ("number", "to_group"), [(signal.SIGINT, True), (signal.SIGTERM, False), (signal.SIGHUP, True)]
)
def test_first_with_a_fork_server(
    repo: GitRepo, stomper: Stomper, tmp_path: Path, number: signal.Signals, to_group: bool
) -> None:
    held = held_repo(repo, FILES, tmp_path, workflow='interrupt_grace = 60\nstart_method = "forkserver"')
    running = stomper.start(repo, "fix", "-j2")
    held.wait_for(2)
    send(running, number, to_group)
    running.wait_until("stopping: no new work is started")
    held.release()
    assert_interrupted(repo, running.result())
    assert list(states(repo).values()).count("fixed") == 2
    assert_resumes(repo, stomper)


@pytest.mark.matrix
@pytest.mark.parametrize("jobs", [1, 3])
def test_work_in_flight_is_stopped_after_the_grace(repo: GitRepo, stomper: Stomper, tmp_path: Path, jobs: int) -> None:
    """One file is finished before; those in flight never would be."""
    held = held_repo(repo, FILES, tmp_path, held="lib/", workflow="interrupt_grace = 0.2")
    running = stomper.start(repo, "fix", "-j", str(jobs), "-v")
    held.wait_for(1)
    if jobs > 1:
        eventually(lambda: running.err.count("] fixed") == FILES - 1, "all others to be fixed")
    running.send(signal.SIGINT)
    assert_interrupted(repo, running.result())
    state = list(states(repo).values())
    done = FILES - 1 if jobs > 1 else 3
    assert (state.count("fixed"), state.count("skipped")) == (done, FILES - done)
    assert len(repo.log()) == 1 + done
    held.release()
    assert_resumes(repo, stomper)


@pytest.mark.matrix
@pytest.mark.parametrize(("number", "jobs", "how"), SECOND)
def test_second_stops_now(
    repo: GitRepo, stomper: Stomper, tmp_path: Path, number: signal.Signals, jobs: int, how: str
) -> None:
    held = held_repo(repo, FILES, tmp_path, workflow="interrupt_grace = 60")
    before = repo.checkout_state()
    running = stomper.start(repo, "fix", "-j", str(jobs))
    held.wait_for(jobs)
    stop_now(running, number)
    assert_interrupted(repo, running.result())
    assert repo.checkout_state() == before
    assert set(states(repo).values()) == {"skipped"}
    held.release()
    assert_resumes(repo, stomper)


def test_programs_that_ignore_signals_and_escape_are_gone(repo: GitRepo, stomper: Stomper, hermetic: Hermetic) -> None:
    """The fixer ignores SIGTERM and has left a sleeper in a session of its own."""
    command = fake_fixer("--spawn-setsid", 300, "--hang")
    commands = f'[tool.stomper]\nfixers = ["hang"]\n{fixer_table("hang", command)}'
    findings_repo(repo, FILES, pyproject=f"{commands}\n[tool.stomper.workflow]\ninterrupt_grace = 0.2\n")
    running = stomper.start(repo, "fix", "-j3")
    eventually(lambda: sum("time.sleep(300" in words for words in alive(hermetic)) == 3, "the sleepers")
    running.send(signal.SIGINT)
    assert_interrupted(repo, running.result())
    assert list(of_test(hermetic)) == []
    assert repo.worktrees() == [repo.path.resolve()]


def alive(hermetic: Hermetic) -> list[str]:
    """The command lines of the test's processes."""
    words = []
    for process in of_test(hermetic):
        with contextlib.suppress(psutil.Error):
            words.append(" ".join(process.cmdline()))
    return words


@pytest.mark.parametrize("presses", [1, 2])
def test_during_the_survey(repo: GitRepo, stomper: Stomper, tmp_path: Path, presses: int) -> None:
    """There is no plan yet, so there is nothing to go on from: the run is forgotten."""
    ruff = fake_tool(tmp_path / "bin", "ruff", "hang", when="--output-format", real=real_ruff())
    findings_repo(repo, 2, pyproject="[tool.stomper.workflow]\ninterrupt_grace = 0.2\n")
    before = repo.checkout_state()
    running = stomper.start(repo, "fix", env=ruff.on_path())
    eventually(ruff.calls, "the checker")
    stop_now(running) if presses == 2 else running.send(signal.SIGINT)
    result = running.result().check(130)
    assert "Traceback" not in result.err
    assert "Nothing was changed" in result.err
    assert repo.checkout_state() == before
    assert runs(repo) == []


@pytest.mark.matrix
@pytest.mark.parametrize("presses", [1, 2])
def test_during_the_final_check(repo: GitRepo, stomper: Stomper, tmp_path: Path, presses: int) -> None:
    """The survey, which looks twice, and both re-checks are real, the check of the whole never ends."""
    modes = ["real"] * (2 + FILES) + ["hang"]
    ruff = fake_tool(tmp_path / "bin", "ruff", *modes, when="--output-format", real=real_ruff())
    findings_repo(repo, FILES, pyproject="[tool.stomper.workflow]\ninterrupt_grace = 0.2\n")
    before = repo.checkout_state()
    running = stomper.start(repo, "fix", "-j2", env=ruff.on_path())
    eventually(lambda: len(ruff.calls()) == len(modes), "the check of the whole")
    stop_now(running) if presses == 2 else running.send(signal.SIGINT)
    assert_interrupted(repo, running.result())
    assert repo.checkout_state() == before
    assert_resumes(repo, stomper)


@pytest.mark.matrix
@pytest.mark.parametrize("presses", [1, 2])
def test_during_landing(repo: GitRepo, stomper: Stomper, tmp_path: Path, presses: int) -> None:
    """git itself is held while it stores the commits, which are made in memory."""
    gate, count = tmp_path / "gate", tmp_path / "count"
    findings_repo(repo, FILES)
    before = repo.checkout_state()
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    real = Path(repo.git("--exec-path")) / "git"
    wait = f"echo x >> {count}; while [ ! -e {gate} ]; do sleep 0.02; done"
    fake.write_text(f'#!/bin/sh\ncase " $* " in *" unpack-objects "*) {wait};; esac\nexec {real} "$@"\n')
    fake.chmod(0o755)
    running = stomper.start(repo, "fix", "-j1", env={"PATH": f"{fake.parent}:/usr/local/bin:/usr/bin:/bin"})
    eventually(count.exists, "the first commits")
    stop_now(running) if presses == 2 else running.send(signal.SIGINT)
    running.wait_until("stopping")
    gate.touch()
    assert_interrupted(repo, running.result())
    if presses == 2:
        assert repo.checkout_state() == before
    else:
        assert len(repo.log()) == 1 + FILES
    assert_resumes(repo, stomper)


def test_held_kit_holds(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    """What the tests above stand on: without a signal the run waits, and goes on when it is let go."""
    held: Held = held_repo(repo, 2, tmp_path)
    running = stomper.start(repo, "fix", "-j2", "-q")
    held.wait_for(2)
    assert running.running()
    held.release()
    running.result().check()
