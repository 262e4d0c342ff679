"""Remember which fixes tests took out again, so that the like of them are tried last and alone."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from stomper.grades import Dropped
from stomper.models import printable

Key: TypeAlias = tuple[str, str, str, str]

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Broken:
    """Fixes that tests took out again: of one code, by one fixer, in `files` files.

    `version` is that of the fixer's tool, '' if nobody knows it: another version may do better.
    """

    fixer: str
    tool: str
    code: str
    version: str
    files: int = 1

    @property
    def key(self) -> Key:
        return self.fixer, self.tool, self.code, self.version


def summed(records: Iterable[Broken]) -> tuple[Broken, ...]:
    """One record for each fixer, tool, code and version, sorted by these."""
    files: Counter[Key] = Counter()
    for record in records:
        files[record.key] += record.files
    return tuple(Broken(*key, files[key]) for key in sorted(files))


def broken_of(dropped: Iterable[Iterable[Dropped]], version_of: Callable[[str], str]) -> tuple[Broken, ...]:
    """Make records of what was dropped from each file; `version_of` gives the version of a fixer's tool."""
    return summed(Broken(*key) for parts in dropped for key in _keys(parts, version_of))


def _keys(parts: Iterable[Dropped], version_of: Callable[[str], str]) -> set[Key]:
    return {(p.fixer, tool, code, version_of(p.fixer)) for p in parts for tool, code, _ in p.codes}


def broken_now(records: Iterable[Broken], version_of: Callable[[str], str]) -> frozenset[tuple[str, str]]:
    """Give the (fixer, code) whose fixes tests took out before, of the same version of the tool as now."""
    return frozenset((one.fixer, one.code) for one in records if one.version == version_of(one.fixer))


def to_lines(records: Iterable[Broken]) -> list[str]:
    """A table for a terminal, the most frequent first; none if tests took out nothing."""
    rows = sorted(records, key=lambda one: (-one.files, one.key))
    if not rows:
        return []
    lines = [f"{'dropped by tests, so tried last':32}  version     files"]
    names = [(printable(f"{one.fixer} {one.code}"), printable(one.version or "-"), one.files) for one in rows[:SHOWN]]
    lines += [f"{name:32}  {version:10} {files:6}" for name, version, files in names]
    return lines + ([f"... and {len(rows) - SHOWN} more"] if len(rows) > SHOWN else [])
