"""Every figure is about what the user has now; what waits in the run is said apart. One test for each end of a run."""

import signal
from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.fakes import fake_tool
from tests.kit.figures import honest_report, outcomes
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import Held, held_repo, last_run, later_press, real_ruff, report_of, stop_now
from tests.kit.samples import UNFIXABLE_PATH, finding_path, finding_paths, findings_repo
from tests.kit.wait import eventually

pytestmark = pytest.mark.crew

FILES = 3
PATHS = finding_paths(FILES)
BOTH = 2 * FILES
QUICK, PATIENT = "interrupt_grace = 0.2", "interrupt_grace = 60"
UNCHECKED = "the result could not be checked: ruff gave no result"


@pytest.fixture
def held(repo: GitRepo, tmp_path: Path) -> Held:
    """Three files with two findings each, of which the last in the plan is held."""
    return held_repo(repo, FILES, tmp_path, held=Path(PATHS[-1]).stem, workflow=QUICK)


def test_stopped_while_fixing(held: Held, stomper: Stomper) -> None:
    """The first ^C lands what is finished: that the user has, and nothing waits."""
    repo = held.repo
    running = stomper.start(repo, "fix", "-j1")
    held.wait_for(1)
    running.send(signal.SIGINT)
    result = running.result().check(130)
    report = honest_report(repo, stomper)
    assert report["delivered"]
    assert report["ending"] == ending(left=2)
    assert (report["summary"]["diagnostics_fixed"], report["summary"]["files_waiting"]) == (4, 0)
    assert "4 of 6 diagnostics fixed in 3 files: 2 cleared, 1 skipped\n" in result.out
    assert result.out.endswith("2 diagnostics left: exit code 130\n")
    assert "wait" not in result.out
    assert "waiting to be delivered" not in stomper.run(repo, "status").out
    held.release()


@pytest.mark.thorough
def test_stopped_at_once_while_fixing(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    """The second ^C lands nothing."""
    held = held_repo(repo, FILES, tmp_path, held=Path(PATHS[-1]).stem, workflow=PATIENT)
    running = stomper.start(repo, "fix", "-j1")
    held.wait_for(1)
    stop_now(running)
    result = running.result().check(130)
    report = honest_report(repo, stomper)
    assert (report["delivered"], report["not_delivered"]) == (False, "interrupted before it was tested")
    assert report["ending"] == ending(left=2, not_delivered=4)
    assert (report["summary"]["files_skipped"], report["summary"]["files_waiting"]) == (3, 2)
    assert set(outcomes(repo).values()) == {"fixed", "skipped"}
    assert "0 of 6 diagnostics fixed in 3 files: 0 cleared, 1 skipped, 2 waiting\n" in result.out
    assert "\n2 files are fixed and wait for `stomper resume`\n" in result.out
    assert result.out.endswith("2 diagnostics left, 4 not delivered: exit code 130\n")
    assert f"2 of {FILES} files done, 2 waiting to be delivered, " in stomper.run(repo, "status").out
    held.release()


@pytest.mark.thorough
def test_stopped_at_once_after_a_part_was_delivered(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    """What the first session has delivered counts in the second one, too."""
    held = held_repo(repo, FILES, tmp_path, workflow=PATIENT)
    running = stomper.start(repo, "fix", "-j1")
    held.wait_for(1)
    running.send(signal.SIGINT)
    running.wait_until("stopping: ")
    held.release()
    running.result().check(130)
    assert honest_report(repo, stomper)["summary"]["diagnostics_fixed"] == 2
    held.gate.unlink()
    running = stomper.start(repo, "resume")
    held.wait_for(2)
    stop_now(running)
    result = running.result().check(130)
    report = honest_report(repo, stomper)
    assert (report["summary"]["files_fixed"], report["summary"]["diagnostics_fixed"]) == (1, 2)
    assert report["ending"] == ending(left=4)
    assert [file.get("commit") is not None for file in report["files"]] == [True, False, False]
    assert "1 commit on main" in result.out
    held.release()


@pytest.mark.parametrize("presses", [1, pytest.param(2, marks=pytest.mark.thorough)])
def test_stopped_while_the_whole_is_checked(repo: GitRepo, stomper: Stomper, tmp_path: Path, presses: int) -> None:
    """The survey, which looks twice, and the re-checks are real; the check of the whole never ends."""
    modes = ["real"] * (2 + FILES) + ["hang"]
    ruff = fake_tool(tmp_path / "bin", "ruff", *modes, when="--output-format", real=real_ruff())
    findings_repo(repo, FILES, pyproject=f"[tool.stomper.workflow]\n{QUICK}\n")
    running = stomper.start(repo, "fix", "-j1", env=ruff.on_path())
    eventually(lambda: len(ruff.calls()) == len(modes), "the check of the whole")
    running.send(signal.SIGINT)
    if presses == 2:
        later_press()
        running.send(signal.SIGINT)
    result = running.result().check(130)
    report = honest_report(repo, stomper)
    assert report["delivered"] is False
    assert report["ending"] == ending(not_delivered=BOTH)
    assert "0 of 6 diagnostics fixed in 3 files: 0 cleared, 3 waiting\n" in result.out
    assert "\n3 files are fixed and wait for `stomper resume`\n" in result.out
    assert result.out.splitlines()[-2] == f"interrupted; to go on: stomper resume {last_run(repo).run}"


def test_not_to_be_trusted(repo: GitRepo, stomper: Stomper, leaks: Leaks, tmp_path: Path) -> None:
    """Said to who wants no words, too. A part of a file waits as well."""
    findings_repo(repo, 1)
    repo.write(finding_path(1), "import os\n\n\ndef broken() -> int:\n    return undefined_name\n")
    repo.commit("one more")
    modes = ["real"] * 4 + ["crash"]
    ruff = fake_tool(tmp_path / "bin", "ruff", *modes, when="--output-format", real=real_ruff())
    result = stomper.run(repo, "fix", "-j1", "-q", env=ruff.on_path()).check(3)
    (ref,) = repo.refs("refs/stomper")
    assert result.out == ""
    assert result.err.startswith(f"error: not to be trusted: {UNCHECKED}")
    assert f"hint: The result is on {ref}" in result.err
    report = honest_report(repo, stomper)
    assert report["not_delivered"].startswith(f"not to be trusted: {UNCHECKED}")
    assert report["ref"] == ref
    assert report["ending"] == ending(left=1, not_delivered=3)
    status = stomper.run(repo, "status").out
    assert "not trusted, exit code 3  2 of 2 files done, 2 waiting to be delivered, " in status
    leaks.expect("ref", ref, reason="the only place that has the untrusted result")


@pytest.mark.thorough
def test_dry_run_and_branch(repo: GitRepo, stomper: Stomper) -> None:
    """In a dry run nothing is fixed, and nothing waits. On a branch the user has it all: there."""
    findings_repo(repo, 2, unfixable=True)
    dry = stomper.run(repo, "fix", "--dry-run", "-j1").check(1)
    report = honest_report(repo, stomper)
    assert (report["delivered"], report["not_delivered"]) == (False, "dry run")
    assert report["ending"] == ending(left=1, would_fix=4)
    assert report["summary"]["files_waiting"] == 0
    assert outcomes(repo)[finding_path(0)] == "fixed"
    assert "4 of 5 diagnostics would be fixed in 3 files: 2 cleared, 1 unchanged\n" in dry.out
    assert "wait" not in dry.out + stomper.run(repo, "status").out
    stomper.run(repo, "fix", "--branch", "quality", "-j1", "-q").check(1)
    assert report_of(repo)["delivered"]
    repo.git("checkout", "--quiet", "quality")
    report = honest_report(repo, stomper)
    assert report["ending"] == ending(left=1)
    assert {file["path"]: file["after"] for file in report["files"]}[UNFIXABLE_PATH] == 1


def ending(**counts: int) -> dict[str, int]:
    """The report's [ending] with these counts, and no others."""
    kinds = ("left", "rejected", "failed", "not_read", "not_delivered", "would_fix")
    return dict.fromkeys(kinds, 0) | counts
