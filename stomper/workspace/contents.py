"""The files of a worktree as bytes: looked through for changes, put back. Each kind of worktree does it in its own way.

git itself would convert on the way out and in again (line ends, filters, $Id$, encodings, as
.gitattributes say), and a file that was committed unconverted then differs although nobody touched
it. Here a file is its blob, byte for byte, and only what was really written to counts as changed.
"""

import abc
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from stomper.disk.marks import Mark, mark_of
from stomper.disk.regular_files import MOST_BYTES, folder_below, read_below
from stomper.disk.remove_trees import clear_in
from stomper.git.blobs import hash_files
from stomper.git.ignores import Rules
from stomper.git.objects import Objects
from stomper.git.trees import GITLINK, SYMLINK, Entry
from stomper.models import Blob

EXECUTABLE = "100755"
REGULAR = "100644"
LARGE = 4 * 2**20  # bytes; a file of more is not taken into memory

Snapshot: TypeAlias = Mapping[str, Blob]
"""The files that differ from the base commit, by path."""


@dataclass(slots=True)
class Contents(abc.ABC):
    """The files below `root`, of which a commit has the `entries`. `rules` say what is ignored.

    `objects` has the bytes. `furnishing` names what lies there beyond the commit's files, None for nothing.
    """

    root: Path
    entries: Mapping[str, Entry]
    rules: Rules
    objects: Objects
    furnishing: object

    @abc.abstractmethod
    def snapshot(self, within: Collection[str] | None = None) -> dict[str, Blob]:
        """Give the files that differ from the base commit now. Ignored files do not count.

        With `within` nothing else needs to be looked at: the caller vouches for all other files, until the next look
        without it.
        """

    @abc.abstractmethod
    def compare(self, snapshot: Snapshot, within: Collection[str] | None = None) -> tuple[set[str], bool]:
        """Give the paths that are not as a snapshot has them, and say whether there is more to put right.

        That is anything, ignored or not, that neither the base commit nor the snapshot has, and what of the furniture
        is not as it was put there. `within` as for `snapshot`.
        """

    @abc.abstractmethod
    def restore(self, snapshot: Snapshot, within: Collection[str] | None = None) -> None:
        """Make the files what they were at a snapshot; whatever else is there goes, ignored files too.

        What goes is gone before anything is written, and nothing is reached through a link: neither one of the
        snapshot nor one that a program has put there meanwhile leads out of the place. `within` as for `snapshot`.
        """

    def vouch(self) -> None:  # noqa: B027  # a layer goes as a whole, so nothing is gained there
        """Be told that everything has just been looked at, and that nothing is at work here any more."""

    @abc.abstractmethod
    def settle(self) -> None:
        """Wait until a write to any file can be told from the last one here."""

    @abc.abstractmethod
    def accept(self, renew: Callable[[], None]) -> None:
        """Take what is there beyond the commit's files as part of the place, and put those files back as they were.

        `renew` puts that there once more, where a program has changed it.
        """

    @abc.abstractmethod
    def strip(self) -> None:
        """Take what was accepted away again."""

    def base_bytes(self, path: str) -> bytes:
        """The content of a path in the base commit; empty if it is new there."""
        entry = self.entries.get(path)
        return b"" if entry is None else self.objects.read(entry)

    def bytes_of(self, blob: Blob) -> bytes:
        """The content of a blob of a snapshot, proved to be that; empty for one that is gone."""
        if blob.id is None:
            return b""
        return self.objects.read(Entry(blob.mode or REGULAR, blob.id, blob.path))

    def changed(self, snapshot: Snapshot, path: str, content: bytes) -> Snapshot:
        """Give a snapshot with another content of a file that it has, which is written nowhere yet."""
        blob = Blob(path, snapshot[path].mode, self.objects.keep(content))
        others = {name: one for name, one in snapshot.items() if name != path}
        return others if self._is_base(blob) else {**others, path: blob}

    def base_blob(self, path: str) -> Blob:
        """Give the base commit's blob at a path."""
        return self._base(path) or Blob(path, None, None)

    def _base(self, path: str) -> Blob | None:
        entry = self.entries.get(path)
        return None if entry is None else Blob(path, entry.mode, entry.blob)

    def _is_base(self, blob: Blob) -> bool:
        return self._base(blob.path) == blob

    def _is_file(self, path: str) -> bool:
        return self.entries[path].mode != GITLINK

    def _read(self, found: Mapping[str, os.stat_result]) -> Iterator[Blob]:
        """Give the blobs of files and links as they are now. Raises OSError for what is neither any more."""
        large, left = [], MOST_BYTES
        for path, info in found.items():
            if stat.S_ISREG(info.st_mode) and info.st_size > LARGE:
                large.append(path)
                continue
            content = content_of(self.root, path, info, left)
            left -= len(content)
            yield Blob(path, git_mode(info), self.objects.keep(content))
        for path, name in hash_files(self.rules.store, self.root, large, self.rules.scratch).items() if large else ():
            yield Blob(path, git_mode(found[path]), name)

    def _bytes(self, blobs: Iterable[Blob]) -> Iterator[tuple[Entry, bytes]]:
        """Give files with their contents, in the order in which they are written fastest."""
        for blob in sorted(blobs, key=lambda blob: blob.path):
            entry = Entry(blob.mode or REGULAR, blob.id or "", blob.path)
            yield entry, self.objects.read(entry)


def write_files(root: Path, contents: Iterable[tuple[Entry, bytes]]) -> dict[str, Mark]:
    """Write files to their paths below `root`. Returns their marks.

    Each folder is reached through no link, and entered once for all files in a row. With `os` and text, here and where
    marks are taken: `pathlib` for each of ten thousand files costs more than git.
    """
    marks = {}
    with ExitStack() as stack:
        where, folder = None, -1
        for entry, content in contents:
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


def content_of(root: Path, path: str, info: os.stat_result, limit: int = MOST_BYTES) -> bytes:
    """Give what git would store of a file or a link below `root`, of at most `limit` bytes. Raises OSError."""
    if stat.S_ISLNK(info.st_mode):
        return os.fsencode(os.readlink(root / path))  # noqa: PTH115  # bytes are hashed, not a path
    return read_below(root, path, limit)


def is_content(info: os.stat_result) -> bool:
    """Return whether git can store it. A pipe or a socket in the place of a file counts as a missing file."""
    return stat.S_ISREG(info.st_mode) or stat.S_ISLNK(info.st_mode)


def git_mode(info: os.stat_result) -> str:
    """Give git's mode of a file or a link."""
    if stat.S_ISLNK(info.st_mode):
        return SYMLINK
    return EXECUTABLE if info.st_mode & stat.S_IXUSR else REGULAR
