"""A worktree by an overlay mount: for each task a new empty layer above a frozen tree, whatever its size."""

import contextlib
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from stomper.disk.remove_trees import delete_folder
from stomper.git.objects import Objects
from stomper.git.trees import tree_entries
from stomper.git.worktrees import Seal, reset_index, seal_of
from stomper.process import mounts
from stomper.process.crash import crash_point
from stomper.workspace.layered import OPAQUE, LayeredContents, is_whiteout
from stomper.workspace.recycled import empty
from stomper.workspace.walked import walk
from stomper.workspace.worktree import Site, Worktree, open_place

GIT = ".git"


class Layers:
    """The mount of a worktree: `frozen` below, above it what belongs to the place, and a layer of its own for now.

    `link` is the content of its `.git`, `folder` one for the layers. All of it is this process's own.
    """

    def __init__(self, frozen: Path, target: Path, folder: Path, link: bytes) -> None:
        self.frozen, self.target, self.folder, self.link = frozen, target, folder, link
        self._lowers = [frozen]
        self._number = 0
        self._mounted = False

    @property
    def upper(self) -> Path:
        return self.folder / str(self._number) / "upper"

    def renew(self) -> None:
        self.close()
        self._number += 1
        work = self.upper.parent / "work"
        for made in (self.upper, work):
            made.mkdir(parents=True)
        self.upper.chmod(stat.S_IMODE(self.frozen.stat().st_mode))
        (self.upper / GIT).write_bytes(self.link)
        mounts.mount_overlay(self._lowers, self.upper, work, self.target)
        self._mounted = True

    def sink(self, entries: Collection[str]) -> frozenset[str]:
        layer = self.upper
        mounts.unmount(self.target)
        self._mounted = False
        added = _without(layer, entries)
        if added:
            self._lowers = [layer, self.frozen]
            self._number += 1  # what is below another is never changed or removed
        self.renew()
        return added

    def rise(self) -> None:
        """Let go of all that was made a layer of its own."""
        self._lowers = [self.frozen]
        self.renew()

    def close(self) -> None:
        """Take the mount away, and what was changed in it."""
        if self._mounted:
            mounts.unmount(self.target)
            self._mounted = False
        if self._number and self.upper not in self._lowers:
            remove_layer(self.upper.parent)


def remove_layer(layer: Path) -> None:
    """Delete the folders of a mount that is gone. The kernel leaves some in there that nobody may enter."""
    with contextlib.suppress(OSError):
        (layer / "work" / "work").chmod(stat.S_IRWXU)
    delete_folder(layer)


def _without(layer: Path, entries: Collection[str]) -> frozenset[str]:
    """Take out of a layer what it changes of the base commit. Give the places of what is left."""
    files, folders = walk(layer, ())
    for path, info in files.items():
        if path in entries or is_whiteout(layer / path, info):
            (layer / path).unlink()
    for path in reversed(folders):
        with contextlib.suppress(OSError):
            os.removexattr(layer / path, OPAQUE, follow_symlinks=False)
    with contextlib.suppress(FileNotFoundError):
        (layer / GIT).unlink()
    above = {folder for path in entries for folder in _above(path)}
    left = [path for path in (*files, *folders) if os.path.lexists(layer / path) and path not in above]
    return frozenset(path for path in left if not any(folder in left for folder in _above(path)))


def _above(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


class Overlaid:
    """A place of a worker's, called `name`, with the frozen tree of a commit mounted at it, anew for each task.

    The layers are in the place itself, or, with `in_memory`, in a file system of its own.
    """

    def __init__(self, site: Site, name: str, objects: Objects, frozen: Path, in_memory: bool) -> None:
        self.site, self.name, self._objects, self._frozen, self._in_memory = site, name, objects, frozen, in_memory
        self._tree: Worktree | None = None
        self._layers: Layers | None = None
        self._seal: Seal = {}

    def serves(self, commit: str) -> bool:
        """Say whether it is ready for a commit."""
        return self._tree is not None and self._tree.base == commit

    @contextlib.contextmanager
    def open(self, commit: str) -> Iterator[Worktree]:
        """Give the worktree with just the files of the commit that is frozen; what is changed in it goes with it."""
        tree, layers = self._ready(commit)
        layers.renew()
        crash_point("layer-mounted")
        try:
            yield tree
        finally:
            layers.close()
            empty(tree.scratch)

    def _ready(self, commit: str) -> tuple[Worktree, Layers]:
        if self._tree is None or self._layers is None:
            self._tree, self._layers = self._made(commit)
        if seal_of(self._tree.made) != self._seal:
            self._tree.reclaim()
            self._seal = seal_of(self._tree.made)
        return self._tree, self._layers

    def _made(self, commit: str) -> tuple[Worktree, Layers]:
        place = open_place(self.site, self.name, commit)
        reset_index(place.root)
        self._seal = seal_of(place.made)
        folder = place.home / "layers"
        folder.mkdir()
        if self._in_memory:
            mounts.mount_memory(folder)
        layers = Layers(self._frozen, place.root, folder, place.made.link)
        entries = tree_entries(self.site.top, commit)
        contents = LayeredContents(place.root, entries, place.rules(entries), self._objects, None, layers)
        return Worktree(place.root, place.scratch, commit, contents, place.made), layers

    def close(self) -> None:
        """Take the mount away; what lies on the disk is removed with the run's other places."""
        if self._layers is not None:
            self._layers.close()
            if self._in_memory:
                mounts.unmount(self._layers.folder)
            self._layers = None
