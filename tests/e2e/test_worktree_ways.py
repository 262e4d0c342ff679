"""The ways to have worktrees, in whole runs: the same commits in each, and one line where a faster one is refused."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.kit.cli import ROOT, Stomper
from tests.kit.repo import GitRepo
from tests.kit.samples import findings_repo

pytestmark = pytest.mark.crew

FILES = 12
WAYS = ("overlay", "clone", "recycled", "fresh", "auto")
REFUSED = "worktrees: recycled, since overlay does not work here (Operation not permitted)"


def commits(repo: GitRepo) -> list[str]:
    """Tree and subject of each commit."""
    return repo.git("log", "--format=%T %s").splitlines()


@pytest.fixture
def twin(stomper: Stomper, make_repo: Callable[[str], GitRepo]) -> list[str]:
    """The commits that a run with fresh worktrees makes, in a repository of its own."""
    made = findings_repo(make_repo("twin"), FILES)
    stomper.run(made, "fix", "-q", "-j", "1", env={"STOMPER_WORKTREES": "fresh"}).check()
    return commits(made)


@pytest.mark.parametrize("jobs", ["1", "3", "8"])
@pytest.mark.parametrize("way", WAYS)
def test_each_way_gives_the_same_commits(way: str, jobs: str, twin: list[str], repo: GitRepo, stomper: Stomper) -> None:
    made = findings_repo(repo, FILES)
    stomper.run(made, "fix", "-q", "-j", jobs, env={"STOMPER_WORKTREES": way}).check()
    assert commits(made) == twin
    assert made.status() == []


@pytest.mark.skipif(sys.platform != "linux", reason="there are no namespaces elsewhere")
@pytest.mark.parametrize("call", ["mount", "unshare", "mount,unshare"])
def test_where_mounts_are_refused_the_run_says_so_once_and_goes_on(
    call: str, twin: list[str], repo: GitRepo, stomper: Stomper
) -> None:
    made = findings_repo(repo, FILES)
    argv = [sys.executable, "-m", "tests.kit.refusing", call, sys.executable, "-m", "stomper", "-C", str(made.path)]
    done = subprocess.run([*argv, "fix", "-j", "3"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("worktrees: ") == 1
    assert REFUSED in done.stderr or "worktrees: clone, since overlay" in done.stderr
    assert commits(made) == twin
