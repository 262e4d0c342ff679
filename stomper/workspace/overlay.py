"""A worktree by an overlay mount: for each task a new empty layer above a frozen tree, whatever its size."""

import contextlib
import errno
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from stomper.disk.remove_trees import delete_folder
from stomper.errors import StomperError
from stomper.git.objects import Objects
from stomper.git.trees import tree_entries
from stomper.git.worktrees import Seal, reset_index, seal_of
from stomper.process import mounts
from stomper.process.crash import crash_point
from stomper.workspace.layered import OPAQUE, LayeredContents, is_whiteout
from stomper.workspace.recycled import discard, numbered
from stomper.workspace.walked import walk
from stomper.workspace.worktree import Place, Site, Worktree, open_place

GIT = ".git"
LAYERS = "layers"


class Layers:
    """The mount of a worktree: `frozen` below, above it what belongs to the place, and a layer of its own for now.

    `link` is the content of its `.git`, `folder` one for the layers. All of it is this process's own.
    """

    def __init__(self, frozen: Path, target: Path, folder: Path, link: bytes) -> None:
        self.frozen, self.target, self.folder, self.link = frozen, target, folder, link
        self._lowers = [frozen]
        self._number = 0
        self._device: int | None = None

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
        self._device = self.target.stat().st_dev

    def prove(self) -> None:
        """A program that may mount could show other files than those that are looked at here."""
        if self.target.stat().st_dev != self._device:
            raise OSError(errno.ESTALE, "is not what was mounted there", str(self.target))

    def sink(self, entries: Collection[str]) -> frozenset[str]:
        layer = self.upper
        self._unmount()
        added = _without(layer, entries, self.frozen)
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
        self._unmount()
        if self._number and self.upper not in self._lowers:
            remove_layer(self.upper.parent)

    def _unmount(self) -> None:
        if self._device is not None:
            self._device = None
            mounts.unmount(self.target)
            while self.target.stat().st_dev != self.target.parent.stat().st_dev:  # a program has mounted something, too
                mounts.unmount(self.target)


def remove_layer(layer: Path) -> None:
    """Delete the folders of a mount that is gone. The kernel leaves some in there that nobody may enter."""
    with contextlib.suppress(OSError):
        (layer / "work" / "work").chmod(stat.S_IRWXU)
    delete_folder(layer)


def _without(layer: Path, entries: Collection[str], frozen: Path) -> frozenset[str]:
    """Take out of a layer what it changes of the base commit. Give the places of what is left."""
    above = {folder for path in entries for folder in _above(path)}
    files, folders = walk(layer, ())
    for path, info in files.items():
        if path in entries or path in above or is_whiteout(layer / path, info):
            (layer / path).unlink()
    for path in reversed(folders):
        with contextlib.suppress(OSError):
            os.removexattr(layer / path, OPAQUE, follow_symlinks=False)
    for path in folders:
        if path in entries and not (frozen / path).is_dir():  # what is one in the commit is a submodule's
            delete_folder(layer / path)
    delete_folder(layer / GIT)
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
        self._place: Place | None = None
        self._tree: Worktree | None = None
        self._layers: Layers | None = None
        self._seal: Seal = {}
        self._names = 0

    def serves(self, commit: str) -> bool:
        """Say whether it is ready for a commit."""
        return self._tree is not None and self._tree.base == commit

    @contextlib.contextmanager
    def open(self, commit: str) -> Iterator[Worktree]:
        """Give the worktree with just the files of the commit that is frozen; what is changed in it goes with it.

        One that cannot be put back is thrown away: the next one is made anew.
        """
        tree = self._ready(commit)
        crash_point("layer-mounted")
        try:
            yield tree
        finally:
            self._put_back()

    def _ready(self, commit: str) -> Worktree:
        if self._place is None:
            return self._made(commit)
        try:
            return self._again()
        except (StomperError, OSError):
            self.discard()
            return self._made(commit)

    def _again(self) -> Worktree:
        assert self._tree is not None, "it is made with its place"
        assert self._layers is not None, "they are too"
        if seal_of(self._tree.made) != self._seal:
            self._tree.reclaim(anew=True)
            self._seal = seal_of(self._tree.made)
        self._layers.renew()
        return self._tree

    def _made(self, commit: str) -> Worktree:
        place = self._place = open_place(self.site, numbered(self.name, self._names), commit)
        try:
            reset_index(place.root)
            self._seal = seal_of(place.made)
            folder = place.home / LAYERS
            folder.mkdir()
            if self._in_memory:
                mounts.mount_memory(folder)
            layers = self._layers = Layers(self._frozen, place.root, folder, place.made.link)
            entries = tree_entries(self.site.top, commit)
            contents = LayeredContents(place.root, entries, place.rules(entries), self._objects, None, layers)
            self._tree = Worktree(place.root, place.scratch, commit, contents, place.made)
            layers.renew()
        except BaseException:
            self.discard()
            raise
        return self._tree

    def _put_back(self) -> None:
        try:
            assert self._layers is not None, "it was mounted"
            assert self._place is not None, "it has a place"
            self._layers.close()
            self._place.tidy(LAYERS)
        except (StomperError, OSError):
            self.discard()

    def discard(self) -> None:
        """Remove it. It can be opened again, and is made anew then."""
        place, self._place, self._tree = self._place, None, None
        with contextlib.suppress(OSError):
            self.close()
        if place is not None:
            discard(place)
            self._names += 1

    def close(self) -> None:
        """Take the mount away; what lies on the disk is removed with the run's other places."""
        layers, self._layers = self._layers, None
        if layers is None:
            return
        try:
            layers.close()
        finally:
            if self._in_memory:
                mounts.unmount(layers.folder)
