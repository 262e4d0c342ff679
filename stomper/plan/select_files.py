"""Select the files that checkers look at, and give the reason for each other file."""

import functools
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.errors import UsageError
from stomper.git.blobs import read_blobs
from stomper.git.filters import filtered_paths
from stomper.git.repository import Repository
from stomper.git.trees import (
    GITLINK,
    SYMLINK,
    Entry,
    dirty_paths,
    is_ignored,
    match_tracked,
    overlooked_paths,
    sparse_paths,
    tree_entries,
)
from stomper.models import Skipped, printable
from stomper.plan.fixable_content import illegible
from stomper.settings import Settings

UNCOMMITTED = "uncommitted changes"
OUTSIDE_SPARSE = "outside the sparse checkout"
NOT_UTF8 = "its name is not valid UTF-8"
LINK = "is a symbolic link"
SUBMODULE = "is a submodule"
FILTERED = "goes through the filter '{name}': a worktree has what is stored, not what you see in your checkout"


@dataclass(frozen=True, slots=True)
class Selection:
    """`paths` are checked; those in `untouched` (path -> reason) are not fixed. `skipped` are not even checked."""

    paths: tuple[str, ...]
    untouched: dict[str, str]
    skipped: tuple[Skipped, ...]


def select_files(repository: Repository, commit: str, settings: Settings, named: Sequence[Path]) -> Selection:
    """The files of `commit` to work on, sorted.

    `named` are the files and folders the user asked for; files named outright need not match the
    include patterns. Raises UsageError for a name that cannot be worked on.
    """
    entries = tree_entries(repository.top, commit)
    chosen = _chosen(repository, commit, entries, settings, named)
    unsure = overlooked_paths if settings.choice.uncommitted else dirty_paths
    overlooked = dict.fromkeys(unsure(repository.top), UNCOMMITTED)
    overlooked |= dict.fromkeys(sparse_paths(repository.top), OUTSIDE_SPARSE)
    explicit = {path for path in (inside(repository, name) for name in named) if path in entries}
    ordered = sorted(chosen)
    here = (path for path in ordered if overlooked.get(path) != OUTSIDE_SPARSE)
    foreign = _foreign(repository.top, commit, tuple(path for path in here if not _unworkable(entries[path])))
    paths, skipped = [], []
    for path in ordered:
        if reason := _unworkable(entries[path]) or foreign.get(path, ""):
            if reason is not LINK or path in explicit:
                skipped.append(Skipped(path=path, before=(), reason=reason))
        else:
            paths.append(path)
    return Selection(tuple(paths), {p: overlooked[p] for p in paths if p in overlooked}, tuple(skipped))


def _chosen(
    repository: Repository, commit: str, entries: Mapping[str, Entry], settings: Settings, named: Sequence[Path]
) -> set[str]:
    files = settings.files
    left_out = (*files.exclude, *settings.ignores.files)
    matching = set(match_tracked(repository.top, settings.included, left_out, commit)) & set(entries)
    if not named:
        return matching
    chosen: set[str] = set()
    for name in named:
        path = inside(repository, name)
        if path in entries:
            chosen.add(path)
        else:
            chosen |= _below(repository, entries, matching, path)
    return chosen


def inside(repository: Repository, name: Path) -> str:
    """A name on the command line as a path from the top. The last part may be a link; those before are followed."""
    place = name.parent.resolve() / name.name if name.name not in ("", "..") else name.resolve()
    if not os.path.lexists(place):
        raise UsageError(
            f"{printable(str(name))} does not exist", "Check the spelling; paths count from the current folder."
        )
    if not place.is_relative_to(repository.top):
        raise UsageError(
            f"{printable(str(name))} is outside the repository {repository.top}", "Use -C to name its own repository."
        )
    return place.relative_to(repository.top).as_posix()


def _below(repository: Repository, entries: Mapping[str, Entry], matching: set[str], path: str) -> set[str]:
    if path == ".":
        return matching
    if any(entry.startswith(f"{path}/") for entry in entries):
        return {entry for entry in matching if entry.startswith(f"{path}/")}
    if inside := [e.path for e in entries.values() if e.mode == GITLINK and path.startswith(f"{e.path}/")]:
        raise UsageError(
            f"{printable(path)} is in the submodule {inside[0]}", f"Work on it by itself: stomper -C {inside[0]}"
        )
    if is_ignored(repository.top, path):
        raise UsageError(
            f"{printable(path)} is ignored by git",
            "Stomper only works on tracked files: `git add -f` it if you mean it.",
        )
    raise UsageError(f"{printable(path)} is not tracked by git", "Commit it first: git add it, then git commit.")


def _unworkable(entry: Entry) -> str:
    if entry.mode == SYMLINK:
        return LINK
    if entry.mode == GITLINK:
        return SUBMODULE
    return NOT_UTF8 if any("\udc80" <= c <= "\udcff" for c in entry.path) else ""


@functools.lru_cache(maxsize=2)
def _foreign(top: Path, commit: str, paths: tuple[str, ...]) -> Mapping[str, str]:
    """Path -> reason, for files whose content in the repository is not the text that the user works on.

    A run asks several times about the same files.
    """
    filters, entries = filtered_paths(top, paths), tree_entries(top, commit)
    own = {path: FILTERED.format(name=printable(name)) for path, name in filters.items()}
    rest = (entries[path] for path in paths if path not in filters)
    return own | dict(_illegible(top, rest))


def _illegible(top: Path, entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    for entry, content in read_blobs(top, entries):
        if reason := illegible(content):
            yield entry.path, reason
