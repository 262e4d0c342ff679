"""The oldest glibc that a program runs with: the newest of the versions that its parts ask for."""

import contextlib
import re
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

NEEDED = 0x6FFFFFFE
"""The type of the section that lists the versions of symbols which a file needs (SHT_GNU_verneed)."""
VERSION = re.compile(rb"GLIBC_(\d+)\.(\d+)(?:\.\d+)?")
MOST = 64 * 2**20
LITTLE_64 = b"\x7fELF\x02\x01"


def floor_of(paths: Iterable[Path]) -> tuple[tuple[int, int], Path] | None:
    """Give the newest version that one of the files needs, and that file; None if none of them needs any."""
    found = [(version, path) for path in paths for version in needed_by(path)]
    return max(found, default=None)


def needed_by(path: Path) -> frozenset[tuple[int, int]]:
    """Give the versions of glibc that a file needs; none if it is no 64-bit ELF file, or is too large or damaged."""
    with contextlib.suppress(OSError, struct.error, ValueError, IndexError), path.open("rb") as file:
        if file.read(6) != LITTLE_64:
            return frozenset()
        file.seek(0)
        return frozenset(_needed(file.read(MOST)))
    return frozenset()


def _needed(data: bytes) -> Iterator[tuple[int, int]]:
    """Read the list, by https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html"""
    for kind, start, _, link, count in _sections(data):
        if kind == NEEDED:
            _, names, size, *_ = list(_sections(data))[link]
            yield from _versions(data, start, count, data[names : names + size])


def _sections(data: bytes) -> Iterator[tuple[int, int, int, int, int]]:
    """Give of each section its type, its place and size, and two numbers whose meaning hangs on the type."""
    (table,) = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    for number in range(count):
        _, kind, _, _, start, length, link, info = struct.unpack_from("<IIQQQQII", data, table + number * size)
        yield kind, start, length, link, info


def _versions(data: bytes, start: int, count: int, names: bytes) -> Iterator[tuple[int, int]]:
    """Walk from library to library, and for each from version to version; each says how far the next one is."""
    for _ in range(count):
        _, versions, _, first, following = struct.unpack_from("<HHIII", data, start)
        at = start + first
        for _ in range(versions):
            _, _, _, name, step = struct.unpack_from("<IHHII", data, at)
            if found := VERSION.fullmatch(names[name : names.index(b"\0", name)]):
                yield int(found[1]), int(found[2])
            at += step
        start += following
