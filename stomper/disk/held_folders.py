"""Temporary folders that tell whether somebody still uses them: whoever made one holds a lock on it (flock(2)).

A kill lets go of the lock and not of the folder. The next one who looks removes what nobody holds.
"""

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stomper.disk.private_files import why_not_private
from stomper.disk.regular_files import FOLDER
from stomper.disk.remove_trees import delete_folder, delete_what_goes


@contextlib.contextmanager
def held_folder(prefix: str, within: Path | None = None) -> Iterator[Path]:
    """Make a folder for this user alone, `within` another one or among the temporary files; it is gone afterwards.

    Those of the same prefix that a killed process has left there are removed first. Raises OSError.
    """
    place = Path(within or tempfile.gettempdir())
    remove_abandoned(prefix, place)
    folder, descriptor = _make_and_hold(prefix, place)
    try:
        yield folder
    finally:
        try:
            delete_folder(folder)
        finally:
            os.close(descriptor)


def _make_and_hold(prefix: str, place: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        with contextlib.suppress(FileNotFoundError):  # somebody else has found it before it was held
            descriptor = os.open(folder, FOLDER)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if folder.exists():
                return folder, descriptor
            os.close(descriptor)


def remove_abandoned(prefix: str, place: Path) -> None:
    """Remove this user's folders of a prefix that nobody holds."""
    with contextlib.suppress(OSError):
        for folder in [item for item in place.iterdir() if item.name.startswith(prefix)]:
            _remove_if_abandoned(folder)


def _remove_if_abandoned(folder: Path) -> None:
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, FOLDER)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not why_not_private(folder):
                delete_what_goes(folder)
        finally:
            os.close(descriptor)
