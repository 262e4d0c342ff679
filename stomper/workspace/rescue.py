"""Rescue the copies of the user's files that a killed check had made, before its folder is deleted."""

import contextlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from stomper.disk.private_files import ForeignError, make_folder, why_foreign
from stomper.git.repository import Repository
from stomper.workspace.cache_folder import worktrees_folder
from stomper.workspace.run_place import delete_folder

CHECK_PREFIX = "check-"
KEPT = "kept"
FILES = "files"
PLACE = "of"
BESIDE = "set-aside"


def note_place(kept: Path, top: Path) -> None:
    """Write down of which checkout the files below `kept` are."""
    (kept / PLACE).write_bytes(os.fsencode(top))


def place_beside(state: Path, number: int) -> Path:
    """Give the folder for the process `number` in which to keep a checkout's state before a check."""
    return state / BESIDE / f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{number}"


@contextlib.contextmanager
def check_folder(repository: Repository) -> Iterator[Path]:
    """A folder outside of the checkout for one look, of a name that nobody can foresee; gone again on every way out."""
    above = worktrees_folder(repository.top)
    try:
        make_folder(above)
        place = Path(tempfile.mkdtemp(prefix=f"{CHECK_PREFIX}{os.getpid()}-", dir=above))
    except (OSError, ForeignError):
        place = Path(tempfile.mkdtemp(prefix="stomper-check-"))
    try:
        yield place
    finally:
        with contextlib.suppress(OSError):  # a checker can make a copy that nobody may delete
            delete_folder(place)
        if place.parent == above:
            with contextlib.suppress(OSError):
                above.rmdir()


def clear_checks(folder: Path, repository: Repository) -> list[tuple[str, str]]:
    """Remove what killed looks left in `folder`. What they had kept of files that are not so any more is set aside.

    What was kept of another checkout that is still there waits for its own clean-up. Returns what is no folder of this
    user alone, with the reason: that is left as it is.
    """
    strange = []
    for place in folder.glob(f"{CHECK_PREFIX}*"):
        pid = place.name.removeprefix(CHECK_PREFIX).partition("-")[0]
        if not pid.isdigit() or psutil.pid_exists(int(pid)):
            continue
        if why := why_foreign(place):
            strange.append((str(place), why))
            continue
        top = _noted(place / KEPT)
        if top == repository.top:
            _set_aside(place / KEPT / FILES, top, place_beside(repository.state, int(pid)) / FILES)
        if top is None or top == repository.top or not top.exists():
            delete_folder(place)
    return strange


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
                make_folder((beside / path).parent)
                shutil.copy2(file, beside / path, follow_symlinks=False)


def _is_same(one: Path, other: Path) -> bool:
    try:
        if one.is_symlink() or other.is_symlink():
            return one.readlink() == other.readlink()
        return stat.S_ISREG(other.lstat().st_mode) and one.read_bytes() == other.read_bytes()
    except OSError:
        return False
