"""Reads and removes in a tree that others write to: only regular files, up to a limit, through no link of theirs.

A pipe that is opened waits for ever, a device may do something, and a file that grows has no end: whatever lies there
is looked at before it is opened.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

MOST_BYTES = 2**30
KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symbolic link",
}
# A pipe without a writer is opened at once, and a terminal does not become ours.
READING = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
# Of a folder that is missing, is a file, or is a link.
NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class NotAFileError(OSError):
    """The thing at a path is no regular file, or larger than any that is read: a pipe, a device, a folder."""


def kind_of(mode: int) -> str:
    """Say what a mode of the system is one of; '' for a regular file."""
    return "" if stat.S_ISREG(mode) else KINDS.get(stat.S_IFMT(mode), "something that is no file")


def read_regular(path: Path, limit: int = MOST_BYTES) -> bytes:
    """Give the content of a regular file; links are followed.

    Raises OSError. For what is no file that is a NotAFileError, raised before anything is opened; so is the one for
    a file of more than `limit` bytes.
    """
    with open_regular(path) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise _too_large(path, limit)
    return content


@contextlib.contextmanager
def open_regular(path: Path) -> Iterator[BinaryIO]:
    """Open a regular file for reading; links are followed. Raises OSError, before anything is opened, for all else."""
    _require_regular(os.stat(path), path)  # noqa: PTH116  # as below, if there is a descriptor
    descriptor = os.open(path, READING)
    with os.fdopen(descriptor, "rb") as file:
        _require_regular(os.fstat(descriptor), path)
        yield file


def read_regular_text(path: Path, encoding: str = "utf-8", errors: str = "strict", limit: int = MOST_BYTES) -> str:
    """Give the text of a regular file, each line end as one.

    Raises what `read_regular` does, and UnicodeDecodeError.
    """
    text = read_regular(path, limit).decode(encoding, errors)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _too_large(path: Path | str, limit: int) -> NotAFileError:
    return NotAFileError(errno.EFBIG, f"is larger than {limit} bytes", str(path))


def _require_regular(info: os.stat_result, path: Path | str) -> None:
    if kind := kind_of(info.st_mode):
        raise NotAFileError(errno.EINVAL, f"is {kind}, not a regular file", str(path))


@contextlib.contextmanager
def folder_below(root: Path, parts: Sequence[str], make: bool = False) -> Iterator[int]:
    """Give a descriptor of a folder below `root`, reached through no link; closed at the end.

    With `make` folders that are missing are made, and what lies in the place of one is removed. Raises OSError.
    """
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts:
            inner = _enter(folder, part, make)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def _enter(folder: int, name: str, make: bool) -> int:
    try:
        return os.open(name, FOLDER, dir_fd=folder)
    except OSError as error:
        if not make or error.errno not in NOT_THERE:
            raise
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
    os.mkdir(name, dir_fd=folder)
    return os.open(name, FOLDER, dir_fd=folder)


def read_below(root: Path, path: str, limit: int = MOST_BYTES) -> bytes:
    """Give the content of a regular file below `root`; neither it nor a folder on the way may be a link.

    Raises OSError: where something on the way is a link, if it is no file, or is larger than `limit`.
    """
    with open_below(root, path) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise _too_large(path, limit)
    return content


@contextlib.contextmanager
def open_below(root: Path, path: str) -> Iterator[BinaryIO]:
    """Open a regular file below `root` for reading, reached through no link. Raises OSError for all else."""
    *parts, name = path.split("/")
    with folder_below(root, parts) as folder:
        _require_regular(os.stat(name, dir_fd=folder, follow_symlinks=False), path)
        descriptor = os.open(name, READING | os.O_NOFOLLOW, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        _require_regular(os.fstat(descriptor), path)
        yield file


def copy_below(root: Path, path: str, copy: Path, limit: int = MOST_BYTES) -> int:
    """Copy a regular file below `root` to a new file. Returns its size; raises what `read_below` does."""
    size = 0
    with open_below(root, path) as file, copy.open("xb") as target:
        while part := file.read(2**20):
            size += len(part)
            if size > limit:
                raise _too_large(path, limit)
            target.write(part)
    return size


def remove_below(root: Path, path: str) -> None:
    """Remove a file or a link below `root`, reached through no link. What is not there, or a folder, stays as it is."""
    *parts, name = path.split("/")
    try:
        with folder_below(root, parts) as folder:
            if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                os.unlink(name, dir_fd=folder)
    except OSError as error:
        if error.errno not in NOT_THERE:
            raise
