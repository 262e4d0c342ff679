"""What dead runs left is removed by the next command, and nothing else is."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stomper.disk.private_files import make_folder
from stomper.journal.cleanup import tidy_up
from stomper.journal.run_folder import RunFolder
from stomper.process.environment import RUN_MARK
from stomper.settings import HistorySettings
from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, crash_at, seconds_until_none_is_marked
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import last_run, runs
from tests.kit.samples import findings_repo
from tests.kit.wait import eventually

pytestmark = [pytest.mark.cache, pytest.mark.crew]

FILES = 3


@pytest.fixture
def dead(repo: GitRepo, stomper: Stomper, hermetic: Hermetic) -> str:
    """The id of a run that was killed with commits on its ref and a worktree half filled."""
    findings_repo(repo, FILES)
    assert stomper.run(repo, "fix", "-q", "-j1", env=crash_at("worktree-populate:3")).code == KILLED
    seconds_until_none_is_marked(hermetic)
    return last_run(repo).run


@pytest.fixture
def marked_sleeper(dead: str) -> Iterator[psutil.Process]:
    """A process of the dead run, which not even its guardian could end."""
    code = "import time; time.sleep(100)"
    env = {**os.environ, RUN_MARK: dead}
    child = subprocess.Popen([sys.executable, "-IS", "-c", code], env=env, start_new_session=True)
    yield psutil.Process(child.pid)
    child.kill()
    child.wait()


@pytest.mark.parametrize("words", ["cleanup", "fix -q", "resume -q"])
def test_the_next_command_removes_all_that_a_dead_run_left(
    words: str,
    repo: GitRepo,
    stomper: Stomper,
    dead: str,
    marked_sleeper: psutil.Process,
    hermetic: Hermetic,
    leaks: Leaks,
) -> None:
    kinds = {leak.kind for leak in leaks.find()}
    assert kinds == {"process", "worktree", "ref", "cache"}
    done = stomper.run(repo, *words.split()).check()
    eventually(lambda: marked_sleeper.status() == psutil.STATUS_ZOMBIE, "the end of the sleeper")
    eventually(lambda: not leaks.find(), "nothing left behind")
    assert not (repo.git_dir / "worktrees").exists()
    if words == "cleanup":
        assert "ended 1 processes" in done.out
        assert f"removed ref refs/stomper/{dead}/head" in done.out
        assert f"removed folder {hermetic.cache / 'stomper' / dead}" in done.out
        assert stomper.run(repo, "cleanup").check().out == "nothing to clean up\n"


HALF_MADE = {
    "lock only": ("gitdir", "commondir", "HEAD", "index", "ORIG_HEAD", "logs"),
    "no HEAD": ("HEAD", "index"),
    "no lock": ("locked",),
    "only where it was": ("locked", "commondir", "HEAD", "index", "ORIG_HEAD", "logs"),
}


@pytest.mark.matrix
@pytest.mark.parametrize("missing", HALF_MADE.values(), ids=HALF_MADE.keys())
@pytest.mark.parametrize("tree", [True, False], ids=["", "its folder gone"])
def test_half_made_and_half_removed_worktrees_go_too(
    missing: tuple[str, ...], tree: bool, repo: GitRepo, stomper: Stomper, dead: str, hermetic: Hermetic, leaks: Leaks
) -> None:
    (admin,) = (repo.git_dir / "worktrees").iterdir()
    assert (admin / "locked").read_text().endswith(f":{dead}\n")
    for name in missing:
        subprocess.run(["rm", "-rf", admin / name], check=True)
    if not tree:
        subprocess.run(["rm", "-rf", hermetic.cache / "stomper" / dead], check=True)
    stomper.run(repo, "cleanup").check()
    assert not admin.exists()
    eventually(lambda: not leaks.find(), "nothing left behind")


def test_what_is_not_ours_stays(
    repo: GitRepo, stomper: Stomper, dead: str, hermetic: Hermetic, leaks: Leaks, tmp_path: Path
) -> None:
    mine = repo.add_worktree(tmp_path / "mine", "--detach", "--lock", "--reason", "on a stick: stomper, keep off")
    half = repo.git_dir / "worktrees" / "half"
    half.mkdir()
    (half / "locked").write_text("initializing")
    repo.git("update-ref", "refs/stomped", "HEAD")
    repo.git("tag", f"stomper/{dead}")
    other = hermetic.cache / "stomper" / "20200101-000000-abcd"  # of a run in another repository
    other.mkdir()
    (other / "file").touch()
    stranger = subprocess.Popen(["sleep", "100"], env={**os.environ, RUN_MARK: "20200101-000000-abcd"})
    try:
        stomper.run(repo, "cleanup").check()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
    assert mine.resolve() in repo.worktrees()
    assert half.exists()
    assert {"refs/stomped", f"refs/tags/stomper/{dead}"} <= set(repo.refs())
    assert (other / "file").exists()
    half.joinpath("locked").unlink()
    leaks.allow("cache", "*", reason="another repository's, for this test")


def test_a_run_of_another_version_is_left_alone(repo: GitRepo, stomper: Stomper, dead: str, leaks: Leaks) -> None:
    (last_run(repo).path / "run.json").write_text("{}")
    stomper.run(repo, "cleanup").check()
    assert last_run(repo).run == dead
    assert {leak.kind for leak in leaks.find()} <= {"worktree", "cache"}
    for kind in ("worktree", "cache"):
        leaks.allow(kind, "*", reason="where they are stood in the file that cannot be read")


def old_run(repo: GitRepo, number: int, *events: dict[str, object], age: float = 0.0) -> RunFolder:
    """A run of long ago with this in its journal."""
    folder = RunFolder(repo.git_dir / "stomper" / "runs" / f"2020{number:04}-000000-aaaa")
    make_folder(folder.path)
    header = json.loads((last_real(repo).path / "run.json").read_text())
    (folder.path / "run.json").write_text(json.dumps({**header, "run": folder.run, "folder": str(folder.path / "no")}))
    for event in events:
        facts = dict(event)
        folder.append(str(facts.pop("event")), **facts)
    os.utime(folder.path, (time.time() - age,) * 2)
    return folder


def last_real(repo: GitRepo) -> RunFolder:
    return next(folder for folder in runs(repo) if not folder.run.startswith("2020"))


DAY = 24 * 3600.0
FINISHED = {"event": "finished", "exit_code": 0}
CUT_OFF = {"event": "started", "index": 0, "path": "a.py"}


def delivered(repo: GitRepo, kept: bool = False) -> dict[str, object]:
    ref = "refs/stomper/x/head" if kept else "refs/heads/main"
    return {"event": "delivered", "ref": ref, "old": repo.head, "new": repo.head, "kept": kept, "commit": True}


def test_pruning_keeps_what_can_still_be_used(repo: GitRepo, stomper: Stomper, leaks: Leaks) -> None:
    """Of the old ones: the last to undo, the last to redo, the last to resume, and each result that is to be merged."""
    findings_repo(repo, 1)
    stomper.run(repo, "fix", "-q", "--dry-run").check()
    month = 31 * 24 * 3600.0
    gone = [
        old_run(repo, 101, CUT_OFF, age=month),
        old_run(repo, 102, delivered(repo), FINISHED, age=month),
        old_run(repo, 106, FINISHED, age=month),
        old_run(repo, 100, delivered(repo), FINISHED, {"event": "undone"}, age=month),
    ]
    kept = [
        old_run(repo, 103, delivered(repo, kept=True), FINISHED, age=month),
        old_run(repo, 104, delivered(repo), FINISHED, {"event": "undone"}, age=month),
        old_run(repo, 105, CUT_OFF, age=month),
        old_run(repo, 107, delivered(repo), FINISHED, age=month),
        last_real(repo),
    ]
    refs = [f"refs/stomper/{kept[0].run}/head", f"refs/stomper/{kept[1].run}/undone"]
    lost = [
        f"refs/stomper/{gone[3].run}/undone",
        f"refs/stomper/{gone[1].run}/head",
        f"refs/stomper/{kept[2].run}/head",
        "refs/stomper/never/head",
    ]
    for ref in refs + lost:
        repo.git("update-ref", ref, "HEAD")
        leaks.allow("ref", ref, reason="of a run that is kept")
    tidy_up(repo.opened(), HistorySettings(), spared=gone[0].run)
    assert gone[0].exists
    stomper.run(repo, "cleanup").check()
    assert sorted(folder.run for folder in runs(repo)) == sorted(folder.run for folder in kept)
    assert sorted(repo.refs("refs/stomper")) == sorted(refs)


@pytest.mark.thorough
def test_runs_are_not_kept_for_ever_however_young(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1)
    stomper.run(repo, "fix", "-q", "--dry-run").check()
    made = [old_run(repo, number, FINISHED).run for number in range(100, 125)]
    days = [old_run(repo, number, FINISHED, age=3 * DAY).run for number in range(130, 133)]
    stomper.run(repo, "cleanup").check()
    real = last_real(repo).run
    everything = [*made, *days, real]
    assert [folder.run for folder in runs(repo)] == everything[-20:]
    repo.write("stomper.toml", "[history]\nkeep_days = 2\n")
    stomper.run(repo, "cleanup").check()
    assert [folder.run for folder in runs(repo)] == [*everything[-20:-4], real]
    stomper.run(repo, "cleanup", env={"STOMPER_KEEP_RUNS": "3"}).check()
    assert [folder.run for folder in runs(repo)] == [*made[-2:], real]
    repo.write("stomper.toml", "[history]\nkeep_runs = 0\n")
    assert "history.keep_runs" in stomper.run(repo, "cleanup").check(2).err


@pytest.mark.thorough
def test_all_runs_are_forgotten_if_that_is_asked_for(repo: GitRepo, stomper: Stomper) -> None:
    """What nobody else has can still be found: its commit is named."""
    findings_repo(repo, 2)
    stomper.run(repo, "fix", "-q").check()
    result, run = repo.head, last_real(repo).run
    stomper.run(repo, "undo").check()
    assert stomper.run(repo, "cleanup").check().out == "nothing to clean up\n"
    said = stomper.run(repo, "cleanup", "--all").check().out
    ref = f"refs/stomper/{run}/undone"
    lines = [f"removed ref {ref}", f"removed run {run}", f"{ref} was at {result[:12]}: git branch NAME {result[:12]}"]
    assert said.splitlines()[:3] == lines
    assert said.splitlines()[3:] == ["emptied the cache: 2 outcomes"]
    assert (runs(repo), repo.refs("refs/stomper")) == ([], {})
    stomper.run(repo, "redo").check(2)
    assert stomper.run(repo, "cleanup", "--all").check().out == "nothing to clean up\n"


def test_a_folder_without_a_header_is_no_run(repo: GitRepo, stomper: Stomper) -> None:
    """A run that was killed before it was one."""
    findings_repo(repo, 1)
    empty = repo.git_dir / "stomper" / "runs" / "20200101-000000-aaaa"
    make_folder(empty / "logs")
    stomper.run(repo, "status").check()
    stomper.run(repo, "cleanup").check()
    assert not empty.exists()
