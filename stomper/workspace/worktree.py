"""A worktree for one task: made, filled, compared, rolled back and removed."""

import contextlib
import functools
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.remove_trees import delete_folder
from stomper.git.blobs import stage_blobs
from stomper.git.commits import fill_index, write_index_tree
from stomper.git.ignores import Rules, users_rules
from stomper.git.trees import Entry, tree_entries
from stomper.git.worktrees import (
    Registration,
    make_patch,
    reattach,
    register_worktree,
    reset_index,
    unregister_worktree,
)
from stomper.models import Patch
from stomper.process.crash import crash_point
from stomper.workspace.cache_folder import worktrees_folder
from stomper.workspace.run_place import TREE, Site, clear_site, open_site, worktree_lock
from stomper.workspace.snapshots import Contents, Snapshot, populate

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

    def snapshot(self) -> Snapshot:
        """The files that differ from the base commit now."""
        return self.contents.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Make it again what it was at a snapshot."""
        self.contents.restore(snapshot)

    def reclaim(self) -> None:
        """Make it a worktree of `base` for git again, whatever a program had git do there. Files stay as they are."""
        reattach(self.made, self.base)

    def patch(self, snapshot: Snapshot, since: Snapshot = NO_CHANGE) -> Patch:
        """A snapshot as a patch against the base commit, or against an earlier snapshot."""
        paths = sorted(p for p in snapshot.keys() | since.keys() if snapshot.get(p) != since.get(p))
        if not paths:
            return Patch(b"", ())
        blobs = tuple(snapshot.get(path) or self.contents.base_blob(path) for path in paths)
        return Patch(make_patch(self.root, self._tree(since) if since else self.base, self._tree(snapshot)), blobs)

    def _tree(self, snapshot: Snapshot) -> str:
        index = self.scratch.parent / "index"
        fill_index(self.root, index, self.base)
        stage_blobs(self.root, index, snapshot.values())
        return write_index_tree(self.root, index)


def tree_name(top: Path, entries: Collection[str], named: bool) -> str:
    """Give what to call the folder of a worktree of a commit with these paths: by a name that nobody has a pattern for.

    It keeps its own where that is `named` from above, and where the repository is itself a package, which takes its
    import name from the folder.
    """
    return top.name if named or any(name in entries for name in PACKAGE) else TREE


@functools.lru_cache(maxsize=2)
def entries_of(top: Path, commit: str) -> Mapping[str, Entry]:
    """`tree_entries`, asked once a process: git takes 50 ms for two thousand files, and a commit never changes."""
    return tree_entries(top, commit)


@contextlib.contextmanager
def worktree(site: Site, name: str, commit: str) -> Iterator[Worktree]:
    """A fresh worktree of `commit`, gone again on every way out.

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
        crash_point("worktree-populate")
        reset_index(root)
        # A private attributes file, unlike one in the tree, has no index to be left out of.
        private = (site.state.parent / "info" / "attributes").exists()
        entries = entries_of(site.top, commit)
        rules = Rules(site.top, home, entries, users_rules(site.top, site.state.parent))
        contents = populate(root, entries, None if private else scratch, rules)
        yield Worktree(root, scratch, commit, contents, made)
    finally:
        remove_worktree(site, name)


def remove_worktree(site: Site, name: str) -> None:
    """Remove a worktree of this run, and git's memory of it. Nothing happens if there is none."""
    home = site.folder / name
    if not home.exists():
        return
    root = site.root(name)
    delete_folder(root)
    crash_point("worktree-remove")
    with worktree_lock(site.state):
        unregister_worktree(site.top, root)
    delete_folder(home)


__all__ = [
    "Site",
    "Worktree",
    "clear_site",
    "entries_of",
    "open_site",
    "remove_worktree",
    "tree_name",
    "worktree",
    "worktrees_folder",
]
