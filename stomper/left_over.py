"""What a killed look at a checkout kept of the user's files: set aside before its folder goes."""

import contextlib
import os
import shutil
import stat
import time
from pathlib import Path

import psutil

from stomper.git.repository import Repository
from stomper.worktree import delete_folder

CHECK_PREFIX = "check-"
KEPT = "kept"
FILES = "files"
PLACE = "of"
BESIDE = "set-aside"


def note_place(kept: Path, top: Path) -> None:
    """Write down of which checkout the files below `kept` are."""
    (kept / PLACE).write_bytes(os.fsencode(top))


def place_beside(state: Path, number: int) -> Path:
    """Where to keep what was there before a look, for the process `number`."""
    return state / BESIDE / f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{number}"


def clear_checks(folder: Path, repository: Repository) -> None:
    """Remove what killed looks left in `folder`. What they had kept of files that are not so any more is set aside.

    What was kept of another checkout that is still there waits for its own clean-up.
    """
    for place in folder.glob(f"{CHECK_PREFIX}*"):
        pid = place.name.removeprefix(CHECK_PREFIX).partition("-")[0]
        if not pid.isdigit() or psutil.pid_exists(int(pid)):
            continue
        top = _noted(place / KEPT)
        if top == repository.top:
            _set_aside(place / KEPT / FILES, top, place_beside(repository.state, int(pid)) / FILES)
        if top is None or top == repository.top or not top.exists():
            delete_folder(place)


def _noted(kept: Path) -> Path | None:
    with contextlib.suppress(OSError):
        return Path(os.fsdecode((kept / PLACE).read_bytes()))
    return None


def _set_aside(kept: Path, top: Path, beside: Path) -> None:
    for folder, _, names in os.walk(kept):
        for name in names:
            file = Path(folder) / name
            path = file.relative_to(kept)
            if not _is_same(file, top / path):
                (beside / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, beside / path, follow_symlinks=False)


def _is_same(one: Path, other: Path) -> bool:
    try:
        if one.is_symlink() or other.is_symlink():
            return one.readlink() == other.readlink()
        return stat.S_ISREG(other.lstat().st_mode) and one.read_bytes() == other.read_bytes()
    except OSError:
        return False
