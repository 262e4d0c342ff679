"""The checkout before a look, with the bytes of all that git could not give back."""

import functools
import os
import shutil
import stat
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from stomper.disk.marks import Mark
from stomper.disk.remove_trees import delete_folder
from stomper.errors import GitError
from stomper.git.checkout_files import blob_bytes, checked_out_bytes
from stomper.git.repository import Repository
from stomper.git.trees import dirty_paths, staged_entries, tracked_paths
from stomper.unchanged_checkout.marks import INDEX, Eye, Sight, Value, closed_folders, value_of
from stomper.workspace.rescue import FILES, note_place

# A look must not cost a copy of data that lies beside the code: such files are watched, and cannot be put back.
MOST_BYTES = 8 * 2**20
MOST_IN_ALL = 64 * 2**20
MOST_FILES = 5_000
STAGED_STAGE = "0"


class UnknownError(Exception):
    """A path cannot be put back: what was there before cannot be had again, byte for byte."""


@dataclass(slots=True)
class Kept:
    """The checkout as it was at `sight`. Below `folder` are copies of what differs from the index, and the index."""

    eye: Eye
    sight: Sight
    folder: Path
    copies: frozenset[str]
    repositories: frozenset[str]

    @property
    def repository(self) -> Repository:
        return self.eye.repository

    def changed(self) -> list[str]:
        """The names of what is not as it was: paths, folders, packages, what git keeps. Bytes count, not times."""
        now = self.eye.look(self.sight)
        paths = [path for path in _differing(self.sight.files, now.files) if not self._is_same(path)]
        folders = sorted(self.sight.folders ^ now.folders)
        packages = sorted(self.sight.packages ^ now.packages)
        return [*paths, *folders, *_differing(self.sight.git, now.git), *packages]

    def original(self, path: str) -> Value:
        """Give what was at a path. Raises UnknownError if that cannot be had again."""
        mark = self.sight.files.get(path)
        if mark is None:
            return None
        if path in self.copies:
            return mark[4], (value_of(self.folder / FILES, path) or (0, b""))[1]
        return mark[4], self._from_git(path, mark)

    def look_anew(self) -> None:
        """From now on the checkout as it is now counts."""
        delete_folder(self.folder)
        anew = keep(replace(self.eye), self.folder)
        self.eye, self.sight, self.copies, self.repositories = anew.eye, anew.sight, anew.copies, anew.repositories

    def is_again(self, path: str) -> bool:
        """Return whether a file that was touched has the same bytes, type and permissions as before."""
        return path in self.sight.files and self._is_same(path)

    def has_more_names(self, path: str) -> bool:
        """Return whether the file at a path is the same as before, and has other names too."""
        mark = self.sight.files.get(path)
        try:
            info = (self.repository.top / path).lstat()
        except OSError:
            return False
        return mark is not None and stat.S_ISREG(info.st_mode) and info.st_nlink > 1 and info.st_ino == mark[0]

    def _is_same(self, path: str) -> bool:
        try:
            return self.original(path) == value_of(self.repository.top, path)
        except UnknownError:
            return False

    def _from_git(self, path: str, mark: Mark) -> bytes:
        """The bytes of a file that was as the index has it: converted by git, or as they are stored."""
        mode, blob, stage = (self._staged().get(path) or "0 0 3").split()
        if stage != STAGED_STAGE or stat.S_ISLNK(mark[4]) != (mode == "120000"):
            raise UnknownError
        try:
            for content in (checked_out_bytes(self.repository.top, path, blob), blob_bytes(self.repository.top, blob)):
                if len(content) == mark[1]:
                    return content
        except GitError:
            pass
        raise UnknownError

    def _staged(self) -> Mapping[str, str]:
        listing = self.sight.git[INDEX]
        assert isinstance(listing, bytes)
        return _read_staged(self.repository.top, listing)


@functools.lru_cache(maxsize=1)
def _read_staged(top: Path, listing: bytes) -> Mapping[str, str]:
    """The entries of an index, for who asks about one path after the other."""
    return staged_entries(top, listing)


def keep(eye: Eye, folder: Path) -> Kept:
    """Look at a checkout, and copy to `folder` what git could not give back."""
    top = eye.repository.top
    eye = replace(eye, closed=closed_folders(top))
    sight = eye.look()
    tracked, dirty = frozenset(tracked_paths(top)), dirty_paths(top)
    wanted = [path for path in sight.files if path not in tracked or path in dirty]
    inside = repositories_in(top, sight.folders)
    wanted.sort(key=lambda path: (path not in tracked, _is_below(path, inside), sight.files[path][1]))
    copies = frozenset(_copy(top, _affordable(wanted, sight), folder / FILES))
    folder.mkdir(parents=True, exist_ok=True)
    if (index := eye.repository.git_dir / "index").is_file():
        shutil.copy2(index, folder / "index")
    note_place(folder, top)
    return Kept(eye, sight, folder, copies, inside)


def repositories_in(top: Path, folders: Iterable[str]) -> frozenset[str]:
    """Give the folders that are the top of a repository: submodules, clones, worktrees."""
    return frozenset(folder for folder in folders if os.path.lexists(top / folder / ".git"))


def _is_below(path: str, folders: Collection[str]) -> bool:
    return bool(folders) and any(str(parent) in folders for parent in PurePosixPath(path).parents)


def _affordable(paths: Iterable[str], sight: Sight) -> Sequence[str]:
    """Give those of `paths` to copy, the first ones first; a pipe or a socket has no bytes."""
    left, found = MOST_IN_ALL, []
    for path in paths:
        mark = sight.files[path]
        left -= mark[1]
        if mark[1] <= MOST_BYTES and left >= 0 and (stat.S_ISREG(mark[4]) or stat.S_ISLNK(mark[4])):
            found.append(path)
    return found[:MOST_FILES]


def _copy(top: Path, paths: Iterable[str], folder: Path) -> Iterable[str]:
    for path in paths:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copy2(top / path, place, follow_symlinks=False)
        except OSError:  # nobody may read it, or it is gone already
            continue
        yield path


def _differing(before: Mapping[str, object], now: Mapping[str, object]) -> list[str]:
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def write_value(place: Path, value: Value) -> None:
    """Put a file or link in place in one step; None takes it away."""
    if value is None:
        place.unlink(missing_ok=True)
        return
    mode, content = value
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name[:100]}.{os.getpid()}")
    try:
        if stat.S_ISLNK(mode):
            beside.symlink_to(os.fsdecode(content))
        else:
            beside.write_bytes(content)
            beside.chmod(stat.S_IMODE(mode))
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def write_through(place: Path, value: Value) -> None:
    """Write to a file as it lies there, so that each of its names leads to this."""
    assert value is not None
    mode, content = value
    place.chmod(stat.S_IMODE(mode) | stat.S_IWUSR)
    with place.open("r+b") as file:
        file.write(content)
        file.truncate()
    place.chmod(stat.S_IMODE(mode))
