"""The files of a worktree as bytes: written from a commit, looked through for changes, put back.

git itself would convert on the way out and in again (line ends, filters, $Id$, encodings, as
.gitattributes say), and a file that was committed unconverted then differs although nobody touched
it. Here a file is its blob, byte for byte, and only what was really written to counts as changed.
"""

import os
import stat
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from stomper.disk.marks import Mark, mark_of
from stomper.disk.regular_files import folder_below, remove_below
from stomper.disk.remove_trees import clear_in
from stomper.git.blobs import hash_files, hash_links, read_blobs
from stomper.git.ignores import Rules
from stomper.git.trees import GITLINK, SYMLINK, Entry
from stomper.git.worktrees import write_unconverted
from stomper.models import Blob

SETTLE_SECONDS = 2.0  # the coarsest clock of a file system in use
LOOK_SECONDS = 0.001
ATTRIBUTES = ".gitattributes"
EXECUTABLE = "100755"
REGULAR = "100644"

Snapshot: TypeAlias = Mapping[str, Blob]
"""What differs from the base commit, by path."""


@dataclass(slots=True)
class Contents:
    """The files below `root`. `marks` are those that the files had when they were last written or read here.

    `rules` say what is ignored. `furniture` are the places of what lies there beyond the commit's files, `furnished`
    the marks of all files in it, and `renew` makes it anew.
    """

    root: Path
    entries: Mapping[str, Entry]
    marks: dict[str, Mark]
    known: dict[str, Blob]
    rules: Rules
    furniture: frozenset[str] = frozenset()
    furnished: dict[str, Mark] = field(default_factory=dict)
    renew: Callable[[], None] | None = None

    def snapshot(self) -> dict[str, Blob]:
        """Give the files that differ from the base commit now. Ignored files do not count."""
        return self._snapshot(dict(_walk(self.root, self.furniture)))

    def _snapshot(self, walked: Mapping[str, os.stat_result]) -> dict[str, Blob]:
        found = {path: info for path, info in walked.items() if _is_content(info)}
        ignored = self._learn_touched(found)
        gone = [path for path in self.entries if path not in found and self._is_file(path)]
        here = [blob for path, blob in self.known.items() if path in found and path not in ignored]
        changed = [blob for blob in here if not self._is_base(blob)]
        return {blob.path: blob for blob in (*(Blob(path, None, None) for path in gone), *changed)}

    def _learn_touched(self, found: Mapping[str, os.stat_result]) -> frozenset[str]:
        """Find out the blobs of files that were written to. Return those of them that are ignored, and so not known."""
        touched = {path: info for path, info in found.items() if self.marks.get(path) != mark_of(info)}
        ignored = self.rules.ignored([path for path in touched if path not in self.entries])
        self._learn({path: info for path, info in touched.items() if path not in ignored})
        return ignored

    def compare(self, snapshot: Snapshot) -> tuple[set[str], bool]:
        """The paths that are not as a snapshot has them, and whether there is more to put right.

        That is anything, ignored or not, that neither the base commit nor the snapshot has, and what of the furniture
        is not as it was put there.
        """
        walked = dict(_walk(self.root, self.furniture))
        now = self._snapshot(walked)
        changed = {path for path in now.keys() | snapshot.keys() if now.get(path) != snapshot.get(path)}
        strays = any(path not in self.entries and path not in snapshot for path in walked)
        return changed, strays or self._furnished() != self.furnished

    def restore(self, snapshot: Snapshot) -> None:
        """Make the files what they were at a snapshot; whatever else is there goes, ignored files too.

        What goes is gone before anything is written, and nothing is reached through a link: neither one of the
        snapshot nor one that a program has put there meanwhile leads out of the place.
        """
        walked = dict(_walk(self.root, self.furniture))
        now = self._snapshot(walked)
        for path in walked:
            if path not in self.entries and path not in snapshot:
                remove_below(self.root, path)
        wrong = {path for path in now.keys() | snapshot.keys() if now.get(path) != snapshot.get(path)}
        wanted = [snapshot.get(path) or self._base(path) for path in wrong]
        for blob in wanted:
            if blob is not None and blob.id is None:
                remove_below(self.root, blob.path)
        self._write([blob for blob in wanted if blob is not None and blob.id is not None])
        self._prune()
        self._refurnish()

    def settle(self) -> None:
        """Wait until a write to any file can be told from the last one here by its time, which has grains.

        A file beside the tree tells when: before Linux 6.13 files get the time of the last timer tick. There are at
        least a hundred of those a second, but on a busy machine one may come later by any time.
        """
        newest = max((mark[3] for mark in self.marks.values()), default=0)
        until = time.monotonic() + SETTLE_SECONDS  # a clock that was set back may take hours
        with tempfile.TemporaryFile(dir=self.root.parent, buffering=0) as probe:
            while mark_of(os.fstat(probe.fileno()))[3] <= newest and time.monotonic() < until:
                time.sleep(LOOK_SECONDS)
                probe.write(b".")

    def base_bytes(self, path: str) -> bytes:
        """The content of a path in the base commit; empty if it is new there."""
        entry = self.entries.get(path)
        return b"" if entry is None else next(read_blobs(self.rules.store, [entry]))[1]

    def bytes_of(self, blob: Blob) -> bytes:
        """The content of a blob of a snapshot, from the object store and proved; empty for one that is gone."""
        if blob.id is None:
            return b""
        return next(read_blobs(self.rules.store, [Entry(blob.mode or REGULAR, blob.id, blob.path)]))[1]

    def base_blob(self, path: str) -> Blob:
        """Give the base commit's blob at a path."""
        return self._base(path) or Blob(path, None, None)

    def accept(self, renew: Callable[[], None]) -> None:
        """Take what is there beyond the commit's files as part of the place, and put those files back as they were.

        `renew` puts that there once more, where a program has changed it.
        """
        self._take_in()
        self.renew = renew
        self.restore({})

    def _take_in(self) -> None:
        folders = {str(parent) for path in self.entries for parent in PurePosixPath(path).parents}
        self.furniture = frozenset(_untracked(self.root, self.entries, folders))
        self.furnished = self._furnished()

    def _furnished(self) -> dict[str, Mark]:
        """The marks of all that is in the furniture."""
        found: dict[str, Mark] = {}
        for place in self.furniture:
            path = os.path.join(self.root, place)  # noqa: PTH118  # text, as in `write_files`
            if os.path.islink(path) or not os.path.isdir(path):  # noqa: PTH112, PTH114  # text
                found |= {place: mark_of(os.lstat(path))} if os.path.lexists(path) else {}
                continue
            found |= {f"{place}/{name}": mark_of(info) for name, info in _walk(Path(path), ())}
        return found

    def _refurnish(self) -> None:
        """Take new files out of the furniture; make all of it anew where one has been changed or is gone."""
        now = self._furnished()
        for path in now.keys() - self.furnished.keys():
            remove_below(self.root, path)
        if self.renew is None or all(now.get(path) == mark for path, mark in self.furnished.items()):
            return
        for place in self.furniture:
            *parts, name = place.split("/")
            with folder_below(self.root, parts, make=True) as folder:
                clear_in(folder, name)
        self.renew()
        self._take_in()

    def _learn(self, touched: Mapping[str, os.stat_result]) -> None:
        """Keep the blobs and the marks of files as they are now."""
        links = [path for path, info in touched.items() if stat.S_ISLNK(info.st_mode)]
        files = [path for path, info in touched.items() if stat.S_ISREG(info.st_mode)]
        store, scratch = self.rules.store, self.rules.scratch
        for path, blob in {
            **(hash_files(store, self.root, files, scratch) if files else {}),
            **hash_links(store, self.root, links),
        }.items():
            self.known[path] = Blob(path, _git_mode(touched[path]), blob)
            self.marks[path] = mark_of(touched[path])

    def _write(self, blobs: Iterable[Blob]) -> None:
        wanted = {blob.path: blob for blob in blobs}
        entries = [Entry(blob.mode or REGULAR, blob.id or "", blob.path) for blob in wanted.values()]
        self.marks.update(write_files(self.root, entries, self.rules.store))
        self.known.update(wanted)

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


def populate(root: Path, entries: Mapping[str, Entry], scratch: Path | None, rules: Rules) -> Contents:
    """Write a commit's files to the empty worktree `root`, in which the `rules` hold.

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
    marks |= {entry.path: mark_of(os.lstat(os.path.join(root, entry.path))) for entry in files}  # noqa: PTH118  # as in write_files
    known = {entry.path: Blob(entry.path, entry.mode, entry.blob) for entry in files}
    return Contents(root, entries, marks, known, rules)


def write_files(root: Path, entries: Iterable[Entry], source: Path | None = None) -> dict[str, Mark]:
    """Write blobs to their paths, from the repository `source` where `root` is none. Returns the marks of the files.

    Each folder is reached through no link, and entered once for all files in a row. With `os` and text, here and where
    marks are taken: `pathlib` for each of ten thousand files costs more than git.
    """
    marks = {}
    with ExitStack() as stack:
        where, folder = None, -1
        for entry, content in read_blobs(source or root, entries):
            above, _, name = entry.path.rpartition("/")
            if above != where:
                stack.close()
                where, folder = above, stack.enter_context(_folder(root, above))
            marks[entry.path] = _write_one(folder, name, entry.mode, content)
    return marks


def _folder(root: Path, path: str) -> AbstractContextManager[int]:
    return folder_below(root, path.split("/") if path else (), make=True)


def _write_one(folder: int, name: str, mode: str, content: bytes) -> Mark:
    """Write one file anew in an open folder, never through a link that lies in its place. Returns its mark."""
    clear_in(folder, name)
    if mode == SYMLINK:
        os.symlink(content, os.fsencode(name), dir_fd=folder)
    else:
        words = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(name, words, 0o777 if mode == EXECUTABLE else 0o666, dir_fd=folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    return mark_of(os.stat(name, dir_fd=folder, follow_symlinks=False))


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
    """Return whether git can store it. A pipe or a socket in the place of a file counts as a missing file."""
    return stat.S_ISREG(info.st_mode) or stat.S_ISLNK(info.st_mode)


def _git_mode(info: os.stat_result) -> str:
    if stat.S_ISLNK(info.st_mode):
        return SYMLINK
    return EXECUTABLE if info.st_mode & stat.S_IXUSR else REGULAR
