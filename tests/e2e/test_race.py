"""Two at once: runs of one repository, and worktrees made beside each other while git tidies up."""

import fcntl
import json
import multiprocessing
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from stomper.journal.run_lock import LOCK_NAME
from stomper.workspace.worktree import Site, worktree
from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import held_repo, last_run, runs
from tests.kit.samples import findings_repo

pytestmark = pytest.mark.crew

WORKERS = 8  # in each of two processes
ROUNDS = 20


@pytest.mark.parametrize("words", ["fix", "cleanup", "resume"])
def test_the_second_is_told_who_is_at_work_and_since_when(
    words: str, repo: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    held = held_repo(repo, 2, tmp_path)
    first = stomper.start(repo, "fix", "-q", "-j", "1")
    held.wait_for(1)
    second = stomper.run(repo, words).check(2)
    run = last_run(repo)
    since = time.strftime("%H:%M:%S", time.gmtime(json.loads((run.path.parents[1] / LOCK_NAME).read_text())["since"]))
    assert f"run {run.run} is at work in this repository (process {first.pid}, since {since})" in second.err
    assert "hint: " in second.err
    held.release()
    first.result().check()
    assert [folder.run for folder in runs(repo)] == [run.run]


def test_of_many_at_once_one_works(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 4)
    started = [stomper.start(repo, "fix", "-q", "-j", "2") for _ in range(4)]
    codes = sorted(running.result().code for running in started)
    # One that comes when the first has ended already finds nothing to do.
    assert set(codes) <= {0, 2}
    assert codes[0] == 0
    assert len([subject for subject, _ in repo.log() if subject.startswith("fix(quality)")]) == 4
    assert repo.status() == []


def test_the_lock_of_a_dead_owner_is_taken_over(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    held = held_repo(repo, 2, tmp_path)
    first = stomper.start(repo, "fix", "-q", "-j", "1")
    held.wait_for(1)
    first.kill()
    lock = repo.git_dir / "stomper" / LOCK_NAME
    assert json.loads(lock.read_text())["pid"] == first.pid
    held.release()
    stomper.run(repo, "fix", "-q").check()
    assert lock.read_text() == ""


@pytest.mark.thorough
def test_a_lock_file_that_says_nothing_sensible_is_taken_over(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1)
    lock = repo.git_dir / "stomper" / LOCK_NAME
    lock.parent.mkdir()
    lock.write_bytes(b"\xff{")
    stomper.run(repo, "fix", "-q").check()


def test_a_held_lock_that_says_nothing_yet_is_respected(repo: GitRepo, stomper: Stomper) -> None:
    """Its owner has it since this moment."""
    findings_repo(repo, 1)
    lock = repo.git_dir / "stomper" / LOCK_NAME
    lock.parent.mkdir()
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert "another stomper is starting" in stomper.run(repo, "fix", "-q").check(2).err
    stomper.run(repo, "fix", "-q").check()


def make_worktrees(site: Site, commit: str, number: int) -> list[str]:
    """`ROUNDS` worktrees in each of `WORKERS` threads. Returns what went wrong."""

    def work(name: int) -> list[str]:
        problems = []
        for _ in range(ROUNDS):
            try:
                with worktree(site, f"{number}-{name}", commit) as tree:
                    (tree.root / "a.py").write_text(f"changed by {name}")
                    if set(tree.snapshot()) != {"a.py"}:
                        problems.append(f"{tree.root}: {tree.snapshot()}")
            except Exception as error:
                problems.append(repr(error))
        return problems

    with ThreadPoolExecutor(WORKERS) as pool:
        return [problem for problems in pool.map(work, range(WORKERS)) for problem in problems]


@contextmanager
def always(repo: GitRepo, *command: str) -> Iterator[list[int]]:
    """git doing something again and again for the length of a `with`. Gives the exit codes."""
    codes: list[int] = []
    over = threading.Event()

    def loop() -> None:
        while not over.is_set():
            codes.append(subprocess.run(["git", *command], cwd=repo.path, capture_output=True).returncode)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield codes
    finally:
        over.set()
        thread.join()


@pytest.mark.thorough
@pytest.mark.slow
def test_worktrees_from_two_processes_while_git_collects_garbage(repo: GitRepo, tmp_path: Path) -> None:
    """16 at once, 20 times each. Without the lock, up to two in three of these fail."""
    findings_repo(repo, 3)
    repo.write("a.py", "0")
    commit = repo.commit()
    state = repo.git_dir / "stomper"
    state.mkdir()
    site = Site(repo.path.resolve(), state, tmp_path / "stomper" / "race", "race")
    jobs = [(site, commit, number) for number in range(2)]
    with (
        always(repo, "gc", "--quiet") as gc,
        always(repo, "worktree", "prune", "--expire=now") as prune,
        ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool,
    ):
        problems = [problem for found in pool.map(make_worktrees, *zip(*jobs, strict=True)) for problem in found]
    assert problems == []
    assert len(gc) > 1
    assert len(prune) > 1
    assert repo.worktrees() == [repo.path.resolve()]
    assert list(site.folder.iterdir()) == []
