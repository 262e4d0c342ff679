"""The files of a worktree as bytes: written from a commit, looked through for changes, put back.

git itself would convert on the way out and in again (line ends, filters, $Id$, encodings, as
.gitattributes say), and a file that was committed unconverted then differs although nobody touched
it. Here a file is its blob, byte for byte, and only what was really written to counts as changed.
"""

import os
import shutil
import stat
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from stomper.git.blobs import hash_files, hash_links, ignored_paths, read_blobs
from stomper.git.trees import GITLINK, SYMLINK, Entry
from stomper.git.worktrees import write_unconverted
from stomper.models import Blob

# Before Linux 6.13 file times come from the timer tick, of which there are at least a hundred a second.
TIME_GRAIN_NS = 12_000_000
# Files get the time of the last tick, which on a busy machine comes late.
SETTLED_NS = 2 * TIME_GRAIN_NS
ATTRIBUTES = ".gitattributes"
EXECUTABLE = "100755"
REGULAR = "100644"

Mark: TypeAlias = tuple[int, int, int, int, int]
Snapshot: TypeAlias = Mapping[str, Blob]
"""What differs from the base commit, by path."""


@dataclass(slots=True)
class Contents:
    """The files below `root`. `marks` tells of each file what the system knew when it was last written here.

    The change time in a mark cannot be set back by a program, so an unchanged mark is an unchanged file.
    """

    root: Path
    entries: Mapping[str, Entry]
    marks: dict[str, Mark]
    known: dict[str, Blob]
    furniture: set[str] = field(default_factory=set)

    def snapshot(self) -> dict[str, Blob]:
        """What is different from the base commit now. Ignored files do not count."""
        found = {path: info for path, info in _walk(self.root, self.furniture) if _is_content(info)}
        touched = {path: info for path, info in found.items() if self.marks.get(path) != _mark(info)}
        new = [path for path in touched if path not in self.entries]
        ignored = ignored_paths(self.root, new) if new else frozenset()
        self._learn({path: info for path, info in touched.items() if path not in ignored})
        gone = {path: Blob(path, None, None) for path in self.entries if path not in found and self._is_file(path)}
        here = {path: blob for path, blob in self.known.items() if path in found and path not in ignored}
        return gone | {path: blob for path, blob in here.items() if not self._is_base(blob)}

    def restore(self, snapshot: Snapshot) -> None:
        """Make the files what they were at a snapshot; whatever else is there goes, ignored files too."""
        now = self.snapshot()
        for path, _ in list(_walk(self.root, self.furniture)):
            if path not in self.entries and path not in snapshot:
                self._remove(path)
        wrong = {path for path in now.keys() | snapshot.keys() if now.get(path) != snapshot.get(path)}
        wanted = [snapshot.get(path) or self._base(path) for path in wrong]
        self._write([blob for blob in wanted if blob is not None and blob.id is not None])
        for blob in wanted:
            if blob is not None and blob.id is None:
                self._remove(blob.path)
        self._prune()

    def strays(self, snapshot: Snapshot) -> bool:
        """Say whether there is a file, also an ignored one, that neither the base commit nor the snapshot has."""
        return any(path not in self.entries and path not in snapshot for path, _ in _walk(self.root, self.furniture))

    def settle(self) -> None:
        """Wait until a write to any file can be told from the last one here by its time, which has grains."""
        newest = max((mark[3] for mark in self.marks.values()), default=0)
        time.sleep(max(0, min(SETTLED_NS, newest + SETTLED_NS - time.time_ns())) / 1e9)

    def base_bytes(self, path: str) -> bytes:
        """The content of a path in the base commit; empty where it is new there."""
        entry = self.entries.get(path)
        return b"" if entry is None else next(read_blobs(self.root, [entry]))[1]

    def base_blob(self, path: str) -> Blob:
        """What the base commit has at a path."""
        return self._base(path) or Blob(path, None, None)

    def accept(self) -> None:
        """Take what is there beyond the commit's files as part of the place, and put those files back as they were."""
        folders = {str(parent) for path in self.entries for parent in PurePosixPath(path).parents}
        self.furniture = set(_untracked(self.root, self.entries, folders))
        self.restore({})

    def _learn(self, touched: Mapping[str, os.stat_result]) -> None:
        """Find out the blobs of files that were written to."""
        links = [path for path, info in touched.items() if stat.S_ISLNK(info.st_mode)]
        files = [path for path, info in touched.items() if stat.S_ISREG(info.st_mode)]
        for path, blob in {**hash_files(self.root, files), **hash_links(self.root, links)}.items():
            self.known[path] = Blob(path, _git_mode(touched[path]), blob)
            self.marks[path] = _mark(touched[path])

    def _write(self, blobs: Iterable[Blob]) -> None:
        wanted = {blob.path: blob for blob in blobs}
        entries = [Entry(blob.mode or REGULAR, blob.id or "", blob.path) for blob in wanted.values()]
        self.marks.update(write_files(self.root, entries))
        self.known.update(wanted)

    def _remove(self, path: str) -> None:
        (self.root / path).unlink(missing_ok=True)

    def _prune(self) -> None:
        """Remove folders that hold nothing; the empty ones of submodules belong there."""
        for folder in reversed(list(_folders(self.root, self.furniture))):
            if folder not in self.entries and not any((self.root / folder).iterdir()):
                (self.root / folder).rmdir()

    def _base(self, path: str) -> Blob | None:
        entry = self.entries.get(path)
        return None if entry is None else Blob(path, entry.mode, entry.blob)

    def _is_base(self, blob: Blob) -> bool:
        return self._base(blob.path) == blob

    def _is_file(self, path: str) -> bool:
        return self.entries[path].mode != GITLINK


def populate(root: Path, entries: Mapping[str, Entry], scratch: Path | None) -> Contents:
    """Write a commit's files to the empty worktree `root`.

    With a `scratch` folder git does the most of it; without, where the repository has attributes that
    cannot be hidden from git, all of it is done here.
    """
    for entry in entries.values():
        if entry.mode == GITLINK:
            (root / entry.path).mkdir(parents=True, exist_ok=True)
    files = [entry for entry in entries.values() if entry.mode != GITLINK]
    attributes = [entry for entry in files if PurePosixPath(entry.path).name == ATTRIBUTES]
    if scratch is not None:
        write_unconverted(root, scratch / "index", [entry.path for entry in attributes])
    marks = write_files(root, files if scratch is None else attributes)
    marks |= {entry.path: _mark(os.lstat(os.path.join(root, entry.path))) for entry in files}  # noqa: PTH118  # as in write_files
    return Contents(root, entries, marks, {entry.path: Blob(entry.path, entry.mode, entry.blob) for entry in files})


def write_files(root: Path, entries: Iterable[Entry], source: Path | None = None) -> dict[str, Mark]:
    """Write blobs to their paths, from the repository `source` where `root` is none. Returns the marks of the files.

    With `os` and text, here and where marks are taken: `pathlib` for each of ten thousand files costs more than git.
    """
    marks = {}
    folders: set[str] = set()
    for entry, content in read_blobs(source or root, entries):
        place = os.path.join(root, entry.path)  # noqa: PTH118  # see above: text costs less, and so below
        folder = os.path.dirname(place)  # noqa: PTH120  # text
        if folder not in folders:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103  # text
            folders.add(folder)
        _write_one(place, entry.mode, content)
        marks[entry.path] = _mark(os.lstat(place))
    return marks


def clear(place: Path) -> None:
    """Remove whatever is at a place; a link, never what it leads to."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink()


def _write_one(place: str, mode: str, content: bytes) -> None:
    """Write one file anew, never through a link that lies in its place."""
    if os.path.lexists(place):
        clear(Path(place))
    if mode == SYMLINK:
        os.symlink(content, os.fsencode(place))  # noqa: PTH211  # the target is bytes, which pathlib does not take
        return
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777 if mode == EXECUTABLE else 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _untracked(root: Path, files: Collection[str], folders: Collection[str]) -> Iterator[str]:
    """Files that a commit does not have, and, as one, each folder that holds nothing of it."""
    for folder in folders:
        prefix = "" if folder == "." else f"{folder}/"
        place = root / folder
        for item in os.scandir(place) if place.is_dir() else ():
            path = prefix + item.name
            if path not in files and path not in folders and path != ".git":
                yield path


def _walk(root: Path, left_out: Collection[str]) -> Iterator[tuple[str, os.stat_result]]:
    """All files and links below a worktree but git's own and those left out; links are not followed."""
    pending = [""]
    while pending:
        prefix = pending.pop()
        with os.scandir(root / prefix) as found:
            for item in found:
                path = prefix + item.name
                if path == ".git" or path in left_out:
                    continue
                if item.is_dir(follow_symlinks=False):
                    pending.append(f"{path}/")
                else:
                    yield path, item.stat(follow_symlinks=False)


def _folders(root: Path, left_out: Collection[str]) -> Iterator[str]:
    """All folders below a worktree but git's own and those left out, a folder before those in it."""
    pending = [""]
    while pending:
        prefix = pending.pop()
        for item in os.scandir(root / prefix):
            path = prefix + item.name
            if item.is_dir(follow_symlinks=False) and path != ".git" and path not in left_out:
                yield path
                pending.append(f"{path}/")


def _is_content(info: os.stat_result) -> bool:
    """Whether git can hold it: a pipe or a socket in the place of a file is a file that is gone."""
    return stat.S_ISREG(info.st_mode) or stat.S_ISLNK(info.st_mode)


def _mark(info: os.stat_result) -> Mark:
    return info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_mode


def _git_mode(info: os.stat_result) -> str:
    if stat.S_ISLNK(info.st_mode):
        return SYMLINK
    return EXECUTABLE if info.st_mode & stat.S_IXUSR else REGULAR
