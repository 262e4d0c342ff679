"""The folder of kept outcomes: in the git directory, a private file for each, the least used taken out first.

Whoever writes holds the lock of a run, so that there is one writer at a time for all worktrees of a repository. Readers
need no lock: an entry appears whole, under a name that stands for what is in it, and one that is not whole fails its
seal. Nothing waits for the disk: a cache that a power cut takes away costs time only.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.atomic_write import write_atomically
from stomper.disk.private_files import ForeignError, make_folder, open_private, why_foreign
from stomper.disk.remove_trees import delete_what_goes
from stomper.process.crash import crash_point

NAME = "cache"
ENTRY = re.compile(r"[0-9a-f]{40}-(file|tree)-[0-9a-f]{40}")
TEMPORARY = re.compile(r"\.[0-9a-f]{30}\.[0-9]+-[0-9a-f]+\.tmp")
MOST_BYTES = 16 * 2**20  # of one entry
KEPT_PART = 0.8  # of the limit, once it is reached: taking out one entry for each that comes would look at all of them


@dataclass(frozen=True, slots=True)
class Filling:
    """The number of outcomes that are kept, and their bytes."""

    entries: int = 0
    size: int = 0


class Store:
    """The kept outcomes below a repository's state folder, at most `limit` bytes."""

    def __init__(self, state: Path, limit: int) -> None:
        self.path, self.limit = state / NAME, limit

    def open(self) -> None:
        """Have the folder. Raises ForeignError if something else lies there, OSError where it cannot be made."""
        make_folder(self.path)

    def starts(self) -> frozenset[str]:
        """Give the beginnings of all names, up to the ground: what is not among them need not be asked for."""
        return frozenset(entry.name.rpartition("-")[0] for entry, _ in self._entries())

    def read(self, name: str) -> bytes | None:
        """Give an entry and note its use; None if there is none that this user has written."""
        try:
            descriptor = open_private(self.path / name, os.O_RDONLY)
        except (OSError, ForeignError):
            return None
        with os.fdopen(descriptor, "rb") as file, contextlib.suppress(OSError):
            data = file.read(MOST_BYTES + 1)
            os.utime(file.fileno())
            return data if len(data) <= MOST_BYTES else None
        return None

    def write(self, name: str, data: bytes) -> None:
        """Keep an entry. Raises OSError if that cannot be done."""
        if 0 < len(data) <= min(MOST_BYTES, self.limit):
            place = self.path / name
            crash_point("cache-torn", lambda: place.write_bytes(data[: len(data) // 2]))
            write_atomically(place, data, durable=False, private=True)

    def trim(self) -> None:
        """Take out the least used until the limit holds, and what a write that was killed has left."""
        found = sorted((info.st_mtime_ns, entry.name, _size(info)) for entry, info in self._entries())
        total = sum(size for _, _, size in found)
        goal = self.limit * KEPT_PART if total > self.limit else total
        for _, name, size in found:
            if total <= goal and not TEMPORARY.fullmatch(name):
                continue
            with contextlib.suppress(OSError):
                (self.path / name).unlink()
                total -= size

    def filling(self) -> Filling:
        """Count what is kept."""
        sizes = [_size(info) for _, info in self._entries()]
        return Filling(len(sizes), sum(sizes))

    def clear(self) -> Filling:
        """Forget all of it. Returns what there was. Raises ForeignError if the folder is not this user's."""
        if not os.path.lexists(self.path):
            return Filling()
        if why := why_foreign(self.path):
            raise ForeignError(f"{self.path} is not yours: {why}", "Nothing in it was changed.")
        filling = self.filling()
        delete_what_goes(self.path)
        return filling

    def _entries(self) -> Iterator[tuple[os.DirEntry[str], os.stat_result]]:
        with contextlib.suppress(OSError), os.scandir(self.path) as entries:
            for entry in entries:
                if ENTRY.fullmatch(entry.name) or TEMPORARY.fullmatch(entry.name):
                    with contextlib.suppress(FileNotFoundError):
                        yield entry, entry.stat(follow_symlinks=False)


def _size(info: os.stat_result) -> int:
    """The bytes that a file takes on the disk, or has: some file systems do not say the first."""
    return max(info.st_size, info.st_blocks * 512)
