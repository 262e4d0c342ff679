"""The objects of a repository for one process that needs many of them: read, made and compared by gits that stay.

A worker asks for a few blobs of each file. A git of its own for every question costs more than the answer.
"""

import contextlib
import os
import secrets
import threading
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from stomper.errors import GitError
from stomper.git.blobs import as_git_error, blob_id, read_answer
from stomper.git.command import companion
from stomper.git.object_stores import quoted
from stomper.git.trees import GITLINK, Entry
from stomper.git.worktrees import PATCH_OPTIONS
from stomper.models import Blob

TREE = "40000"
REGULAR = "100644"
MOST_RECENT = 4
KEPT_BYTES = 64 * 2**20


class Objects:
    """The objects of the repository at `top`, whose git directory is `common`. `scratch` is a folder of ours.

    What is given to it is kept in memory and gets into the repository only if it is stored: of most attempts nothing
    ever lands. The trees that a patch is made of stay in `scratch`.
    """

    def __init__(self, top: Path, common: Path, scratch: Path) -> None:
        self.top, self.scratch = top, scratch
        beside = scratch / "objects"
        env = {"GIT_OBJECT_DIRECTORY": str(beside), "GIT_ALTERNATE_OBJECT_DIRECTORIES": quoted(common / "objects")}
        self._beside = beside
        self._reader = companion(top, "cat-file", "--batch")
        self._writer = companion(top, "hash-object", "-w", "--no-filters", "--stdin-paths")
        self._trees = companion(top, "mktree", "--batch", "-z", "--missing", env=env)
        self._differ = companion(top, "diff-tree", "-r", "-p", *PATCH_OPTIONS, "--stdin", env=env)
        self._kept: dict[str, bytes] = {}
        self._recent: dict[str, bytes] = {}
        self._size = 0
        self._lock = threading.RLock()

    def keep(self, content: bytes) -> str:
        """Take a content, and give its name. It can be read from now on, until it is forgotten."""
        name = blob_id(content)
        with self._lock:
            if name not in self._kept:
                self._kept[name] = content
                self._size += len(content)
            if self._size > KEPT_BYTES:  # more than that is for the disk to have
                self.store(list(self._kept))
                self.forget()
            self._remember(name, content)
        return name

    def forget(self) -> None:
        """Let go of all that was kept and not stored, and of the trees that patches were made of."""
        self._kept, self._recent, self._size = {}, {}, 0
        for folder in self._beside.glob("??"):
            for file in folder.iterdir():
                file.unlink()

    def read(self, entry: Entry) -> bytes:
        """Give the content of a blob. Raises GitError if it is not here, or is not what its name says."""
        kept = self._kept.get(entry.blob, self._recent.get(entry.blob))
        if kept is None:
            kept = self._fetch(entry)
            self._remember(entry.blob, kept)
        return kept

    def _remember(self, name: str, content: bytes) -> None:
        """Have the last contents at hand: of one file, all who judge an attempt ask for the same few."""
        with self._lock:
            self._recent[name] = self._recent.pop(name, content)
            while len(self._recent) > MOST_RECENT:
                del self._recent[next(iter(self._recent))]

    def _fetch(self, entry: Entry) -> bytes:
        with self._asking():
            self._reader.tell(f"{entry.blob}\n".encode())
            return read_answer(self._reader, entry)

    def store(self, names: Collection[str]) -> None:
        """Write those of the kept contents that have one of the names into the repository.

        Raises GitError, also if something else lies there under such a name: git does not write what is there already.
        """
        wanted = [name for name in dict.fromkeys(names) if name in self._kept]
        if not wanted:
            return
        files = [self.scratch / name for name in wanted]
        with self._asking():
            for file in files:
                file.write_bytes(self._kept[file.name])
            self._writer.tell(b"".join(_in_line(file) for file in files))
            for file in files:
                if (made := self._writer.line().decode()) != file.name:
                    raise GitError(f"git stored {file.name} as {made}")
                file.unlink()
                self._fetch(Entry(REGULAR, file.name, "a fix"))

    def patch(self, before: Iterable[Blob], after: Iterable[Blob]) -> bytes:
        """Give the difference between two sets of files as a patch; a blob without an id is no file.

        All of them must be in the repository. Raises GitError.
        """
        self._beside.mkdir(exist_ok=True)
        with self._asking():
            trees = f"{self._tree(before)} {self._tree(after)}"
            end = f"no tree {secrets.token_hex(16)}\n".encode()  # a line that is no tree is given back as it is
            self._differ.tell(f"{trees}\n".encode() + end)
            said = self._differ.until(end)
        return said.removeprefix(f"{trees}\n".encode())

    def close(self) -> None:
        """End the gits."""
        self._end()
        self.forget()

    def _end(self) -> None:
        """End the gits. They are started anew when they are asked again."""
        for git in (self._reader, self._writer, self._trees, self._differ):
            git.close()

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        """One question at a time; what goes wrong looks as if any git had failed.

        Whoever is cut off, by a limit of time, say, may leave half an answer, and the next one must not get that.
        """
        with self._lock, as_git_error():
            try:
                yield
            except BaseException:
                self._end()
                raise

    def _tree(self, blobs: Iterable[Blob]) -> str:
        """Make a tree with these files only. Two such trees differ as the commits do that they are parts of."""
        top: Folder = {}
        for blob in blobs:
            if blob.id is not None:
                _put(top, blob)
        return self._write(top)

    def _write(self, folder: "Folder") -> str:
        records = b""
        for name, inner in folder.items():
            mode, made = (inner.mode, inner.id) if isinstance(inner, Blob) else (TREE, self._write(inner))
            kind = "tree" if mode == TREE else "commit" if mode == GITLINK else "blob"
            records += f"{mode} {kind} {made}\t".encode() + os.fsencode(name) + b"\0"
        self._trees.tell(records + b"\0")
        return self._trees.line().decode()


def _in_line(file: Path) -> bytes:
    """Give a path as git reads it in a line of its own; the name of a folder of the user's may have any byte."""
    text = os.fsencode(file).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + text + b'"\n'


Folder: TypeAlias = dict[str, "Blob | Folder"]


def _put(top: Folder, blob: Blob) -> None:
    """Put a file where it belongs below a folder."""
    *parts, name = blob.path.split("/")
    folder = top
    for part in parts:
        inner = folder.setdefault(part, {})
        if isinstance(inner, Blob):
            raise GitError(f"{blob.path} lies below a file")
        folder = inner
    folder[name] = blob
