"""Files of JSON lines that only grow: appended in one write, waited for on the disk, read up to what is whole.

They are this user's alone. Who changes one by what is in it holds a lock (`disk.file_locks`) meanwhile.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from stomper.disk.atomic_write import sync_folder
from stomper.disk.parse import parse_json
from stomper.disk.private_files import open_private


def append(path: Path, entry: Mapping[str, object]) -> None:
    """Add one entry and wait until it is on the disk. One that follows a torn line is on a line of its own."""
    _write(path, json.dumps(entry).encode() + b"\n")


def append_torn(path: Path, entry: Mapping[str, object]) -> None:
    """Add the first half of an entry: what a kill may leave. For tests of that (`process.crash`)."""
    line = json.dumps(entry).encode()
    _write(path, line[: len(line) // 2])


def _write(path: Path, line: bytes) -> None:
    new = not path.exists()
    descriptor = open_private(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, b"\n" + line if torn else line)
        os.fdatasync(descriptor) if hasattr(os, "fdatasync") else os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if new:
        sync_folder(path.parent)


def read(path: Path, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
    """The entries from `offset` bytes on, and the offset to go on from. A line that is no entry is left out."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read()
    except FileNotFoundError:
        return [], offset
    whole = data[: data.rfind(b"\n") + 1]
    return [entry for line in whole.splitlines() if (entry := _entry(line)) is not None], offset + len(whole)


def entries(file: BinaryIO) -> Iterator[tuple[int, Any]]:
    """Each entry of an open file with the place where its line begins; never more than a line is in memory.

    A last line without its end counts, one that is torn does not.
    """
    place = file.tell()
    for line in file:
        try:
            found = parse_json(line)
        except ValueError:
            pass
        else:
            yield place, found
        place += len(line)


def entry_at(file: BinaryIO, place: int) -> Any:
    """The entry whose line begins at a place. Raises ValueError for a line that is no entry."""
    file.seek(place)
    return parse_json(file.readline())


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        found = parse_json(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
