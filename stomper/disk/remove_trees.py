"""Removes trees that programs of others have written: of any depth, and also if these have closed folders in them.

The only place that does. The library removes a tree by recursion, or with a descriptor open for each folder above,
and so to its own limit or the system's; and it stops at a folder that may not be read.
"""

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from stomper.disk.private_files import OTHERS
from stomper.disk.regular_files import FOLDER, folder_below

AT_ONCE = 16  # folders that files are removed from


def delete_folder(folder: Path) -> None:
    """Delete a folder with all that is in it, if it is there; of a link or a file, only that. Raises OSError."""
    if not os.path.lexists(folder):
        return
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink()
        return
    with contextlib.suppress(OSError, RecursionError):
        shutil.rmtree(folder)
        return
    if not folder.parent.stat().st_mode & OTHERS:  # never a folder for everybody
        folder.parent.chmod(stat.S_IRWXU)
    with folder_below(folder.parent, ()) as above:
        _remove_flattened(above, folder.name)


def delete_large_folder(folder: Path) -> None:
    """Do the same for a folder with very many files. Raises OSError.

    Some disks take milliseconds to free the blocks of a file, whatever its size, but do many at the same time.
    """
    with contextlib.suppress(OSError):
        _thin_out(folder)
    delete_folder(folder)


def _thin_out(top: Path) -> None:
    """Remove the files of all folders, many folders at once; whatever does not go stays for who comes after."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(AT_ONCE) as threads:
        pending: list[tuple[str, ...]] = [()]
        while pending:
            parts = pending.pop()
            files, folders = _listed(top, parts)
            pending += [(*parts, name) for name in folders]
            if files:
                threads.submit(_unlink_all, top, parts, files)


def _listed(top: Path, parts: Sequence[str]) -> tuple[list[str], list[str]]:
    """List the files and the folders in a folder, which is reached through no link; nothing if it cannot be."""
    try:
        with folder_below(top, parts) as folder, os.scandir(folder) as found:
            items = [(item.name, item.is_dir(follow_symlinks=False)) for item in found]
    except OSError:
        return [], []
    return [name for name, is_folder in items if not is_folder], [name for name, is_folder in items if is_folder]


def _unlink_all(top: Path, parts: Sequence[str], names: Sequence[str]) -> None:
    with contextlib.suppress(OSError), folder_below(top, parts) as folder:
        for name in names:
            os.unlink(name, dir_fd=folder)


def delete_what_goes(folder: Path) -> None:
    """Delete a folder as far as that is possible, for a place that is cleaned up once more, or is in nobody's way."""
    try:
        delete_folder(folder)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)


def clear_in(folder: int, name: str) -> None:
    """Remove whatever has a name in an open folder; of a link the link. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            os.unlink(name, dir_fd=folder)
            return
        with contextlib.suppress(OSError, RecursionError):
            shutil.rmtree(name, dir_fd=folder)
            return
        _remove_flattened(folder, name)


@contextlib.contextmanager
def temporary_folder(prefix: str, within: Path | None = None) -> Iterator[Path]:
    """A new folder for this user alone, gone again afterwards; `within` another one, or among the temporary files."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=within))
    try:
        yield folder
    finally:
        delete_folder(folder)


def _remove_flattened(folder: int, name: str) -> None:
    try:
        _flatten(folder, name)
        shutil.rmtree(name, dir_fd=folder)
    except FileNotFoundError:
        if name in os.listdir(folder):  # else whoever lives in there has removed it too
            raise


def _flatten(folder: int, name: str) -> None:
    """Make a tree two folders deep, in which no folder is lost or closed. Each is reached through no link."""
    top = _open(folder, name)
    try:
        pending = _inner_folders(top)
        while pending:
            inner = _open(top, pending.pop())
            try:
                for deeper in _inner_folders(inner):
                    pending.append(os.urandom(16).hex())
                    _open_up(inner, deeper)  # its own `..` is written
                    os.rename(deeper, pending[-1], src_dir_fd=inner, dst_dir_fd=top)
            finally:
                os.close(inner)
    finally:
        os.close(top)


def _open(folder: int, name: str) -> int:
    _open_up(folder, name)
    return os.open(name, FOLDER, dir_fd=folder)


def _open_up(folder: int, name: str) -> None:
    """Give this user back all permissions on a folder in an open one."""
    mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    if stat.S_ISDIR(mode) and mode & stat.S_IRWXU != stat.S_IRWXU:
        os.chmod(name, stat.S_IRWXU, dir_fd=folder)


def _inner_folders(folder: int) -> list[str]:
    with os.scandir(folder) as found:
        return [item.name for item in found if item.is_dir(follow_symlinks=False)]
