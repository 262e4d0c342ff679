"""The checkout as it can be looked at without running anything of it: what is tracked, and what is in a file."""

import contextlib
import functools
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from stomper.disk.atomic_write import is_inside
from stomper.errors import StomperError
from stomper.git.repository import Repository, read_head
from stomper.git.trees import blob_content, staged_entries, tree_entries, untracked_paths

MOST_BYTES = 256 * 2**20
MOST_LINKS = 16


@dataclass(frozen=True)
class Tree:
    """The files of a checkout, as they are on disk, in the index and in HEAD: each of them may come to be used."""

    repository: Repository

    @property
    def top(self) -> Path:
        return self.repository.top

    @functools.cached_property
    def tracked(self) -> dict[str, frozenset[str]]:
        """Each path that the index or HEAD has, with the ids of its blobs."""
        found: dict[str, set[str]] = {}
        for path, facts in staged_entries(self.top).items():
            found.setdefault(path, set()).add(facts.split()[1])
        for path, blob in self._committed():
            found.setdefault(path, set()).add(blob)
        return {path: frozenset(blobs) for path, blobs in found.items()}

    @property
    def paths(self) -> Iterator[str]:
        """Each path that is tracked, and then those that are not and could be added."""
        yield from self.tracked
        yield from self._untracked

    @functools.cached_property
    def _untracked(self) -> list[str]:
        return untracked_paths(self.top)

    def _committed(self) -> Iterator[tuple[str, str]]:
        try:
            commit = read_head(self.repository).commit
        except StomperError:  # there is none yet
            return
        yield from ((path, entry.blob) for path, entry in tree_entries(self.top, commit).items())

    def inner(self, path: str | Path) -> str:
        """A path from the top, if it is in the checkout as it is written; '' for one elsewhere."""
        place = Path(os.path.abspath(self.top / path))  # noqa: PTH100  # links must stay as they are
        for top in (self.top, Path(os.path.realpath(self.top))):
            if place.is_relative_to(top) and place != top:
                return place.relative_to(top).as_posix()
        return ""

    def has(self, path: str) -> bool:
        """Say whether there is something of this path, from the top, on disk or in git."""
        return os.path.lexists(self.top / path) or path in self.tracked

    def contents(self, path: str) -> frozenset[str]:
        """The ids of all contents that a path has: a tracked file that was edited has two."""
        return frozenset({*self.tracked.get(path, ()), *self._on_disk(self.top / path)})

    def below(self, path: str) -> Iterator[tuple[str, frozenset[str]]]:
        """All that git has below a folder, with the ids of the blobs."""
        inner = ((one, ids) for one, ids in self.tracked.items() if one.startswith(f"{path}/"))
        yield from sorted(inner, key=itemgetter(0))

    def texts(self, path: str) -> list[bytes]:
        """Read a file, on disk and in git; each content once."""
        found = {hash_of(text): text for text in self._read(self.top / path)}
        for blob in self.tracked.get(path, frozenset()) - found.keys():
            found[blob] = blob_content(self.top, blob)
        return [found[key] for key in sorted(found)]

    def _on_disk(self, place: Path) -> Iterator[str]:
        """The ids of a file and of the links that lead to it, as far as these are in the checkout."""
        for _ in range(MOST_LINKS):
            if not os.path.islink(place):  # noqa: PTH114  # which says no for words that are no path at all
                break
            target = os.readlink(place)  # noqa: PTH115  # the words themselves
            yield hash_of(os.fsencode(target))
            place = Path(os.path.normpath(place.parent / target))
            if not is_inside(place, self.top):
                return
        yield from map(hash_of, self._read(place))

    def _read(self, place: Path) -> Iterator[bytes]:
        """The content of a regular file, never of a pipe or a device."""
        with contextlib.suppress(OSError):
            file = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                content = _whole(file) if stat.S_ISREG(os.fstat(file).st_mode) else None
            finally:
                os.close(file)
            if content is not None:
                yield content


def _whole(file: int) -> bytes:
    with os.fdopen(os.dup(file), "rb") as opened:
        return opened.read(MOST_BYTES)


def hash_of(content: bytes) -> str:
    """The id that git has for a blob of this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def as_words(pairs: Iterable[tuple[str, frozenset[str]]]) -> list[str]:
    """Paths and ids as words that are the same for the same content."""
    return [word for path, ids in pairs for word in (path, *sorted(ids))]
