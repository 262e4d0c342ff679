"""The worktrees that a process has made and may use again, by the rung of the ladder that the run stands on."""

import contextlib
import functools
import itertools
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from stomper.disk.private_files import make_folder
from stomper.disk.remove_trees import delete_folder
from stomper.git.objects import Objects
from stomper.git.prove_paths import path_of
from stomper.git.trees import tree_entries
from stomper.git.worktrees import reset_index
from stomper.process import mounts
from stomper.settings import Worktrees
from stomper.workspace.ladder import Rung, choose
from stomper.workspace.overlay import Overlaid
from stomper.workspace.recycled import Recycled, fill_from_git
from stomper.workspace.reflinks import clone_tree
from stomper.workspace.walked import WalkedContents, look_over
from stomper.workspace.worktree import Place, Site, Worktree, open_site, worktree

TASK = "task"
WORKSHOP = "workshop"


class Reusable(Protocol):
    """A worktree that can be opened again and again."""

    def serves(self, commit: str) -> bool: ...

    def open(self, commit: str) -> contextlib.AbstractContextManager[Worktree]: ...

    def close(self) -> None: ...


class Shelf:
    """The worktrees of one process, at a `site`. Their names begin with `prefix`, which no other process uses.

    `wanted` is the setting, or the rung that another process stands on. A `frozen` tree of the base commit is what
    overlays and clones are made of; without one all are written. The process has a mount namespace of its own if it
    is to have overlays; if only a little is changed in them (`light`), that is better kept in memory than on a disk.
    Safe for threads.
    """

    def __init__(
        self, site: Site, wanted: Worktrees | Rung, prefix: str, frozen: Path | None = None, *, light: bool = False
    ) -> None:
        self.site, self._wanted, self.prefix, self._frozen, self._light = site, wanted, prefix, frozen, light
        self._idle: dict[str, list[Reusable]] = {}
        self._all: list[Reusable] = []
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._asleep: Recycled | None = None

    @functools.cached_property
    def rung(self) -> Rung:
        """The rung of the ladder that it stands on, found out by trying when it is first needed."""
        if isinstance(self._wanted, Rung):
            return self._wanted
        open_site(self.site)
        return choose(self._wanted, self.site.folder)

    @functools.cached_property
    def objects(self) -> Objects:
        """The access to the repository's objects that all worktrees here share: one may be judged in another."""
        folder = self.site.folder / f"{self.prefix}objects"
        open_site(self.site)
        make_folder(folder)
        if self._in_memory:
            mounts.mount_memory(folder)
        return Objects(self.site.top, path_of(self.site.top, "--git-common-dir") or self.site.common, folder)

    @contextlib.contextmanager
    def open(self, name: str, commit: str, kind: str = TASK) -> Iterator[Worktree]:
        """Give a worktree with just the files of a commit; `name` is its own if it is of one use only.

        Nobody has it at the same time. Those of one `kind` are furnished alike.
        """
        if self.rung.mode == "fresh":
            with worktree(self.site, name, commit, self.objects) as tree:
                yield tree
            return
        taken = self._take(commit, kind)
        try:
            with taken.open(commit) as tree:
                yield tree
        finally:
            with self._lock:
                self._idle.setdefault(kind, []).append(taken)

    def _take(self, commit: str, kind: str) -> Reusable:
        """Take one that has the files already, else any, else a new one."""
        with self._lock:
            idle = self._idle.setdefault(kind, [])
            found = next((one for one in idle if one.serves(commit)), idle[0] if idle else None)
            if found is not None:
                idle.remove(found)
                return found
            made = self._make(f"{self.prefix}{next(self._numbers)}")
            self._all.append(made)
            return made

    def _make(self, name: str) -> Reusable:
        if self._frozen is None:
            return Recycled(self.site, name, self.objects)
        if self.rung.mode == "overlay":
            return Overlaid(self.site, name, self.objects, self._frozen, self._in_memory)
        fill = self._clone if self.rung.mode == "clone" else fill_from_git
        return Recycled(self.site, name, self.objects, fill)

    @property
    def _in_memory(self) -> bool:
        """Say whether what is changed is kept in memory, which only this process can see."""
        possible = self.rung.mode == "overlay" and self._frozen is not None and self.rung.in_memory
        return possible and (self._light or not self.rung.on_disk)

    def _clone(self, place: Place, commit: str, objects: Objects) -> WalkedContents:
        assert self._frozen is not None, "there is something to clone"
        reset_index(place.root)
        clone_tree(self._frozen, place.root)
        entries = tree_entries(self.site.top, commit)
        return look_over(place.root, entries, place.rules(entries), objects)

    def freeze(self, commit: str) -> Path | None:
        """Give a tree of a commit that nobody changes from now on, until it is thawed; None if nothing needs one."""
        if self.rung.mode not in ("overlay", "clone"):
            return None
        with self.open("", commit):
            pass
        taken = self._take(commit, TASK)
        assert isinstance(taken, Recycled), "without a frozen tree all are"
        self._asleep = taken
        return taken.freeze()

    def thaw(self) -> None:
        """Take the frozen tree among the others again: whoever had it below a mount has ended."""
        if self._asleep is not None:
            with self._lock:
                self._idle.setdefault(TASK, []).append(self._asleep)
            self._asleep = None

    def close(self) -> None:
        """End what the worktrees need to work; the run's end removes their folders."""
        for one in self._all:
            one.close()
        objects: Objects | None = vars(self).pop("objects", None)
        if objects is not None:
            objects.close()
            if self._in_memory:
                mounts.unmount(objects.scratch)
            delete_folder(objects.scratch)

    def forget(self) -> None:
        """Let go of the bytes of what was tried: no snapshot of before is needed any more."""
        self.objects.forget()
