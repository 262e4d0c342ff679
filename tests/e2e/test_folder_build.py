"""The folder build does what the one file does, and unpacks nothing."""

import shutil
import signal
from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.runs import held_repo
from tests.kit.samples import findings_repo

pytestmark = [pytest.mark.folder, pytest.mark.crew]


@pytest.fixture
def only_git(tmp_path: Path) -> dict[str, str]:
    """Variables with which no other program is found than git."""
    git = shutil.which("git")
    assert git is not None
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(git)
    return {"PATH": str(tmp_path / "bin")}


def test_it_brings_its_own_ruff(repo: GitRepo, stomper: Stomper, only_git: dict[str, str]) -> None:
    findings_repo(repo, 3)
    seen = stomper.run(repo, "doctor", env=only_git)
    assert "shipped with Stomper" in seen.out
    stomper.run(repo, "fix", "-q", "-j", "2", env=only_git).check()
    assert stomper.run(repo, "check", env=only_git).check().code == 0
    assert len(repo.git("log", "--format=%h").split()) == 4


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_an_ended_run_leaves_the_program_whole(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    """The folder is nobody's to remove, and nothing is unpacked beside it."""
    held = held_repo(repo, 3, tmp_path)
    running = stomper.start(repo, "fix", "-j", "2")
    held.wait_for(2)
    assert not list(hermetic.tmp.glob("_MEI*"))
    running.send(number)
    held.release()
    assert running.result().code == code
    stomper.run(repo, "cleanup").check()
    assert (Path(stomper.command[0]).parent / "_internal" / "bin" / "ruff").is_file()
