"""A folder as git stores it: names with modes and ids, of which one can be put in the place of another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from stomper.git.object_reader import object_id

ENTRY = re.compile(rb"(?P<mode>[0-7]+) (?P<name>[^\0/]+)\0(?P<id>.{20})", re.DOTALL)
FOLDER = b"40000"
ID_BYTES = 20


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree object. `places` says for each name its mode, and the place of its id in `data`.

    `depth` is the number of trees that were made one from the other, up to this one, without one being stored whole.
    """

    id: str
    data: bytes
    places: Mapping[bytes, tuple[bytes, int]]
    depth: int = 0

    def entry(self, name: bytes) -> tuple[bytes, str] | None:
        """Give mode and id of a name, None if it is not here."""
        if (place := self.places.get(name)) is None:
            return None
        mode, at = place
        return mode, self.data[at : at + ID_BYTES].hex()

    def with_entry(self, name: bytes, new: str) -> "Tree":
        """The tree with another id at a name that it has; the mode stays."""
        _, at = self.places[name]
        data = b"".join((self.data[:at], bytes.fromhex(new), self.data[at + ID_BYTES :]))
        return Tree(object_id("tree", data), data, self.places, self.depth + 1)


def read_tree(name: str, data: bytes) -> Tree | None:
    """Read the tree called `name`. None if it is not as git writes trees."""
    places: dict[bytes, tuple[bytes, int]] = {}
    at = 0
    while found := ENTRY.match(data, at):
        places[found["name"]] = found["mode"], found.start("id")
        at = found.end()
    return Tree(name, data, places) if at == len(data) else None
