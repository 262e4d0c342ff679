"""The files of an earlier commit in the place of those of the checkout."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stomper.git.trees import tree_entries
from stomper.trust.tree import Tree


@dataclass(frozen=True)
class PastTree(Tree):
    """What is tracked is as a commit has it; what is not is as it is now."""

    commit: str = ""

    @functools.cached_property
    def tracked(self) -> dict[str, frozenset[str]]:
        """Each path of the commit, with the id of its blob."""
        return {path: frozenset([entry.blob]) for path, entry in tree_entries(self.top, self.commit).items()}

    @functools.cached_property
    def _today(self) -> frozenset[str]:
        return frozenset(Tree(self.repository).tracked)

    def has(self, path: str) -> bool:
        """Say whether the commit has something of this path, or nobody tracks it and it is there."""
        return path in self.tracked or (path not in self._today and super().has(path))

    def _read(self, place: Path) -> Iterator[bytes]:
        inner = self.inner(place)
        if inner not in self._today and inner not in self.tracked:
            yield from super()._read(place)
