"""Temporary folders that tell whether somebody still uses them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stomper.disk.held_folders import held_folder, remove_abandoned

PREFIX = "stomper-held-"
HOLDS = """
import sys, time, pathlib
from stomper.disk.held_folders import held_folder
with held_folder("stomper-held-", pathlib.Path(sys.argv[1])) as folder:
    (folder / "file").touch()
    print(folder, flush=True)
    time.sleep(600)
"""


def test_it_is_there_for_its_time(tmp_path: Path) -> None:
    with held_folder(PREFIX, tmp_path) as folder:
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o777 == 0o700
        remove_abandoned(PREFIX, tmp_path)
        with held_folder(PREFIX, tmp_path) as other:
            assert folder.is_dir()
            assert other != folder
    assert list(tmp_path.iterdir()) == []


def test_one_that_a_killed_process_left_goes_when_the_next_is_made(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        folder = Path(os.fsdecode(child.stdout.readline()).strip())
        remove_abandoned(PREFIX, tmp_path)
        assert (folder / "file").exists()
        child.send_signal(signal.SIGKILL)
    assert folder.is_dir()
    with held_folder(PREFIX, tmp_path):
        assert not folder.exists()


@pytest.mark.parametrize("kind", ["a link", "a file", "for everybody", "another name"])
def test_what_it_would_not_have_made_stays(tmp_path: Path, kind: str) -> None:
    target, place = tmp_path / "target", tmp_path / f"{PREFIX}x"
    target.mkdir(mode=0o700)
    (target / "kept").touch()
    match kind:
        case "a link":
            place.symlink_to(target)
        case "a file":
            place.touch()
        case "for everybody":
            place.mkdir()
            place.chmod(0o777)
        case _:
            place = tmp_path / "other-held-x"
            place.mkdir(mode=0o700)
    remove_abandoned(PREFIX, tmp_path)
    assert os.path.lexists(place)
    assert (target / "kept").exists()
