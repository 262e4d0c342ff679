"""The folder that the one-file binary unpacks itself to: claimed, and removed once its owners are dead."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from stomper import process
from stomper.process.unpacked import OWNERS
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer, fixer_table
from tests.kit.hermetic import Hermetic
from tests.kit.leaks import of_test
from tests.kit.repo import GitRepo
from tests.kit.samples import findings_repo
from tests.kit.wait import eventually

pytestmark = pytest.mark.crew


def a_dead_process() -> dict[str, float]:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    born = psutil.Process(ended.pid).create_time()
    ended.wait()
    return {str(ended.pid): born}


@contextlib.contextmanager
def a_zombie() -> Iterator[dict[str, float]]:
    """Dead, and its parent has not noticed yet."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        process = psutil.Process(ended.pid)
        born = process.create_time()
        eventually(lambda: process.status() == psutil.STATUS_ZOMBIE, "its end")
        yield {str(ended.pid): born}


def this_process(off_by: float = 0.0) -> dict[str, float]:
    return {str(os.getpid()): psutil.Process().create_time() + off_by}


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the binary that this process pretends to be."""
    folder = tmp_path / "_MEImine"
    folder.mkdir()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(folder), raising=False)
    return folder


def beside(mine: Path, note: object, name: str = "_MEIother") -> Path:
    """Another such folder, with a note of its owners."""
    folder = mine.with_name(name)
    folder.mkdir()
    (folder / OWNERS).write_text(note if isinstance(note, str) else json.dumps(note))
    (folder / "ruff").write_text("a file")
    return folder


def test_the_note_names_this_process(mine: Path) -> None:
    process.claim_unpacked()
    assert json.loads((mine / OWNERS).read_text()).items() >= this_process().items()


@pytest.mark.parametrize(
    "owners", [a_dead_process, lambda: this_process(off_by=-5)], ids=["dead", "its number is in use again"]
)
def test_a_folder_whose_owners_are_dead_is_removed(mine: Path, owners: Callable[[], dict[str, float]]) -> None:
    other = beside(mine, owners())
    process.claim_unpacked()
    assert not other.exists()
    assert mine.exists()


def test_a_dead_owner_that_nobody_has_noticed_is_dead(mine: Path) -> None:
    with a_zombie() as owners:
        other = beside(mine, owners)
        process.claim_unpacked()
        assert not other.exists()


@pytest.mark.parametrize(
    "note",
    ["", "{", "{}", "[1]", '{"x": 1}', "3"],
    ids=["empty", "half", "nobody", "a list", "no number", "no table"],
)
def test_a_folder_of_which_nothing_is_known_stays(mine: Path, note: str) -> None:
    other = beside(mine, note)
    process.claim_unpacked()
    assert (other / "ruff").exists()


def test_a_folder_with_a_living_owner_stays(mine: Path) -> None:
    other = beside(mine, {**a_dead_process(), **this_process()})
    process.claim_unpacked()
    assert (other / "ruff").exists()


def test_other_names_and_links_stay(mine: Path) -> None:
    other = beside(mine, a_dead_process(), "theirs")
    link = mine.with_name("_MEIlink")
    link.symlink_to(other)
    process.claim_unpacked()
    assert link.is_symlink()
    assert (other / "ruff").exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_another_users_folder_stays(mine: Path) -> None:
    other = beside(mine, a_dead_process())
    os.chown(other / OWNERS, 12345, -1)
    process.claim_unpacked()
    assert (other / "ruff").exists()


def test_the_package_removes_nothing(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", False)
    other = beside(mine, a_dead_process())
    process.claim_unpacked()
    assert (other / "ruff").exists()
    assert not (mine / OWNERS).exists()


@pytest.mark.binary
def test_the_next_start_removes_what_a_kill_of_all_left(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path
) -> None:
    """Loader, program and guardian die at once: nobody of the run is left to remove the folder."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    table = '[tool.stomper]\nfixers = ["hang"]\n'
    findings_repo(repo, 1, pyproject=table + fixer_table("hang", fake_fixer("--hang"), 60))
    env = {"TMPDIR": str(temporary)}
    running = stomper.start(repo, "fix", "-q", "-j", "1", env=env)
    eventually(lambda: any("fixer.py" in " ".join(p.cmdline()) for p in of_test(hermetic)), "the fixer")
    while living := list(of_test(hermetic)):
        for found in living:
            found.send_signal(signal.SIGSTOP)  # so that none of them sees another one die
        for found in living:
            found.kill()
        psutil.wait_procs(living, timeout=1)
    running.result()
    assert list(temporary.glob("_MEI*"))
    stomper.run(repo, "cleanup", env=env).check()
    assert not list(temporary.glob("_MEI*"))
