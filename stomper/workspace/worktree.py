"""A worktree: a folder that git knows as one, with the files of a commit."""

import contextlib
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.regular_files import folder_below
from stomper.disk.remove_trees import clear_in, delete_folder, delete_large_folder
from stomper.git.ignores import Rules, users_rules
from stomper.git.objects import Objects
from stomper.git.trees import Entry, tree_entries
from stomper.git.worktrees import Registration, reattach, register_worktree, reset_index, unregister_worktree
from stomper.models import Patch
from stomper.process.crash import crash_point
from stomper.workspace.cache_folder import worktrees_folder
from stomper.workspace.contents import Contents, Snapshot
from stomper.workspace.run_place import TREE, Site, clear_site, open_site, worktree_lock
from stomper.workspace.walked import WalkedContents, populate

PACKAGE = ("__init__.py", "__init__.pyi")
NO_CHANGE: Snapshot = {}


@dataclass(frozen=True, slots=True)
class Worktree:
    """The files of `base` at `root`, beside it a folder `scratch` for temporary files. `made` is git's side of it."""

    root: Path
    scratch: Path
    base: str
    contents: Contents
    made: Registration

    def snapshot(self, within: Collection[str] | None = None) -> Snapshot:
        """The files that differ from the base commit now; see `Contents.snapshot` for `within`."""
        return self.contents.snapshot(within)

    def restore(self, snapshot: Snapshot, within: Collection[str] | None = None) -> None:
        """Make it again what it was at a snapshot; see `Contents.snapshot` for `within`."""
        self.contents.restore(snapshot, within)

    def reclaim(self, *, anew: bool = False) -> None:
        """Make it a worktree of `base` for git again, whatever a program had git do there. Files stay as they are.

        With `anew` the index is made anew: a program may have set flags in it that no comparison shows.
        """
        reattach(self.made, self.base, anew=anew)

    def patch(self, snapshot: Snapshot, since: Snapshot = NO_CHANGE) -> Patch:
        """A snapshot as a patch against the base commit, or against an earlier snapshot.

        Its blobs are in the repository from then on.
        """
        paths = sorted(p for p in snapshot.keys() | since.keys() if snapshot.get(p) != since.get(p))
        if not paths:
            return Patch(b"", ())
        before = [since.get(path) or self.contents.base_blob(path) for path in paths]
        after = [snapshot.get(path) or self.contents.base_blob(path) for path in paths]
        objects = self.contents.objects
        objects.store([blob.id for blob in (*before, *after) if blob.id is not None])
        return Patch(objects.patch(before, after), tuple(after))


def tree_name(top: Path, entries: Collection[str], named: bool) -> str:
    """Give what to call the folder of a worktree of a commit with these paths: by a name that nobody has a pattern for.

    It keeps its own where that is `named` from above, and where the repository is itself a package, which takes its
    import name from the folder.
    """
    return top.name if named or any(name in entries for name in PACKAGE) else TREE


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of a run's that git knows as a worktree, at `root`, with nothing in it yet.

    `home` is around it and has what nobody else is told of; `scratch` is for temporary files of programs.
    """

    site: Site
    home: Path
    root: Path
    scratch: Path
    made: Registration

    def tidy(self, *ours: str) -> None:
        """Remove what programs have left around the worktree; the folder for temporary files is there, and empty.

        What is called `ours` in there stays. Nothing is reached through a link that a program has put there. Raises
        OSError.
        """
        inner = self.root.relative_to(self.home).parts
        for depth, name in enumerate(inner):
            with folder_below(self.home, inner[:depth]) as folder:
                _clear(folder, name, *(() if depth else (self.scratch.name, *ours)))
        with folder_below(self.home, [self.scratch.name], make=True) as folder:
            _clear(folder)

    def remove(self) -> None:
        """Remove it, and git's memory of it."""
        remove_worktree(self.site, self.home.name)

    def rules(self, entries: Mapping[str, Entry]) -> Rules:
        """Give the ignore rules of a commit with these entries."""
        return Rules(self.site.top, self.home, entries, users_rules(self.site.top, self.site.common))

    def fill(self, commit: str, objects: Objects) -> WalkedContents:
        """Write the files of a commit."""
        crash_point("worktree-populate")
        reset_index(self.root)
        entries = tree_entries(self.site.top, commit)
        # A private attributes file, unlike one in the tree, has no index to be left out of.
        private = (self.site.common / "info" / "attributes").exists()
        return populate(self.root, entries, None if private else self.scratch, self.rules(entries), objects)


def _clear(folder: int, *kept: str) -> None:
    """Remove all that is in an open folder, less what is to be kept."""
    for name in os.listdir(folder):
        if name not in kept:
            clear_in(folder, name)


def open_place(site: Site, name: str, commit: str) -> Place:
    """Make a place for a worktree of `commit`; whoever opens it removes it, or the end of the run does.

    Only its registration is done under the lock; filling and deleting, which grow with the
    repository, are done beside others. A leftover of the same name, of a worker that was killed,
    is removed first.
    """
    home = site.folder / name
    open_site(site)
    remove_worktree(site, name)
    scratch = home / "tmp"
    scratch.mkdir(parents=True)
    root = site.root(name)
    root.parent.mkdir(parents=True)
    try:
        with worktree_lock(site.state):
            crash_point("worktree-register")
            made = register_worktree(site.top, root, commit, f"stomper:{os.getpid()}:{site.run}")
    except BaseException:
        remove_worktree(site, name)
        raise
    return Place(site, home, root, scratch, made)


@contextlib.contextmanager
def worktree(site: Site, name: str, commit: str, shared: Objects | None = None) -> Iterator[Worktree]:
    """A fresh worktree of `commit`, filled for this one use and gone again on every way out.

    Without a `shared` access to the objects it has one of its own.
    """
    place = open_place(site, name, commit)
    objects = shared or Objects(site.top, place.made.common, place.home)
    try:
        yield Worktree(place.root, place.scratch, commit, place.fill(commit, objects), place.made)
    finally:
        if shared is None:
            objects.close()
        place.remove()


def remove_worktree(site: Site, name: str) -> None:
    """Remove a worktree of this run, and git's memory of it. Nothing happens if there is none."""
    home = site.folder / name
    if not home.exists():
        return
    root = site.root(name)
    delete_large_folder(root)
    crash_point("worktree-remove")
    with worktree_lock(site.state):
        unregister_worktree(site.top, root)
    delete_folder(home)


__all__ = [
    "Place",
    "Site",
    "Worktree",
    "clear_site",
    "open_place",
    "open_site",
    "remove_worktree",
    "tree_name",
    "worktree",
    "worktrees_folder",
]
