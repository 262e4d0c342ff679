"""Blobs in and out of the object store, unconverted."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from stomper import process
from stomper.errors import GitError
from stomper.git.command import FETCH_FIRST, git, lines
from stomper.git.trees import Entry
from stomper.models import Blob

BATCH_BYTES = 16 * 2**20


def read_blobs(where: Path, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
    """Each entry with the content of its blob. Raises GitError where an object is missing.

    Read in batches, so that a large repository is never in memory as a whole.
    """
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += entry.size
        if size >= BATCH_BYTES:
            yield from _read_batch(where, batch)
            batch, size = [], 0
    if batch:
        yield from _read_batch(where, batch)


def _read_batch(where: Path, entries: Sequence[Entry]) -> Iterator[tuple[Entry, bytes]]:
    request = "".join(f"{entry.blob}\n" for entry in entries).encode()
    output = git(where, "cat-file", "--batch", "--buffer", stdin=request)
    at = 0
    for entry in entries:
        end = output.index(b"\n", at)
        words = output[at:end].split()
        if len(words) != 3:
            raise GitError(
                f"object {entry.blob} of {entry.path} is not here",
                FETCH_FIRST,
            )
        at = end + 1 + int(words[2]) + 1
        yield entry, output[end + 1 : at - 1]


def hash_files(root: Path, paths: Sequence[str]) -> dict[str, str]:
    """Store files as they are; path -> blob id."""
    ids = []
    for chunk in process.split_arguments(paths):
        ids += git(root, "hash-object", "-w", "--no-filters", "--", *chunk).decode().split()
    return dict(zip(paths, ids, strict=True))


def hash_links(root: Path, paths: Sequence[str]) -> dict[str, str]:
    """Store the targets of symbolic links; path -> blob id."""
    targets = {path: os.fsencode(os.readlink(root / path)) for path in paths}  # noqa: PTH115  # bytes are hashed, not a path
    return {path: git(root, "hash-object", "-w", "--stdin", stdin=t).decode().strip() for path, t in targets.items()}


def ignored_paths(root: Path, paths: Sequence[str]) -> frozenset[str]:
    """Those of `paths` that .gitignore and its kin name."""
    request = b"".join(os.fsencode(path) + b"\0" for path in paths)
    return frozenset(lines(git(root, "check-ignore", "-z", "--stdin", stdin=request, accept=(0, 1))))


def stage_blobs(top: Path, index: Path, blobs: Iterable[Blob]) -> None:
    """Set paths of a private index to blobs; a blob without an id takes its path out."""
    records = [f"{blob.mode or '0'} {blob.id or '0' * 40}\t{blob.path}\0" for blob in blobs]
    git(top, "update-index", "-z", "--index-info", index=index, stdin=os.fsencode("".join(records)))
