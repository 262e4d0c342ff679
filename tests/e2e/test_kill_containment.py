"""Whoever is killed, and however a fixer's children hide: nothing that a run started outlives it."""

import signal
from pathlib import Path

import psutil
import pytest

from tests.kit.cli import Running, Stomper
from tests.kit.fakes import fake_fixer, fixer_table
from tests.kit.hermetic import Hermetic
from tests.kit.kills import seconds_until_none_is_marked
from tests.kit.leaks import of_test
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of, states
from tests.kit.samples import finding_paths, findings_repo
from tests.kit.wait import eventually

pytestmark = pytest.mark.crew

FILES = 4
HIDDEN = "hidden-sleeper"


def hiding_repo(repo: GitRepo, folder: Path, *flags: str, timeout: float = 60) -> GitRepo:
    """A repository whose fixer leaves a sleeper in a session of its own, and then hangs until it is let go."""
    command = fake_fixer("--spawn-setsid", "100", "--mark", f"{HIDDEN} {folder}/", *flags)
    table = '[tool.stomper]\nfixers = ["hide", "ruff"]\nmax_retries = 0\n'
    return findings_repo(repo, FILES, pyproject=table + fixer_table("hide", command, timeout))


def sleepers(folder: Path) -> list[psutil.Process]:
    """The hidden sleepers of this test, by the word on their command line."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = " ".join(process.info["cmdline"] or ())
        if f"{HIDDEN} {folder}/" in words and "fixer.py" not in words and process.info["status"] != "zombie":
            found.append(process)
    return found


def stops_now(running: Running) -> bool:
    """Ask once more, until it is understood: what follows within a moment counts as the same request."""
    if running.running():
        running.send(signal.SIGTERM)
    return "stopping now" in running.err


def worker_of(sleeper: psutil.Process) -> int:
    """The process id of the worker whose fixer left this sleeper: it is in the mark of the job."""
    return int(sleeper.environ()["_STOMPER_JOB"].partition(".")[0])


@pytest.mark.matrix
@pytest.mark.parametrize("jobs", [1, 4])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM twice"])
def test_nothing_outlives_a_killed_run(
    jobs: int, number: signal.Signals, repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path
) -> None:
    before = hiding_repo(repo, tmp_path, "--hang").checkout_state()
    running = stomper.start(repo, "fix", "-q", "-j", str(jobs))
    eventually(lambda: len(sleepers(tmp_path)) == jobs, "the sleepers")
    running.send(number)
    if number == signal.SIGTERM:
        running.wait_until("stopping")
        eventually(lambda: stops_now(running), "the second to be taken for another one")
    running.result()
    seconds_until_none_is_marked(hermetic)
    assert sleepers(tmp_path) == []
    eventually(lambda: not list(of_test(hermetic)), "the end of everything else")
    assert repo.checkout_state() == before
    stomper.run(repo, "cleanup").check()


@pytest.mark.thorough
def test_nothing_outlives_a_run_that_is_killed_with_its_group(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path
) -> None:
    """A closed terminal, or a CI runner's timeout: everything that is in one group goes at once."""
    hiding_repo(repo, tmp_path, "--hang")
    running = stomper.start(repo, "fix", "-q", "-j", "2")
    eventually(lambda: len(sleepers(tmp_path)) == 2, "the sleepers")
    running.send_to_group(signal.SIGKILL)
    running.result()
    seconds_until_none_is_marked(hermetic)
    assert sleepers(tmp_path) == []
    stomper.run(repo, "cleanup").check()


def test_what_a_killed_worker_left_is_ended_and_the_others_go_on(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path
) -> None:
    """One worker is killed at its first file, by a hand from outside."""
    hiding_repo(repo, tmp_path, "--once", str(tmp_path / "once"), "--hang")
    running = stomper.start(repo, "fix", "-q", "-j", "2")
    (sleeper,) = eventually(lambda: sleepers(tmp_path), "the sleeper")
    psutil.Process(worker_of(sleeper)).kill()
    eventually(lambda: not sleepers(tmp_path), "the end of the sleeper")
    running.result().check()
    assert states(repo) == dict.fromkeys(finding_paths(FILES), "fixed")
    eventually(lambda: not list(of_test(hermetic)), "the end of everything else")


@pytest.mark.matrix
@pytest.mark.parametrize(("jobs", "flags"), [(1, ("--wipe-env",)), (2, ())], ids=["environment wiped", "marked"])
def test_a_fixer_at_its_limit_leaves_nothing(
    jobs: int, flags: tuple[str, ...], repo: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    """And what it did not finish is not looked at; the next fixer gets the file as it was."""
    hiding_repo(repo, tmp_path, "--hang", *flags, timeout=1)
    running = stomper.start(repo, "fix", "-q", "-j", str(jobs))
    eventually(lambda: sleepers(tmp_path), "a sleeper")
    running.result().check()
    assert sleepers(tmp_path) == []
    results = {tuple(attempt["result"] for attempt in file["attempts"]) for file in report_of(repo)["files"]}
    assert results == {("timeout", "kept")}


@pytest.mark.thorough
@pytest.mark.matrix
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("flags", [(), ("--wipe-env",)], ids=["marked", "environment wiped"])
def test_a_fixer_that_ends_in_peace_leaves_nothing(
    jobs: int, flags: tuple[str, ...], repo: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    hiding_repo(repo, tmp_path, *flags, "--started", str(tmp_path / "started"))
    stomper.run(repo, "fix", "-q", "-j", str(jobs)).check()
    assert (tmp_path / "started").exists()
    assert sleepers(tmp_path) == []
