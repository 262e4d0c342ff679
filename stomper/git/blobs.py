"""Blobs in and out of the object store, unconverted."""

import contextlib
import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from stomper import process
from stomper.disk.regular_files import MOST_BYTES, copy_below
from stomper.disk.remove_trees import temporary_folder
from stomper.errors import GitError, ToolError
from stomper.git.command import FETCH_FIRST, companion, git
from stomper.git.object_reader import object_id, take_answer
from stomper.git.trees import Entry
from stomper.models import Blob
from stomper.process.companion import Companion

BATCH = 1000


def read_blobs(where: Path, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
    """Each entry with the content of its blob.

    Raises GitError if an object is missing, or is another than its name says: git does not look when it reads, and
    whoever can write to the object store can put anything there under a name that is going to be needed.

    Asked for one after the other, so that a large repository is never in memory as a whole.
    """
    rest = iter(entries)
    with contextlib.closing(companion(where, "cat-file", "--batch")) as asked:
        while batch := list(itertools.islice(rest, BATCH)):
            with as_git_error():
                asked.tell("".join(f"{entry.blob}\n" for entry in batch).encode())
                for entry in batch:
                    yield entry, read_answer(asked, entry)


def read_answer(asked: Companion, entry: Entry) -> bytes:
    """Take the answer of a `git cat-file --batch` about a blob. Raises what `read_blobs` does, and ToolError."""
    found = take_answer(asked)
    if found is None:
        raise GitError(f"object {entry.blob} of {entry.path} is not here", FETCH_FIRST)
    prove(entry, found[1])
    return found[1]


@contextlib.contextmanager
def as_git_error() -> Iterator[None]:
    """Have what goes wrong with a git that stays look as if any git had failed."""
    try:
        yield
    except GitError:
        raise
    except ToolError as error:
        raise GitError(error.message, error.hint) from error


def blob_sizes(where: Path, blobs: Sequence[str]) -> dict[str, int]:
    """Give the sizes of blobs in bytes, by their ids; not of those that are missing."""
    request = "".join(f"{blob}\n" for blob in dict.fromkeys(blobs)).encode()
    rows = git(where, "cat-file", "--batch-check=%(objectname) %(objectsize)", "--buffer", stdin=request).split(b"\n")
    pairs = (row.decode().split(" ") for row in rows if row)
    return {name: int(size) for name, size in pairs if size.isdigit()}


def blob_id(content: bytes) -> str:
    """The name that git has for a blob with this content."""
    return object_id("blob", content)


def prove(entry: Entry, content: bytes) -> None:
    """Raises GitError for a content that is not the one its name stands for."""
    if blob_id(content) != entry.blob:
        raise GitError(
            f"object {entry.blob} of {entry.path} is not what its name says",
            "Somebody has tampered with the object store, or the disk is failing: git fsck",
        )


def hash_files(store: Path, root: Path, paths: Sequence[str], scratch: Path) -> dict[str, str]:
    """Store files below `root` as they are in the repository `store`; path -> blob id. `scratch` is a folder of ours.

    Stored is a copy that was read once, through no link: git itself would wait for a pipe that a program has put in
    the place of a file. Raises OSError for what is no regular file any more, and for one that is too large.
    """
    ids: list[str] = []
    with temporary_folder("blobs-", scratch) as folder:
        for chunk in process.split_arguments(_copies(root, paths, str(folder))):
            ids += git(store, "hash-object", "-w", "--no-filters", "--", *chunk).decode().split()
    return dict(zip(paths, ids, strict=True))


def _copies(root: Path, paths: Sequence[str], folder: str) -> list[str]:
    """Copy files to a folder, all of them together up to a limit. Returns the copies."""
    copies, left = [f"{folder}/{number}" for number in range(len(paths))], MOST_BYTES
    for path, copy in zip(paths, copies, strict=True):
        left -= copy_below(root, path, Path(copy), left)
    return copies


def missing_blobs(store: Path, ids: Sequence[str]) -> list[str]:
    """Give those of the ids that no object of the repository `store` has."""
    if not ids:
        return []
    told = git(store, "cat-file", "--batch-check", "--buffer", stdin="".join(f"{one}\n" for one in ids).encode())
    return [line.split()[0].decode() for line in told.splitlines() if line.endswith(b" missing")]


def store_contents(store: Path, contents: Sequence[bytes], scratch: Path) -> None:
    """Store contents as blobs of the repository `store`, unconverted. `scratch` is a folder of ours."""
    if not contents:
        return
    with temporary_folder("blobs-", scratch) as folder:
        for number, content in enumerate(contents):
            (folder / str(number)).write_bytes(content)
        for chunk in process.split_arguments([f"{folder}/{number}" for number in range(len(contents))]):
            git(store, "hash-object", "-w", "--no-filters", "--", *chunk)


def hash_links(store: Path, root: Path, paths: Sequence[str]) -> dict[str, str]:
    """Store the targets of symbolic links below `root`; path -> blob id."""
    targets = {path: os.fsencode(os.readlink(root / path)) for path in paths}  # noqa: PTH115  # bytes are hashed, not a path
    return {path: git(store, "hash-object", "-w", "--stdin", stdin=t).decode().strip() for path, t in targets.items()}


def stage_blobs(top: Path, index: Path, blobs: Iterable[Blob]) -> None:
    """Set paths of a private index to blobs; a blob without an id takes its path out."""
    records = [f"{blob.mode or '0'} {blob.id or '0' * 40}\t{blob.path}\0" for blob in blobs]
    git(top, "update-index", "-z", "--index-info", index=index, stdin=os.fsencode("".join(records)))
