"""A plain clone, with a `.git` folder and a branch checked out, for tests that a worktree does not please."""

import contextlib
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from stomper.disk.remove_trees import delete_folder
from stomper.git.clones import make_store, open_clone
from stomper.git.ignores import Rules, users_rules
from stomper.git.objects import Objects
from stomper.git.trees import tree_entries
from stomper.git.worktrees import reset_index
from stomper.workspace.contents import Snapshot
from stomper.workspace.shelf import Shelf
from stomper.workspace.walked import populate
from stomper.workspace.worktree import Site, Worktree, open_site

STORE = "clone-store"


@dataclass(frozen=True, slots=True)
class Clones:
    """The source of clones: a copy of the repository at `base`, below the site's folder; `branch` is checked out."""

    site: Site
    base: str
    branch: str | None

    @property
    def store(self) -> Path:
        """The git directory that all clones read."""
        return self.site.folder / STORE

    @contextlib.contextmanager
    def open(self, name: str, commit: str) -> Iterator[Worktree]:
        """A fresh clone with `commit` checked out, gone again on every way out.

        It is where a worktree of that name would be, in a folder that is called as the repository is.
        """
        home = self.site.folder / name
        delete_folder(home)
        scratch = home / "tmp"
        scratch.mkdir(parents=True)
        root = replace(self.site, name=self.site.top.name).root(name)
        objects = Objects(root, root / ".git", home)
        try:
            made = open_clone(self.store, self.site.state.parent, root, commit, self.base, self.branch)
            reset_index(root)
            entries = tree_entries(self.site.top, commit)
            rules = Rules(root, home, entries, users_rules(self.site.top, self.site.state.parent))
            contents = populate(root, entries, scratch, rules, objects)
            yield Worktree(root, scratch, commit, contents, made)
        finally:
            objects.close()
            delete_folder(home)


def make_clones(site: Site, base: str, branch: str | None) -> Clones:
    """Copy the repository, so that clones can be made of it. Raises GitError if git cannot."""
    open_site(site)
    clones = Clones(site, base, branch)
    make_store(site.top, site.state.parent, clones.store)
    return clones


def checkout(trees: Shelf, clones: Clones | None, name: str, commit: str) -> AbstractContextManager[Worktree]:
    """A place with the files of a commit: a clone where there are `clones`, else a worktree."""
    return clones.open(name, commit) if clones is not None else trees.open(name, commit)


def carry_over(snapshot: Snapshot, source: Path, target: Path) -> None:
    """Make in one checkout the changes that another has, which are its `snapshot`."""
    for path, blob in snapshot.items():
        place = target / path
        delete_folder(place)
        if blob.id is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / path, place, follow_symlinks=False)
