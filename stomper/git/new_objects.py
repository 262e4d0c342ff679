"""New objects, made here and stored by git in groups: one process for many commits."""

import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

from stomper.git.command import git
from stomper.git.object_reader import object_id
from stomper.git.tree_objects import ID_BYTES, Tree

NUMBERS = {"commit": 1, "tree": 2, "blob": 3}
DELTA = 7
MOST_COPIED = 0xFFFFFF
# As git takes what it is sent (transfer.unpackLimit): a few objects become files of their own, many stay a pack.
MOST_LOOSE = 100
# One wait for the disk for all of a group, and none left out, whatever the user has configured.
DURABLE = ("-c", "core.fsync=objects,derived-metadata", "-c", "core.fsyncMethod=batch")
MOST_BYTES = 32 * 2**20
DEEPEST = 50
WHOLE_BELOW = 200


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An object as it is in a pack: whole, or as its difference from `base`."""

    number: int
    size: int
    content: bytes
    base: str = ""

    def packed(self) -> bytes:
        return _type_and_size(self.number, self.size) + bytes.fromhex(self.base) + zlib.compress(self.content, 1)


class NewObjects:
    """Objects of the repository at `top` that have a name already and are not stored yet."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.waiting: dict[str, _Waiting] = {}
        self.size = 0

    def __contains__(self, name: str) -> bool:
        return name in self.waiting

    def add(self, kind: str, content: bytes) -> str:
        """Take an object up. Returns its id."""
        name = object_id(kind, content)
        self._put(name, _Waiting(NUMBERS[kind], len(content), content))
        return name

    def add_changed(self, old: Tree, tree: Tree, name: bytes) -> None:
        """Take a tree up that is `old` but for the id at a name: then 40 bytes stand for the whole."""
        if len(tree.data) < WHOLE_BELOW or tree.depth % DEEPEST == 0:
            self._put(tree.id, _Waiting(NUMBERS["tree"], len(tree.data), tree.data))
            return
        _, at = tree.places[name]
        size, end = len(tree.data), at + ID_BYTES
        delta = b"".join(
            (_size(size), _size(size), _copy(0, at), bytes([ID_BYTES]), tree.data[at:end], _copy(end, size))
        )
        self._put(tree.id, _Waiting(DELTA, len(delta), delta, old.id))

    def _put(self, name: str, waiting: _Waiting) -> None:
        if name not in self.waiting:
            self.waiting[name] = waiting
            self.size += len(waiting.content)
        if self.size > MOST_BYTES:
            self.store()

    def store(self) -> None:
        """Have git store what waits, and wait until it is on the disk. Raises GitError."""
        if not self.waiting:
            return
        words = ("unpack-objects", "-q") if len(self.waiting) <= MOST_LOOSE else ("index-pack", "--stdin", "--fix-thin")
        git(self.top, *DURABLE, *words, stdin=self._pack())
        self.waiting.clear()
        self.size = 0

    def _pack(self) -> bytes:
        """The objects in the form of gitformat-pack(5)."""
        head = b"PACK" + (2).to_bytes(4, "big") + len(self.waiting).to_bytes(4, "big")
        pack = b"".join((head, *(waiting.packed() for waiting in self.waiting.values())))
        return pack + hashlib.sha1(pack, usedforsecurity=False).digest()


def _type_and_size(number: int, size: int) -> bytes:
    first, size = (number << 4) | (size & 15), size >> 4
    return bytes([first | 0x80]) + _size(size) if size else bytes([first])


def _size(size: int) -> bytes:
    """A number in sevens of bits, the lowest first; all but the last are marked."""
    found = bytearray()
    while size > 0x7F:
        found.append((size & 0x7F) | 0x80)
        size >>= 7
    return bytes([*found, size])


def _copy(start: int, end: int) -> bytes:
    """The orders to copy these bytes of the base: four bytes of offset and three of size each."""
    return b"".join(
        b"\xff" + at.to_bytes(4, "little") + min(MOST_COPIED, end - at).to_bytes(3, "little")
        for at in range(start, end, MOST_COPIED)
    )
