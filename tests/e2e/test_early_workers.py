"""Worker processes wait while the base commit is surveyed: whatever comes of that, they are used, or go."""

import contextlib
import os
import signal
from pathlib import Path

import psutil
import pytest

from tests.kit.cli import Running, Stomper
from tests.kit.fakes import FakeTool, fake_tool
from tests.kit.hermetic import Hermetic
from tests.kit.leaks import of_test
from tests.kit.repo import GitRepo
from tests.kit.runs import real_ruff, runs, states, stop_now
from tests.kit.samples import finding_paths, findings_repo
from tests.kit.wait import eventually

pytestmark = [pytest.mark.cold, pytest.mark.crew]  # the processes that a run starts are looked at

METHODS = pytest.mark.parametrize("method", ["spawn", "forkserver"])
EARLY = {"spawn": 2, "forkserver": 1}
FILES = 3


def sample(repo: GitRepo, folder: Path, method: str, *modes: str) -> FakeTool:
    """A repository to fix with two workers, and a ruff whose checks go as the modes say."""
    findings_repo(repo, FILES, pyproject=f'[tool.stomper.workflow]\nstart_method = "{method}"\n')
    return fake_tool(folder / "bin", "ruff", *modes, when="--output-format", real=real_ruff())


def waiting(hermetic: Hermetic, running: Running) -> list[psutil.Process]:
    """The early processes that wait for work: each has gone to a group of its own, and not to a session."""
    found = []
    for process in of_test(hermetic):
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            leads = os.getpgid(process.pid) == process.pid and os.getsid(process.pid) != process.pid
            if leads and process.ppid() == running.pid:
                found.append(process)
    return found


def wait_for_early(hermetic: Hermetic, running: Running, ruff: FakeTool, method: str) -> list[psutil.Process]:
    eventually(ruff.calls, "the checker")
    return eventually(
        lambda: early if len(early := waiting(hermetic, running)) == EARLY[method] else [], "early workers"
    )


@METHODS
@pytest.mark.parametrize("presses", [1, 2])
def test_an_interrupt_during_the_survey(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path, method: str, presses: int
) -> None:
    ruff = sample(repo, tmp_path, method, "hang")
    running = stomper.start(repo, "fix", "-j2", env={**ruff.on_path(), "STOMPER_WORKFLOW_INTERRUPT_GRACE": "0.2"})
    early = wait_for_early(hermetic, running, ruff, method)
    stop_now(running) if presses == 2 else running.send(signal.SIGINT)
    running.result().check(130)
    assert not any(process.is_running() for process in early)
    assert runs(repo) == []


@pytest.mark.thorough
@METHODS
def test_a_survey_that_fails(repo: GitRepo, stomper: Stomper, tmp_path: Path, method: str) -> None:
    ruff = sample(repo, tmp_path, method, "crash")
    before = repo.checkout_state()
    assert "ruff" in stomper.run(repo, "fix", "-j2", env=ruff.on_path()).check(3).err
    assert repo.checkout_state() == before


@pytest.mark.thorough
@METHODS
def test_a_survey_that_finds_nothing_to_do(repo: GitRepo, stomper: Stomper, method: str) -> None:
    repo.write("pyproject.toml", f'[tool.stomper.workflow]\nstart_method = "{method}"\n')
    repo.commit_file("clean.py", "ONE = 1\n")
    stomper.run(repo, "fix", "-j2").check()
    assert len(repo.log()) == 1


@pytest.mark.thorough
@METHODS
def test_workers_that_die_during_the_survey_are_replaced(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path, method: str
) -> None:
    gate = tmp_path / "gate"
    ruff = sample(repo, tmp_path, method, f"until={gate}", "real")
    running = stomper.start(repo, "fix", "-j2", env=ruff.on_path())
    for process in wait_for_early(hermetic, running, ruff, method):
        process.kill()
    gate.touch()
    running.result().check()
    assert states(repo) == dict.fromkeys(finding_paths(FILES), "fixed")


@METHODS
def test_a_run_that_is_killed_during_the_survey_takes_them_with_it(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path, method: str
) -> None:
    ruff = sample(repo, tmp_path, method, "hang")
    running = stomper.start(repo, "fix", "-j2", env=ruff.on_path())
    wait_for_early(hermetic, running, ruff, method)
    running.send(signal.SIGKILL)
    running.result()
    eventually(lambda: not list(of_test(hermetic)), "the end of everything else")
    stomper.run(repo, "cleanup").check()


@pytest.mark.thorough
def test_one_job_needs_none(repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path) -> None:
    """The work is done in the process itself, so nothing is started for it."""
    gate = tmp_path / "gate"
    ruff = sample(repo, tmp_path, "spawn", f"until={gate}", "real")
    running = stomper.start(repo, "fix", "-j1", env=ruff.on_path())
    eventually(ruff.calls, "the checker")
    assert waiting(hermetic, running) == []
    gate.touch()
    running.result().check()
