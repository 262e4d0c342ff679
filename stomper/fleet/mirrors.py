"""The cache of mirrors: bare repositories of this user, one at a time used by one process, within a size."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.file_locks import take, try_to_take
from stomper.disk.private_files import make_folder, open_private
from stomper.disk.remove_trees import delete_what_goes
from stomper.disk.use import last_use, size_of
from stomper.fleet.addresses import fit_name
from stomper.fleet.model import Terms

GIGABYTE = 1e9
LOCK, STORE = "lock", "store.git"


@dataclass(frozen=True, slots=True)
class Mirror:
    """The place of one mirror. Its lock is beside it, so that it can be removed under the lock."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / STORE

    @contextlib.contextmanager
    def held(self, patience: float) -> Iterator[Path]:
        """Hold the mirror, which counts as used now. Raises HeldError where another one does for that many seconds."""
        make_folder(self.folder)
        descriptor = open_private(self.folder / LOCK, os.O_RDWR | os.O_CREAT)
        try:
            take(descriptor, self.folder / LOCK, patience)
            os.utime(self.folder / LOCK)
            yield self.store
        finally:
            os.close(descriptor)


def mirrors_folder(state: Path) -> Path:
    """Say where mirrors are: in the user's cache folder, where several fleets find them, or in the fleet's own."""
    import platformdirs

    with contextlib.suppress(RuntimeError):  # a user without a home
        cache = platformdirs.user_cache_path("stomper-fleet")
        if cache.is_absolute():
            return cache / "mirrors"
    return state / "mirrors"


def mirror_of(folder: Path, address: str, terms: Terms) -> Mirror:
    """Give the mirror of an address; what is fetched in another way is in another one."""
    way = f"{address}\0{terms.depth or ''}\0{'partial' if terms.partial else ''}"
    name = fit_name(address.rstrip("/").removesuffix(".git").rpartition("/")[2])
    return Mirror(folder / f"{name[:40]}-{hashlib.sha256(way.encode()).hexdigest()[:16]}")


def trim(folder: Path, gigabytes: float) -> list[str]:
    """Remove the mirrors that were not used for longest, until the others have their place. Returns their names."""
    mirrors = sorted(_all(folder), key=lambda mirror: last_use(mirror.folder / LOCK), reverse=True)
    room, gone = gigabytes * GIGABYTE, []
    for mirror in mirrors:
        room -= size_of(mirror.folder)
        if room < 0 and remove(mirror):
            gone.append(mirror.folder.name)
    return gone


def remove(mirror: Mirror) -> bool:
    """Remove a mirror, unless somebody uses it."""
    descriptor = open_private(mirror.folder / LOCK, os.O_RDWR | os.O_CREAT)
    try:
        if not try_to_take(descriptor):
            return False
        delete_what_goes(mirror.folder)
        return True
    finally:
        os.close(descriptor)


def _all(folder: Path) -> list[Mirror]:
    if not folder.is_dir():
        return []
    return [Mirror(place) for place in folder.iterdir() if place.is_dir() and not place.is_symlink()]
