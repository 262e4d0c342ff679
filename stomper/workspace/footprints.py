"""The marks of what a program could change beside the files of a commit: git's own folders, and what git ignores.

Nothing is read but the few bytes that say where a worktree is.
"""

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from stomper.disk.marks import Mark, mark_of
from stomper.disk.regular_files import read_regular
from stomper.git.repository import Repository
from stomper.git.trial_copies import ignored_places

# Whatever tools keep for themselves, and rewrite whenever the user, an editor or a checker of ours runs them.
KEPT_BY_TOOLS = frozenset(
    {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".tox", ".nox", ".cache"}
)
# Of the object store only where it looks for more; of the rest what git or we rewrite while a run is under way.
OBJECTS = ("objects/info/alternates", "objects/info/http-alternates")
FOLDERS = ("modules", "logs", "stomper", "info")
CONTENTS = frozenset({"objects", "lfs"})
PASSING = frozenset({"index", "FETCH_HEAD", "ORIG_HEAD"})
UNFINISHED = (".lock", ".tmp")
GITDIR_BYTES = 10_000


def marks(top: Path, paths: Iterable[str]) -> Iterator[tuple[str, Mark]]:
    """The marks of files and links. As text: `pathlib` would cost more than the look."""
    folder = str(top)
    for path in paths:
        try:
            info = os.lstat(f"{folder}/{path}")
        except OSError:
            continue
        if not stat.S_ISDIR(info.st_mode):  # of a submodule
            yield path, mark_of(info)


def ignored_marks(top: Path) -> Iterator[tuple[str, Mark]]:
    """The marks of what git ignores in the checkout, less what tools keep for themselves."""
    for place in ignored_places(top):
        if not KEPT_BY_TOOLS.intersection(place.rstrip("/").split("/")):
            folder = place.endswith("/")
            yield from _below(str(top), place.rstrip("/"), KEPT_BY_TOOLS) if folder else marks(top, [place])


def git_marks(repository: Repository, run: str) -> Iterator[tuple[str, Mark]]:
    """The marks of git's own files that name places or commands, and of ours; not those of the run `run` itself."""
    common = str(repository.common)
    yield from ((f".git/{path}", mark) for path, mark in marks(repository.common, OBJECTS))
    own = (f"stomper/runs/{run}", f"logs/refs/stomper/{run}")
    for folder in FOLDERS:
        for path, mark in _below(common, folder, CONTENTS):
            name = path.rpartition("/")[2]
            if not path.startswith(own) and name not in PASSING and not name.endswith(UNFINISHED):
                yield f".git/{path}", mark


def foreign_worktrees(repository: Repository, folder: Path) -> dict[str, bytes]:
    """Give git's records of worktrees by file, without those in `folder`, which come and go during a run."""
    found = {}
    for file in sorted(repository.common.glob("worktrees/*/gitdir")):
        try:
            place = read_regular(file, GITDIR_BYTES)
        except FileNotFoundError:
            continue
        except OSError as error:
            place = str(error.strerror).encode()
        if not Path(os.fsdecode(place).strip()).is_relative_to(folder):
            found[f".git/worktrees/{file.parent.name}/gitdir"] = place
    return found


def _below(root: str, folder: str, left_out: frozenset[str]) -> Iterator[tuple[str, Mark]]:
    """The marks of all files below a folder of `root`; links are not followed."""
    pending = [folder]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(f"{root}/{folder}") as found:
                items = list(found)
        except OSError:
            continue
        for item in items:
            path = f"{folder}/{item.name}"
            if not item.is_dir(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    yield path, mark_of(item.stat(follow_symlinks=False))
            elif item.name not in left_out:
                pending.append(path)
