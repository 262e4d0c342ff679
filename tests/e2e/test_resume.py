"""`stomper resume` of an interrupted run: the tree and the subjects of the unbroken one."""

import signal
from pathlib import Path

import pytest

from tests.kit.cli import Result, Stomper
from tests.kit.fakes import fixer_table
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import Held, held_repo, last_run, report_of, runs, states, stop_now, unbroken
from tests.kit.samples import finding_paths, findings_repo

FILES = 5


def interrupted(held: Held, stomper: Stomper, *words: str) -> Result:
    """A run with one job in which the third file was begun when ^C came: two had been fixed."""
    running = stomper.start(held.repo, "fix", "-j1", *words)
    held.wait_for(1)
    running.send(signal.SIGINT)
    running.wait_until("stopping: no new work is started")
    held.release()
    return running.result().check(130)


@pytest.fixture
def held(repo: GitRepo, tmp_path: Path) -> Held:
    """Five samples; in the order of the plan the third is held."""
    return held_repo(repo, FILES, tmp_path, held=Path(finding_paths(FILES)[2]).stem)


@pytest.mark.parametrize(
    ("jobs", "how"), [((), "source"), pytest.param(("-j", "3"), "binary", marks=pytest.mark.binary)]
)
def test_interrupted_run_ends_as_the_unbroken_one(
    held: Held, stomper: Stomper, tmp_path: Path, jobs: tuple[str, ...], how: str
) -> None:
    repo, base = held.repo, held.repo.head
    held.release()
    wanted = unbroken(repo, tmp_path / "unbroken", stomper, "-j1")
    held.gate.unlink()
    held.log.unlink()
    first = interrupted(held, stomper)
    assert first.out.splitlines()[-2] == f"interrupted; to go on: stomper resume {last_run(repo).run}"
    assert repo.log() == wanted[: 1 + 3]  # begun before the ^C, and finished
    state = list(states(repo).values())
    assert (state.count("fixed"), state.count("skipped")) == (3, 2)
    stomper.run(repo, "resume", *jobs).check()
    assert repo.log() == wanted
    assert report_of(repo)["base_commit"] == base
    assert set(states(repo).values()) == {"fixed"}
    assert len(runs(repo)) == 1
    assert repo.status() == []


def test_finished_run_says_that_it_is(held: Held, stomper: Stomper) -> None:
    held.release()
    stomper.run(held.repo, "fix", "-q").check()
    state = held.repo.checkout_state()
    for words in ((), (last_run(held.repo).run,)):
        result = stomper.run(held.repo, "resume", *words).check(2)
        assert "there is no run that could be resumed" in result.err or "cannot be resumed" in result.err
        assert "stomper status" in result.err
    assert held.repo.checkout_state() == state


@pytest.mark.thorough
def test_files_of_the_first_session_are_not_worked_on_again(held: Held, stomper: Stomper, tmp_path: Path) -> None:
    interrupted(held, stomper)
    before = {file["path"]: file["commit"] for file in report_of(held.repo)["files"] if file["status"] == "fixed"}
    result = stomper.run(held.repo, "resume", "-v").check()
    begun = [line.split()[1] for line in result.err.splitlines() if line.startswith("begin ")]
    assert sorted(begun) == sorted(set(finding_paths(FILES)) - before.keys())
    after = {file["path"]: file["commit"] for file in report_of(held.repo)["files"]}
    assert {path: after[path] for path in before} == before
    assert "[2/2]" in result.err


@pytest.mark.thorough
def test_undo_takes_both_sessions_back(held: Held, stomper: Stomper, leaks: Leaks) -> None:
    before = held.repo.checkout_state()
    interrupted(held, stomper)
    stomper.run(held.repo, "resume", "-q").check()
    stomper.run(held.repo, "undo").check()
    assert held.repo.checkout_state() == before
    leaks.expect("ref", "refs/stomper/*/undone", reason="for redo")


@pytest.mark.thorough
def test_undone_run_can_be_resumed_and_undone_again(held: Held, stomper: Stomper, leaks: Leaks, tmp_path: Path) -> None:
    before = held.repo.checkout_state()
    interrupted(held, stomper)
    stomper.run(held.repo, "undo").check()
    assert held.repo.checkout_state() == before
    wanted = unbroken(held.repo, tmp_path / "unbroken", stomper)
    stomper.run(held.repo, "resume", "-q").check()
    assert held.repo.log() == wanted
    assert held.repo.refs("refs/stomper") == {}
    stomper.run(held.repo, "undo").check()
    assert held.repo.checkout_state() == before
    leaks.expect("ref", "refs/stomper/*/undone", reason="for redo")


@pytest.mark.thorough
@pytest.mark.matrix
@pytest.mark.parametrize("landing", [("--branch", "fixes"), ("--no-commit",)])
def test_landing_elsewhere_goes_on_there(
    held: Held, stomper: Stomper, tmp_path: Path, landing: tuple[str, ...]
) -> None:
    repo = held.repo
    before = repo.checkout_state()
    held.release()
    wanted = unbroken(repo, tmp_path / "unbroken", stomper)
    held.gate.unlink()
    held.log.unlink()
    interrupted(held, stomper, *landing)
    stomper.run(repo, "resume", "-q").check()
    if "--branch" in landing:
        assert repo.checkout_state() == before
        assert repo.log("fixes") == wanted
    else:
        assert (repo.head, repo.checkout_state().index) == (before.head, before.index)
        repo.commit("taken")
        assert repo.tree() == wanted[-1][1]


@pytest.mark.unproved
def test_failed_and_rejected_files_are_run_again(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    """The fixer fails at the first file and touches another beside the second, both only once."""
    first, second, third = finding_paths(3)
    script = f"""
        if [ "$1" = {first} ] && mkdir {tmp_path}/failed; then exit 1; fi
        if [ "$1" = {second} ] && mkdir {tmp_path}/strayed; then echo "import os" >> other.py; fi
        sed -i /^import.os$/d "$1"
    """
    table = '[tool.stomper]\nfixers = ["imports"]\nmax_retries = 0\n'
    findings_repo(repo, 3, pyproject=table + fixer_table("imports", ["sh", "-c", script, "sh", "{file}"]))
    stomper.run(repo, "fix", "-q", "-j2").check(1)
    assert states(repo) == {first: "failed", second: "rejected", third: "fixed"}
    run = last_run(repo).run
    stomper.run(repo, "resume", run, "--only", "failed,rejected").check()
    assert states(repo) == {first: "fixed", second: "fixed"}
    assert last_run(repo).run != run
    result = stomper.run(repo, "resume", run, "--only", "unchanged").check(2)
    assert f"run {run} has no file that is unchanged" in result.err


@pytest.mark.thorough
def test_file_of_a_run_that_is_interrupted_time_and_again_is_not_given_up(held: Held, stomper: Stomper) -> None:
    for _ in range(4):
        running = stomper.start(held.repo, *(["resume"] if runs(held.repo) else ["fix", "-j1"]), "-q")
        held.wait_for(1)
        stop_now(running)
        running.result().check(130)
        held.log.unlink()
    held.release()
    stomper.run(held.repo, "resume", "-q").check()
    assert set(states(held.repo).values()) == {"fixed"}


def test_unknown_state_is_refused(held: Held, stomper: Stomper) -> None:
    result = stomper.run(held.repo, "resume", "--only", "failed,fixd").check(2)
    assert "'fixd' is no state; known: partial, unchanged, skipped, rejected, failed" in result.err
