"""A worktree for one task: made, filled, compared, rolled back and removed."""

import contextlib
import fcntl
import functools
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.contents import Contents, Snapshot, populate
from stomper.errors import ConfigError
from stomper.files import ABOVE
from stomper.git.blobs import stage_blobs
from stomper.git.commits import fill_index, write_index_tree
from stomper.git.ignores import Rules, users_rules
from stomper.git.trees import Entry, tree_entries
from stomper.git.worktrees import (
    Registration,
    forget_worktrees,
    make_patch,
    reattach,
    register_worktree,
    reset_index,
    unregister_worktree,
)
from stomper.models import Patch, shorten
from stomper.process.crash import crash_point
from stomper.surroundings import foreign

LOCK_NAME = "worktrees.lock"
TREE = "stomper-tree"
PACKAGE = ("__init__.py", "__init__.pyi")
TEMPORARY = ("/var/tmp", "/dev/shm")
SHOWN = 3
NO_CHANGE: Snapshot = {}


@dataclass(frozen=True, slots=True)
class Site:
    """The place of a run's worktrees: the repository's `top` and `state` folder, the run's own `folder` outside it.

    `name` is what the folder of a worktree is called, `levels` how many folders of ours there are above it.
    """

    top: Path
    state: Path
    folder: Path
    run: str
    name: str = TREE
    levels: int = 1

    def root(self, name: str) -> Path:
        """The top of a worktree. The folders above it are called as those above the checkout, all but the uppermost."""
        above = [folder.name for folder in self.top.parents[: self.levels - 1]]
        return self.folder.joinpath(name, ABOVE, *reversed(above), self.name)

    @property
    def warm(self) -> Path:
        """Where the survey leaves the checkers' caches for the worktrees of tasks."""
        return self.folder / "warm"


@dataclass(frozen=True, slots=True)
class Worktree:
    """The files of `base` at `root`, beside it a folder `scratch` for temporary files. `made` is git's side of it."""

    root: Path
    scratch: Path
    base: str
    contents: Contents
    made: Registration

    def snapshot(self) -> Snapshot:
        """What is different from the base commit now."""
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


def worktrees_folder(top: Path) -> Path:
    """Say where worktrees go: the user's cache folder; a temporary one if that is inside `top`, or unknown.

    Inside the repository, linters and test runners would walk into them. Below configuration that does not lie above
    the checkout too, they would go by that. Raises ConfigError where every place is so.
    """
    found = []
    for place in _places():
        if not place.is_relative_to(top):
            if not (strange := foreign(place, top)):
                return place
            found += strange
    raise ConfigError(
        f"worktrees would be below {shorten([str(file) for file in found], SHOWN)}, which the checkout is not",
        "Tools would go by that. Name another place: XDG_CACHE_HOME or TMPDIR in the environment.",
    )


def _places() -> Iterator[Path]:
    import platformdirs

    with contextlib.suppress(RuntimeError):  # a container's user may have neither HOME nor a name
        cache = platformdirs.user_cache_path("stomper")
        if cache.is_absolute() and _is_wanted(cache):
            yield cache.resolve()
    for folder in dict.fromkeys((tempfile.gettempdir(), *TEMPORARY)):
        if os.access(folder, os.W_OK):
            yield Path(folder).resolve() / f"stomper-{os.getuid()}"


def _is_wanted(cache: Path) -> bool:
    """Say whether a cache folder was named, or can be made; the default below a home that is none can not."""
    if process.variable("XDG_CACHE_HOME"):
        return True
    there = next(place for place in cache.parents if os.path.lexists(place))
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


@contextlib.contextmanager
def worktree_lock(state: Path) -> Iterator[None]:
    """One at a time, over all processes and runs of a repository. Parallel `git worktree add` races in every git."""
    with (state / LOCK_NAME).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def worktree(site: Site, name: str, commit: str) -> Iterator[Worktree]:
    """A fresh worktree of `commit`, gone again on every way out.

    Only its registration is done under the lock; filling and deleting, which grow with the
    repository, are done beside others. A leftover of the same name, of a worker that was killed,
    is removed first.
    """
    home = site.folder / name
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
    """Remove a worktree of this run, and git's memory of it. Nothing happens where there is none."""
    home = site.folder / name
    if not home.exists():
        return
    root = site.root(name)
    delete_folder(root)
    crash_point("worktree-remove")
    with worktree_lock(site.state):
        unregister_worktree(site.top, root)
    delete_folder(home)


def clear_site(site: Site) -> None:
    """Remove all worktrees and the folder of a run, whatever state its workers left them in."""
    with worktree_lock(site.state):
        for place in forget_worktrees(site.state.parent, f":{site.run}", site.folder):
            delete_folder(place)
    crash_point("site-forgotten")
    delete_folder(site.folder)
    with contextlib.suppress(OSError):
        site.folder.parent.rmdir()


def delete_folder(folder: Path) -> None:
    """Delete a folder, also where a program took away the permissions inside it."""

    def open_up(_function: object, path: str, _error: object) -> None:
        Path(path).parent.chmod(0o700)
        _open_up(Path(path))

    if not folder.exists():
        return
    shutil.rmtree(folder, onerror=open_up)
    if folder.exists():
        shutil.rmtree(folder)


def _open_up(place: Path) -> None:
    """Give back all permissions on a folder and on those inside it: what is below a closed one is not seen before."""
    if not place.is_symlink() and place.is_dir():
        place.chmod(0o700)
        for item in place.iterdir():
            _open_up(item)
