"""The made environments on disk: this user's, each made by one process at a time, kept within a size.

They cannot be made aside and renamed: an environment of Python knows its own path. Its record is written last instead,
and a folder without one counts for nothing.
"""

import contextlib
import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.file_locks import held, is_taken, try_to_take
from stomper.disk.private_files import make_folder, open_private, why_not_private
from stomper.disk.remove_trees import delete_folder, delete_what_goes
from stomper.disk.use import last_use, size_of
from stomper.errors import ConfigError
from stomper.project.made_environment import Made, read_made

LOCK, LOG = "lock", "log.txt"
MOST_BYTES = 20e9
MOST_DAYS = 30.0
DAY = 24 * 3600.0
PATIENCE = 3600.0  # seconds for one that another process makes just now
TICK = 0.05

_held = list[int]()
"""Locks of environments that this process uses: they are let go of when it ends, however it does."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of one environment. Its lock is in it: one that is used or made now is not removed."""

    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / LOG

    def made(self) -> Made | None:
        return read_made(self.folder)

    @contextlib.contextmanager
    def alone(self) -> Iterator[bool]:
        """Hold it for making: True. False if another process has made it, which may use it for long yet.

        Raises HeldError where another process neither makes it nor lets go of it.
        """
        make_folder(self.folder.parent)
        make_folder(self.folder)
        descriptor = open_private(self.folder / LOCK, os.O_RDWR | os.O_CREAT)
        try:
            yield self._wait(descriptor) and self.made() is None
        finally:
            os.close(descriptor)

    def _wait(self, descriptor: int) -> bool:
        """Wait until nobody else holds it, or it is made; say whether it is held by this process now."""
        until = time.monotonic() + PATIENCE
        while not try_to_take(descriptor):
            if self.made() is not None:
                return False
            if time.monotonic() > until:
                raise held(descriptor, self.folder / LOCK)
            time.sleep(TICK)
        return True

    def use(self) -> Made | None:
        """The environment, which is held until this process ends and counts as used now; None if it is not made."""
        if self.made() is None:
            return None
        descriptor = open_private(self.folder / LOCK, os.O_RDWR | os.O_CREAT)
        is_taken(descriptor)  # shared from here on, if nobody makes it anew
        if (made := self.made()) is None:
            os.close(descriptor)
            return None
        os.utime(self.folder / LOCK)
        _held.append(descriptor)
        return made

    def clear(self) -> None:
        """Remove what an earlier try left, but for its lock. Raises OSError."""
        for place in self.folder.iterdir():
            if place.name != LOCK:
                delete_folder(place)

    def remove(self) -> bool:
        """Remove it, unless somebody makes or uses it."""
        try:
            descriptor = open_private(self.folder / LOCK, os.O_RDWR | os.O_CREAT)
        except OSError:
            return False
        try:
            if not try_to_take(descriptor):
                return False
            delete_what_goes(self.folder)
            return True
        finally:
            os.close(descriptor)


def environments_folder() -> Path:
    """Say where made environments are. Raises ConfigError if this user has no folder for a cache."""
    import platformdirs

    with contextlib.suppress(RuntimeError):  # a user without a home
        cache = platformdirs.user_cache_path("stomper-environments")
        if cache.is_absolute():
            return cache.resolve()
    raise ConfigError("there is no folder to make environments in", "Name one: XDG_CACHE_HOME in the environment.")


def owner_of(common: Path) -> str:
    """What the places of one repository begin with: its name, and a hash of where it is."""
    top = common.parent if common.name == ".git" else common
    name = re.sub(r"[^A-Za-z0-9_-]", "-", top.name)[:40] or "project"
    return f"{name}-{hashlib.sha256(os.fsencode(common)).hexdigest()[:12]}"


def place_for(common: Path, words: Iterable[str]) -> Place:
    """The place of the environment that is made by all of these words."""
    whole = hashlib.sha256()
    for word in words:
        content = word.encode("utf-8", "surrogateescape")
        whole.update(len(content).to_bytes(8, "big") + content)
    return Place(environments_folder() / f"{owner_of(common)}-{whole.hexdigest()[:16]}")


def places(common: Path | None = None) -> list[Place]:
    """All places of a repository, or of this user, those used last first."""
    try:
        folder = environments_folder()
    except ConfigError:
        return []
    if not folder.is_dir() or why_not_private(folder):
        return []
    begin = f"{owner_of(common)}-" if common is not None else ""
    inner = [place for place in folder.iterdir() if place.name.startswith(begin)]
    found = [Place(place) for place in inner if place.is_dir() and not place.is_symlink()]
    return sorted(found, key=lambda place: last_use(place.folder / LOCK), reverse=True)


def trim(bytes_kept: float = MOST_BYTES, days: float = MOST_DAYS) -> list[str]:
    """Remove what was not used for so many days, and then what was not used for longest, until the rest has its room.

    Returns the names of what is gone.
    """
    gone, oldest = [], time.time() - days * DAY
    for place in places():
        bytes_kept -= size_of(place.folder)
        if (bytes_kept < 0 or last_use(place.folder / LOCK) < oldest) and place.remove():
            gone.append(place.folder.name)
    return gone


def clean_up(common: Path, everything: bool) -> list[str]:
    """Remove what a killed set-up left of a repository's environments, or all of them; and of all, what is too much.

    What is used or made now stays. Returns the names of what is gone.
    """
    gone = [p.folder.name for p in places(common) if (everything or p.made() is None) and p.remove()]
    return [*gone, *trim()]
