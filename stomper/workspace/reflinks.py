"""Copies of files that share their bytes on the disk until one of the two is written to (reflinks).

Linux: ioctl_ficlonerange(2) on btrfs, XFS, bcachefs, ZFS. macOS: clonefile(2) on APFS.
"""

import ctypes
import fcntl
import os
import shutil
import stat
import sys
from pathlib import Path

from stomper.workspace.walked import walk

FICLONE = 0x40049409
CLONE_NOFOLLOW = 1


def clone_tree(source: Path, target: Path) -> None:
    """Copy all files, links and folders below `source` to the folder `target`, but git's own, sharing their bytes.

    Raises OSError if the file system cannot share them.
    """
    files, folders = walk(source, ())
    for path in folders:
        (target / path).mkdir(exist_ok=True)
    for path, info in files.items():
        if stat.S_ISLNK(info.st_mode):
            (target / path).symlink_to(os.readlink(source / path))  # noqa: PTH115  # as it stands there
        else:
            clone_file(source / path, target / path)


def clone_file(source: Path, target: Path) -> None:
    """Copy one file, with its mode, to a new place, sharing its bytes. Raises OSError if that is not possible."""
    if sys.platform == "darwin":
        _clonefile(source, target)
        return
    mode = stat.S_IMODE(source.stat().st_mode)
    with source.open("rb") as old:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            fcntl.ioctl(descriptor, FICLONE, old.fileno())
        finally:
            os.close(descriptor)
    shutil.copymode(source, target)


def _clonefile(source: Path, target: Path) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.clonefile(os.fsencode(source), os.fsencode(target), ctypes.c_uint32(CLONE_NOFOLLOW)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(target))
