"""The record of lines: which tests that pass on the base commit run which lines of its files.

One file for each file of the project, so that a worker reads its own only. Each is sealed by the user's key for the
place where it lies: what anybody else has put there is no record, and so is half of one.
"""

import functools
import hashlib
import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from stomper.disk.parse import parse_json
from stomper.disk.regular_files import read_regular
from stomper.journal.seal import is_sealed, seal_of

FORM = b"stomper-lines-2"
SUFFIX = ".lines"
MOST_BYTES = 64 * 2**20
MOST_UNPACKED = 512 * 2**20
NO_TESTS: frozenset[str] = frozenset()
Types: TypeAlias = Mapping[tuple[int, str], Mapping[str, tuple[str, ...]]]
"""The types that were seen, by a function's first line and name, and by the name of what has them."""


@dataclass(frozen=True, slots=True)
class Runs(Mapping[int, frozenset[str]]):
    """The tests by line. `masks` has a bit for each of the `tests`; those that are `gone` count no more."""

    tests: tuple[str, ...]
    masks: tuple[int, ...]
    lines: Mapping[int, int]
    gone: frozenset[str] = NO_TESTS
    _known: dict[int, frozenset[str]] = field(default_factory=dict)

    def __getitem__(self, line: int) -> frozenset[str]:
        number = self.lines[line]
        if number not in self._known:
            mask = self.masks[number]
            named = (test for place, test in enumerate(self.tests) if mask >> place & 1)
            self._known[number] = frozenset(named) - self.gone
        return self._known[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class FileLines:
    """The record of one file: the tests by line, the lines that run outside of tests, and the types of functions."""

    runs: Runs
    imported: frozenset[int]
    types: Types = field(default_factory=dict)


UNKNOWN = FileLines(Runs((), (), {}), frozenset())


@dataclass(frozen=True, slots=True)
class LineRecord:
    """The record in a folder; None if there is none. `why` says why it is not whole: what it has is true all the same.

    Lines are those of the base commit, counted from 1; tests are those that passed there when it was made, less those
    that are `gone` since. Of files that were changed since `moves` says by path which line each line of now was then,
    or stands in the place of, and lines are those of now.
    """

    folder: Path | None = None
    why: str = ""
    gone: frozenset[str] = NO_TESTS
    moves: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    def runs(self, path: str) -> Mapping[int, frozenset[str]]:
        """Give the tests that run each line of a file; a line that no test runs is not there."""
        found, lines = self._read(path), self._read(path).runs.lines
        if path in self.moves:
            lines = {now: lines[then] for now, then in self.moves[path].items() if then in lines}
        elif not self.gone:
            return found.runs
        return Runs(found.runs.tests, found.runs.masks, lines, self.gone)

    def imported(self, path: str) -> frozenset[int]:
        """Give the lines of a file that run outside of tests: when it is imported, or in fixtures that tests share."""
        found = self._read(path).imported
        if path in self.moves:
            return frozenset(now for now, then in self.moves[path].items() if then in found)
        return found

    def types(self, path: str) -> Types:
        """Give the types that the functions of a file were given and have given in tests; nothing if nobody looked."""
        found = self._read(path).types
        if path not in self.moves:
            return found
        now = {then: now for now, then in self.moves[path].items()}
        return {(now[line], name): types for (line, name), types in found.items() if line in now}

    def knows(self, path: str) -> bool:
        """Say whether anything of a file was run."""
        return self._read(path) is not UNKNOWN

    def tests_of(self, path: str, lines: Iterable[int]) -> frozenset[str]:
        """Give the tests that run any of these lines of a file."""
        runs = self.runs(path)
        return NO_TESTS.union(*(runs[line] for line in lines if line in runs))

    def _read(self, path: str) -> FileLines:
        return _remembered(self.folder, path) if self.folder is not None else UNKNOWN


def forget() -> None:
    """Read the files anew from now on: others have been put in their place."""
    _remembered.cache_clear()


@functools.lru_cache(maxsize=8)
def _remembered(folder: Path, path: str) -> FileLines:
    try:
        facts = read_sealed(folder, name_of(path))
        return _file_lines(facts) if facts["path"] == path else UNKNOWN
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return UNKNOWN


def name_of(path: str) -> str:
    """Give what the file is called in which the lines of a path are kept."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:40] + SUFFIX


def pack(
    path: str,
    rows: Mapping[tuple[tuple[int, int], ...], Collection[str]],
    passed: Collection[str],
    types: Mapping[tuple[int, str], Mapping[str, Collection[str]]],
) -> Any:
    """Give what is to be kept of a file: of `rows` of lines the tests that `passed`, and '' for outside of tests.

    `types` are those of its functions.
    """
    tests = sorted({test for names in rows.values() for test in names} & set(passed))
    places = {test: place for place, test in enumerate(tests)}
    by_line: dict[int, int] = {}
    imported = set[int]()
    for lines, names in rows.items():
        mask = sum(1 << places[name] for name in set(names) if name in places)
        numbers = [n for first, last in lines for n in range(first, last + 1)]
        imported.update(numbers if "" in names else ())
        for number in numbers if mask else ():
            by_line[number] = by_line.get(number, 0) | mask
    masks = {mask: place for place, mask in enumerate(dict.fromkeys(by_line.values()))}
    lines_of = {line: masks[mask] for line, mask in sorted(by_line.items())}
    return {
        "path": path,
        "tests": tests,
        "masks": [f"{mask:x}" for mask in masks],
        "lines": [[*lines_of], [*lines_of.values()]],
        "imported": sorted(imported),
        "types": [[*key, {name: sorted(texts) for name, texts in seen.items()}] for key, seen in sorted(types.items())],
    }


def _file_lines(facts: Mapping[str, Any]) -> FileLines:
    """Raises ValueError, KeyError and TypeError for what nobody of us has written."""
    tests, masks = _texts(facts["tests"]), tuple(int(mask, 16) for mask in _texts(facts["masks"]))
    lines, numbers = facts["lines"]
    table = dict(zip(_numbers(lines), _numbers(numbers), strict=True))
    if any(mask >> len(tests) for mask in masks) or any(number >= len(masks) for number in table.values()):
        raise ValueError("it names tests that it has not")
    return FileLines(Runs(tests, masks, table), frozenset(_numbers(facts["imported"])), _types(facts["types"]))


def _types(rows: Sequence[Any]) -> Types:
    found: dict[tuple[int, str], dict[str, tuple[str, ...]]] = {}
    for line, name, seen in rows:
        key = _numbers([line])[0], _texts([name])[0]
        found[key] = {part: _texts(texts) for part, texts in seen.items()}
    return found


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise ValueError("a name is no text")
    return tuple(values)


def _numbers(values: Sequence[Any]) -> list[int]:
    if not all(type(value) is int and value >= 0 for value in values):
        raise ValueError("a line is no number")
    return list(values)


def sealed(folder: Path, name: str, facts: Any) -> bytes:
    """Give the bytes of a file of a record; none if this user has no place for a key."""
    body = zlib.compress(json.dumps(facts).encode(), 1)
    seal = seal_of(_whole(folder, name, body))
    return b"%s %s\n%s" % (FORM, seal.encode(), body) if seal else b""


def read_sealed(folder: Path, name: str) -> Any:
    """Read what `sealed` gave. Raises OSError, and ValueError for all that this user has not sealed for this place."""
    head, _, body = read_regular(folder / name, MOST_BYTES).partition(b"\n")
    form, _, seal = head.partition(b" ")
    if form != FORM or not is_sealed(_whole(folder, name, body), seal.decode("ascii")):
        raise ValueError("it is not sealed")
    machine = zlib.decompressobj()
    try:
        data = machine.decompress(body, MOST_UNPACKED)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not machine.eof:
        raise ValueError("it is cut off, or too large")
    return parse_json(data)


def _whole(folder: Path, name: str, body: bytes) -> bytes:
    return b"%s %s/%s\n%s" % (FORM, folder.name.encode(), name.encode(), body)
