"""A patch that is in the folder of a run, and not in memory: a run has thousands."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from stomper.disk.atomic_write import write_atomically
from stomper.disk.private_files import open_private
from stomper.disk.validate import PATCH, UnsoundError
from stomper.errors import StomperError
from stomper.models import Blob, Changed, Outcome, Patch


class StoredPatch(Patch):
    """A patch whose `data` is read from the disk each time, and proved to be what was there when this was made."""

    __slots__ = ("_digest", "_folder", "_name")
    _digest: bytes
    _folder: Path
    _name: str

    def __init__(self, folder: Path, name: str, data: bytes, blobs: tuple[Blob, ...]) -> None:
        for key, value in (("_folder", folder), ("_name", name), ("_digest", _digest(data)), ("blobs", blobs)):
            object.__setattr__(self, key, value)

    @property
    def place(self) -> Path:
        """The file."""
        return self._folder / self._name

    @property
    def data(self) -> bytes:
        """Read the bytes. Raises StomperError if they are gone, or others by now."""
        place = self.place
        try:
            data = _read(place)
        except OSError as error:
            raise StomperError(f"the patch {place} cannot be read: {error.strerror}") from error
        if _digest(data) != self._digest:
            raise StomperError(f"the patch {place} was changed while the run was at work", "Nothing of it is used.")
        return data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Patch) and (self.data, self.blobs) == (other.data, other.blobs)

    def __hash__(self) -> int:
        return hash(self.blobs)


def in_memory(outcome: Outcome) -> Outcome:
    """The outcome with its patches in memory, for who is about to write them anew."""
    if not isinstance(outcome, Changed):
        return outcome
    steps = tuple(replace(step, patch=Patch(step.patch.data, step.patch.blobs)) for step in outcome.steps)
    return replace(outcome, patch=Patch(outcome.patch.data, outcome.patch.blobs), steps=steps)


def store_patch(folder: Path, name: str, patch: Patch) -> StoredPatch:
    """Write a patch to a file in a folder; it is on the disk when this returns."""
    data = patch.data
    write_atomically(folder / name, data, private=True)
    return StoredPatch(folder, name, data, patch.blobs)


def find_patch(folder: Path, name: str, blobs: tuple[Blob, ...]) -> StoredPatch:
    """The patch in a folder by its name, which is never a path. Raises UnsoundError for that, OSError, ForeignError."""
    if not PATCH.fullmatch(name):
        raise UnsoundError(f"{name!r:.200} is no patch of the run")
    return StoredPatch(folder, name, _read(folder / name), blobs)


def _read(place: Path) -> bytes:
    with os.fdopen(open_private(place, os.O_RDONLY), "rb") as file:
        return file.read()


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
