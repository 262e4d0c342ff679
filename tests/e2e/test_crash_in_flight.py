"""Workers that die, and files that take the whole run with them: one is named, the others are done."""

import signal
import sys
from pathlib import Path

import pytest

from stomper.run.fix_and_land import KILLS_ITS_RUN
from tests.kit.cli import Stomper
from tests.kit.fakes import FAKES, PYTHON, fake_fixer, fixer_table
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, crash_at, seconds_until_none_is_marked
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import last_run, report_of, states, unbroken
from tests.kit.samples import finding_path, finding_paths, findings_repo
from tests.kit.wait import eventually

pytestmark = pytest.mark.crew

FILES = 5
WORKER_DIED = "its worker died: killed by SIGKILL"
CULPRIT = "module_002"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the fake fixer walks up the processes in /proc")


@pytest.mark.matrix
@pytest.mark.parametrize("point", ["worker-fix", "worker-done"])
def test_files_that_kill_their_worker_are_named_and_nothing_else_happens(
    point: str, repo: GitRepo, stomper: Stomper, leaks: Leaks, tmp_path: Path
) -> None:
    """The first file of each worker kills it, so that not even a file alone gets through."""
    before = findings_repo(repo, FILES).checkout_state()
    expected = unbroken(repo, tmp_path / "twin", stomper)
    stomper.run(repo, "fix", "--quiet", "-j", "3", env=crash_at(point)).check(1)
    assert states(repo) == dict.fromkeys(finding_paths(FILES), "failed")
    assert {file["reason"] for file in report_of(repo)["files"]} == {WORKER_DIED}
    assert repo.checkout_state() == before
    eventually(lambda: not leaks.find(), "nothing left behind")
    stomper.run(repo, "fix", "--quiet", "-j", "3").check()
    assert repo.log() == expected


@pytest.mark.thorough
@pytest.mark.parametrize("point", ["worker-fixed:2"])
def test_a_worker_that_dies_later_costs_its_own_files_at_most(
    point: str, repo: GitRepo, stomper: Stomper, leaks: Leaks, tmp_path: Path
) -> None:
    """The second file of each worker kills it; the retry alone may be such a second one too."""
    findings_repo(repo, FILES)
    expected = unbroken(repo, tmp_path / "twin", stomper)
    result = stomper.run(repo, "fix", "--quiet", "-j", "3", env=crash_at(point))
    failed = [file for file in report_of(repo)["files"] if file["status"] != "fixed"]
    result.check(1 if failed else 0)
    assert len(failed) < FILES
    assert all((file["status"], file["reason"]) == ("failed", WORKER_DIED) for file in failed)
    eventually(lambda: not leaks.find(), "nothing left behind")
    stomper.run(repo, "fix", "--quiet", "-j", "3").check()
    assert repo.tree() == expected[-1][1]


@pytest.mark.matrix
@LINUX
@pytest.mark.parametrize("jobs", [1, 3])
def test_a_file_that_kills_the_run_is_given_up_after_three_times(
    jobs: int, repo: GitRepo, stomper: Stomper, hermetic: Hermetic, leaks: Leaks
) -> None:
    """Alone the third time, so that it cannot take others with it again."""
    killer = [*PYTHON, str(FAKES / "run_killer.py"), "{file}", CULPRIT]
    table = '[tool.stomper]\nfixers = ["killer", "ruff"]\n'
    before = findings_repo(repo, FILES, pyproject=table + fixer_table("killer", killer)).checkout_state()
    for word in ("fix", "resume", "resume"):
        assert stomper.run(repo, word, "--quiet", "-j", str(jobs)).code == KILLED
        seconds_until_none_is_marked(hermetic)
        assert repo.checkout_state() == before
    culprit = finding_paths(FILES).index(finding_path(2))
    assert last_run(repo).history().starts[culprit] == 3
    stomper.run(repo, "resume", "--quiet", "-j", str(jobs)).check(1)
    reasons = {file["path"]: file.get("reason", "") for file in report_of(repo)["files"] if file["status"] != "fixed"}
    assert reasons == {finding_path(2): KILLS_ITS_RUN}
    eventually(lambda: not leaks.find(), "nothing left behind")


@pytest.mark.thorough
def test_a_file_in_flight_twice_runs_after_the_others(repo: GitRepo, stomper: Stomper, hermetic: Hermetic) -> None:
    """What can be done without it is on the disk before it is tried again."""
    findings_repo(repo, FILES)
    assert stomper.run(repo, "fix", "-q", "-j1", env=crash_at("worker-fix")).code == KILLED
    assert stomper.run(repo, "resume", "-q", env=crash_at("worker-fix")).code == KILLED
    assert last_run(repo).history().starts == {0: 2}
    assert stomper.run(repo, "resume", "-q", env=crash_at(f"stored:{FILES - 1}")).code == KILLED
    assert sorted(last_run(repo).history().outcomes) == [1, 2, 3, 4]
    seconds_until_none_is_marked(hermetic)
    stomper.run(repo, "resume", "-q").check()


@pytest.mark.thorough
def test_interruptions_do_not_count_against_a_file(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    """Whoever presses ^C has stopped a slow file; it has not killed anything."""
    hold = fake_fixer("--only-if", CULPRIT, "--started", tmp_path / "started", "--until", tmp_path / "gate")
    table = '[tool.stomper]\nfixers = ["hold", "ruff"]\n[tool.stomper.workflow]\ninterrupt_grace = 0.0\n'
    findings_repo(repo, 3, pyproject=table + fixer_table("hold", hold))
    for word in ("fix", "resume", "resume", "resume"):
        running = stomper.start(repo, word, "--quiet", "-j", "1")
        eventually((tmp_path / "started").exists)
        running.send(signal.SIGINT)
        assert running.result().code == 130
        (tmp_path / "started").unlink()
    (tmp_path / "gate").touch()
    stomper.run(repo, "resume", "--quiet").check()
