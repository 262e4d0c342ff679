"""A worktree that is filled once and serves one task after the other: put back, proved, and given out again."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from stomper.errors import StomperError
from stomper.git.objects import Objects
from stomper.git.trees import Entry
from stomper.git.worktrees import Seal, changed_blobs, seal_of
from stomper.models import Blob
from stomper.process.crash import crash_point
from stomper.workspace.walked import WalkedContents
from stomper.workspace.worktree import Place, Site, Worktree, open_place

Fill: TypeAlias = Callable[[Place, str, Objects], WalkedContents]


def fill_from_git(found: Place, commit: str, objects: Objects) -> WalkedContents:
    """Write a commit's files as git has them."""
    return found.fill(commit, objects)


class Recycled:
    """A worktree called `name`, filled by `fill` when it is first used, and turned to any commit that is wanted."""

    def __init__(self, site: Site, name: str, objects: Objects, fill: Fill = fill_from_git) -> None:
        self.site, self.name, self._objects, self._fill = site, name, objects, fill
        self._place: Place | None = None
        self._tree: Worktree | None = None
        self._seal: Seal = {}
        self._proved = False
        self._names = 0

    def serves(self, commit: str) -> bool:
        """Say whether the files of a commit are there already."""
        return self._tree is not None and self._tree.base == commit

    @contextlib.contextmanager
    def open(self, commit: str) -> Iterator[Worktree]:
        """Give the worktree with just the files of a commit, and put it back afterwards.

        One that cannot be put back is thrown away: the next one is filled anew.
        """
        tree = self._tree = self._ready(commit)
        try:
            yield tree
        finally:
            self._put_back(tree)

    def _ready(self, commit: str) -> Worktree:
        if self._place is None or self._tree is None:
            return self._filled(commit)
        try:
            return self._turned(self._place, self._tree, commit)
        except (StomperError, OSError):
            self.discard()
            return self._filled(commit)

    def _filled(self, commit: str) -> Worktree:
        place = self._place = open_place(self.site, numbered(self.name, self._names), commit)
        try:
            contents = self._fill(place, commit, self._objects)
        except BaseException:
            self.discard()
            raise
        self._seal = seal_of(place.made)
        return Worktree(place.root, place.scratch, commit, contents, place.made)

    def _turned(self, place: Place, tree: Worktree, commit: str) -> Worktree:
        """Turn a worktree that was put back to a commit. It is proved to have just that in it."""
        contents = tree.contents
        assert isinstance(contents, WalkedContents), "it was filled here"
        if commit != tree.base:
            entries = dict(contents.entries)
            for blob in changed_blobs(self.site.top, tree.base, commit):
                _put(entries, blob)
            contents.turn_to(entries, place.rules(entries))
            tree = Worktree(tree.root, tree.scratch, commit, contents, tree.made)
            self._seal, self._proved = {}, False
        if seal_of(place.made) != self._seal:
            tree.reclaim(anew=True)
            self._seal = seal_of(place.made)
        if not self._proved:
            changed, more = contents.compare({})
            if changed or more:
                contents.restore({})
        return tree

    def _put_back(self, tree: Worktree) -> None:
        try:
            assert self._place is not None, "it was filled"
            self._place.tidy()
            assert isinstance(tree.contents, WalkedContents), "it was filled here"
            crash_point("worktree-put-back")
            self._proved = tree.contents.put_back()
        except (StomperError, OSError):
            self.discard()

    def freeze(self) -> Path:
        """Give its folder, without what lies there beyond the commit. Nothing may change it from now on."""
        assert self._tree is not None, "only one that is filled has files"
        self._tree.contents.strip()
        return self._tree.root

    def discard(self) -> None:
        """Remove it. It can be opened again, and is made anew then."""
        place, self._place, self._tree = self._place, None, None
        if place is not None:
            discard(place)
            self._names += 1

    def close(self) -> None:
        """Nothing is left to do: its folder is removed with the run's other places."""


def _put(entries: dict[str, Entry], blob: Blob) -> None:
    if blob.id is None or blob.mode is None:
        entries.pop(blob.path, None)
    else:
        entries[blob.path] = Entry(blob.mode, blob.id, blob.path)


def discard(place: Place) -> None:
    """Remove a place as far as that is possible: the run's end removes, or names, what cannot be removed now."""
    with contextlib.suppress(StomperError, OSError):
        place.remove()


def numbered(name: str, number: int) -> str:
    """Give a name for a place that is made anew: something of the one before may still be there."""
    return f"{name}-{number}" if number else name
