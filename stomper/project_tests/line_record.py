"""Which tests run which lines."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LineRecord:
    folder: Path
    why: str = ""

    def runs(self, path: str) -> Mapping[int, frozenset[str]]:
        return {}

    def imported(self, path: str) -> frozenset[int]:
        return frozenset()

    def tests_of(self, path: str, lines: Collection[int]) -> frozenset[str]:
        return frozenset()
