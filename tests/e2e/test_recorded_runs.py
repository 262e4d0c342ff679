"""Runs that an earlier version recorded (`scripts/record_runs.py`) are shown, resumed and undone by this one."""

import json
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.kit.cli import ROOT, Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import last_run, report_of_any, states
from tests.kit.wait import eventually

RECORDED = ROOT / "tests" / "data" / "recorded"
Facts = dict[str, Any]


@dataclass(frozen=True)
class Recorded:
    """An unpacked recording: the repository, its state before the run, and the state that the run led to."""

    repo: GitRepo
    before: Facts
    after: Facts

    @property
    def now(self) -> Facts:
        files = {path: content.decode() for path, (_, content) in self.repo.checkout_state().files.items()}
        log = [list(entry) for entry in self.repo.log()]
        return {"tree": self.repo.tree(), "log": log, "status": self.repo.status(), "files": files}


Unpack = Callable[[str], Recorded]


@pytest.fixture
def unpack(tmp_path: Path, hermetic: Hermetic, leaks: Leaks) -> Unpack:
    """Unpacks a recording by name, the key of its user included."""

    def make(name: str) -> Recorded:
        with tarfile.open(RECORDED / f"{name}.tar.xz") as tar:
            tar.extractall(tmp_path, filter="tar")
        (tmp_path / "state" / "stomper").replace(hermetic.root / "state" / "stomper")
        expected = json.loads((tmp_path / "expected.json").read_text())
        return Recorded(leaks.watch(GitRepo(tmp_path / "repo")), expected["before"], expected["after"])

    return make


@pytest.fixture
def finished(unpack: Unpack) -> Recorded:
    return unpack("finished")


@pytest.fixture
def killed(unpack: Unpack) -> Recorded:
    return unpack("killed")


@pytest.fixture
def uncommitted(unpack: Unpack) -> Recorded:
    return unpack("uncommitted")


def test_a_finished_run_is_shown_and_undone_and_redone(finished: Recorded, stomper: Stomper, leaks: Leaks) -> None:
    leaks.allow("ref", "refs/stomper/*/undone", reason="`redo` needs it")
    shown = stomper.run(finished.repo, "status").check().out
    assert last_run(finished.repo).run in shown
    assert "finished, exit code 1  4 of 4 files done" in shown
    assert finished.now == finished.after
    stomper.run(finished.repo, "undo").check()
    assert finished.now == finished.before
    stomper.run(finished.repo, "redo").check()
    assert finished.now == finished.after


def test_a_killed_run_is_shown_and_resumed_to_its_own_end(killed: Recorded, stomper: Stomper, leaks: Leaks) -> None:
    """It has outcomes with steps and suppressions, and its plan does not say which codes a fixer may touch."""
    shown = stomper.run(killed.repo, "status").check().out
    assert "killed  2 of 4 files done, 2 waiting to be delivered, for main  -> stomper resume" in shown
    assert killed.now == killed.before
    stomper.run(killed.repo, "resume").check()
    assert killed.now == killed.after
    assert states(killed.repo) == {"a.py": "suppressed", "b.py": "fixed", "lib/c.py": "suppressed", "lib/d.py": "fixed"}
    eventually(lambda: not leaks.find(), "nothing left behind")
    stomper.run(killed.repo, "undo").check()
    assert killed.now == killed.before
    leaks.allow("ref", "refs/stomper/*/undone", reason="`redo` needs it")


def test_a_killed_run_is_resumed_on_a_head_that_has_moved(killed: Recorded, stomper: Stomper) -> None:
    mine = "\n\ndef mine() -> int:\n    return 1\n"
    base = killed.repo.commit_file("b.py", killed.before["files"]["b.py"] + mine)
    stomper.run(killed.repo, "resume").check()
    assert killed.repo.content("b.py").decode() == killed.after["files"]["b.py"] + mine
    made = killed.repo.git("log", "--reverse", "--format=%s", f"{base}..HEAD").splitlines()
    assert made == [subject for subject, _ in killed.after["log"][1:]]


def test_a_run_on_uncommitted_files_is_undone_and_redone(uncommitted: Recorded, stomper: Stomper) -> None:
    assert "finished, exit code 0  2 of 2 files done" in stomper.run(uncommitted.repo, "status").check().out
    assert report_of_any(uncommitted.repo)["exit_code"] == 0
    stomper.run(uncommitted.repo, "undo").check()
    assert uncommitted.now == uncommitted.before
    stomper.run(uncommitted.repo, "redo").check()
    assert uncommitted.now == uncommitted.after
