"""A worktree of two layers: a frozen tree of the base commit below, and above it a folder with what was changed.

How overlayfs notes a change: https://docs.kernel.org/filesystems/overlayfs.html (whiteouts and opaque directories).
"""

import bisect
import contextlib
import os
import stat
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from stomper.disk.marks import Mark, mark_of
from stomper.disk.regular_files import remove_below
from stomper.errors import GitError
from stomper.git.blobs import blob_id
from stomper.models import Blob
from stomper.workspace.contents import Contents, Snapshot, content_of, is_content, write_files
from stomper.workspace.walked import walk

OPAQUE = "user.overlay.opaque"
WHITEOUT = "user.overlay.whiteout"
FROZEN_HINT = "A program writes where it has no business. A sandbox (`tool_sandbox`) keeps it from that."


class Mount(Protocol):
    """The place where the layers are mounted."""

    @property
    def upper(self) -> Path:
        """The folder with what was changed since the last renewal."""
        ...

    @property
    def frozen(self) -> Path:
        """The tree of the base commit."""
        ...

    def prove(self) -> None:
        """Raise OSError if something else is to be seen there than what was mounted."""
        ...

    def renew(self) -> None:
        """Mount once more, with nothing changed."""
        ...

    def sink(self, entries: Collection[str]) -> frozenset[str]:
        """Make what was added a layer of its own, of which nothing is a change; without files of these `entries`.

        Returns the places of what is in it.
        """
        ...

    def rise(self) -> None:
        """Let go of the layers that were made so."""
        ...


@dataclass(slots=True)
class Look:
    """The upper folder: its `files` and `folders`; `hidden` are the paths of the base commit that it hides.

    `gone` are the places below that it hides and that hold none of these.
    """

    files: dict[str, os.stat_result] = field(default_factory=dict)
    folders: dict[str, os.stat_result] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)


@dataclass(slots=True)
class LayeredContents(Contents):
    """The files at a mount. Only what is in its upper folder has to be looked at.

    `furniture` are the places of what lies there beyond the commit's files.
    """

    mount: Mount
    furniture: frozenset[str] = frozenset()
    _sorted: list[str] = field(default_factory=list)
    _proved: dict[str, Mark] = field(default_factory=dict)

    def snapshot(self, within: Collection[str] | None = None) -> dict[str, Blob]:
        return self._snapshot(self._look())

    def _snapshot(self, look: Look) -> dict[str, Blob]:
        found = {path: info for path, info in look.files.items() if is_content(info) and not self._is_furniture(path)}
        ignored = self.rules.ignored([path for path in found if path not in self.entries])
        blobs = self._read({path: info for path, info in found.items() if path not in ignored})
        changed = {blob.path: blob for blob in blobs if not self._is_base(blob)}
        for path in changed.keys() & self.entries.keys():
            self._prove_base(path)
        return {**{path: Blob(path, None, None) for path in look.hidden}, **changed}

    def _prove_base(self, path: str) -> None:
        """Raise GitError if a file is not the commit's in the frozen tree: what was made of it would get into a fix."""
        if not self._is_file(path):
            return
        info = os.lstat(self.mount.frozen / path)
        if self._proved.get(path) == mark_of(info):
            return
        content = content_of(self.mount.frozen, path, info)
        if blob_id(content) != self.entries[path].blob:
            raise GitError(f"{path} was changed in {self.mount.frozen}, which all worktrees are made of", FROZEN_HINT)
        self._proved[path] = mark_of(info)

    def compare(self, snapshot: Snapshot, within: Collection[str] | None = None) -> tuple[set[str], bool]:
        look = self._look()
        now = self._snapshot(look)
        changed = {path for path in now.keys() | snapshot.keys() if now.get(path) != snapshot.get(path)}
        return changed, self._has_strays(look, snapshot)

    def _has_strays(self, look: Look, snapshot: Snapshot) -> bool:
        """Say whether there is more than the files of the commit and of a snapshot, or less than their folders."""
        if look.gone or any(path not in self.entries and path not in snapshot for path in look.files):
            return True
        wanted = {str(folder) for path in (*look.files, *snapshot) for folder in PurePosixPath(path).parents}
        return any(path not in wanted or self._is_remade(path, info) for path, info in look.folders.items())

    def _is_remade(self, folder: str, info: os.stat_result) -> bool:
        """Say whether a folder has another mode than the one below it."""
        try:
            return os.lstat(self.mount.frozen / folder).st_mode != info.st_mode
        except OSError:
            return False

    def restore(self, snapshot: Snapshot, within: Collection[str] | None = None) -> None:
        self.mount.renew()
        for blob in snapshot.values():
            if blob.id is None:
                remove_below(self.root, blob.path)
        write_files(self.root, self._bytes(blob for blob in snapshot.values() if blob.id is not None))
        self._prune(path for path, blob in snapshot.items() if blob.id is None)

    def _prune(self, gone: Iterator[str]) -> None:
        """Remove folders that hold nothing any more."""
        folders = {folder for path in gone for folder in PurePosixPath(path).parents if str(folder) != "."}
        for folder in sorted(folders, key=lambda folder: len(folder.parts), reverse=True):
            with contextlib.suppress(OSError):
                (self.root / folder).rmdir()

    def settle(self) -> None:
        """Nothing has to be waited for: that a file is in the upper folder tells that it was written to."""

    def accept(self, renew: Callable[[], None]) -> None:
        """Put below what is there now: nobody can change it from here on, and it needs no renewal."""
        self.furniture = self.mount.sink(self.entries.keys())

    def strip(self) -> None:
        self.furniture, self.furnishing = frozenset(), None
        self.mount.rise()

    def _is_furniture(self, path: str) -> bool:
        if not self.furniture:
            return False
        return path in self.furniture or any(str(above) in self.furniture for above in PurePosixPath(path).parents)

    def _look(self) -> Look:
        self.mount.prove()
        look = Look()
        files, look.folders = walk(self.mount.upper, ())
        for path, info in files.items():
            if is_whiteout(self.mount.upper / path, info):
                hidden = self._at_or_below(path)
                look.hidden |= hidden
                look.gone |= set() if hidden else {path}
                continue
            look.files[path] = info
            look.hidden |= self._at_or_below(path) - ({path} if is_content(info) else set())
        for path in look.folders:
            if path in self.entries or is_opaque(self.mount.upper / path):
                look.hidden |= self._at_or_below(path) - look.files.keys()
        return look

    def _at_or_below(self, path: str) -> set[str]:
        """The files of the base commit at a path, or in a folder that it has there."""
        if path in self.entries:
            return {path} if self._is_file(path) else set()
        if not self._sorted:
            self._sorted = sorted(self.entries)
        start, end = (bisect.bisect_left(self._sorted, path + sign) for sign in "/0")  # 0 follows the slash
        return {inner for inner in self._sorted[start:end] if self._is_file(inner)}


def is_whiteout(path: Path, info: os.stat_result) -> bool:
    """Return whether it stands for something that was deleted."""
    if stat.S_ISCHR(info.st_mode):
        return info.st_rdev == 0
    return stat.S_ISREG(info.st_mode) and info.st_size == 0 and _has(path, WHITEOUT)


def is_opaque(folder: Path) -> bool:
    """Return whether a folder hides all that is below it."""
    return _has(folder, OPAQUE)


def _has(path: Path, name: str) -> bool:
    if not hasattr(os, "getxattr"):
        return False
    try:
        return bool(os.getxattr(path, name, follow_symlinks=False))
    except OSError:
        return False
