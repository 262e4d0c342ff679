"""Known diagnostics: those a project has accepted for now, in its baseline file, so that only new ones count.

An entry is found again by path, tool, code, message (without numbers) and what stands around it, never
by line: it survives lines that move, and edits to its own line or to its neighbours, not to both.
"""

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from stomper.disk.atomic_write import write_atomically
from stomper.disk.output_places import leads_out, make_room
from stomper.disk.parse import parse_json
from stomper.disk.regular_files import read_regular
from stomper.errors import ConfigError, StomperError
from stomper.git.blobs import read_blobs
from stomper.git.trees import tree_entries
from stomper.models import Diagnostic
from stomper.multisets import itself, surplus

FORMAT = 1
MOST_BYTES = 64 * 2**20
DEFAULT_NAME = "stomper-baseline.json"
FIELDS = ("path", "tool", "code", "message", "line", "above", "below")
HINT = "Correct the path in `baseline`, or record today's diagnostics: stomper baseline write"

Reader: TypeAlias = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One known diagnostic. `line`, `above` and `below` are hashes of its line and its nearest neighbours."""

    path: str
    tool: str
    code: str
    message: str
    line: str
    above: str
    below: str


View: TypeAlias = Callable[[Entry], tuple[str, ...]]
Found: TypeAlias = tuple[Diagnostic, Entry]

# How an entry is recognised, the surest way first.
VIEWS: tuple[View, ...] = (
    lambda e: (e.path, e.tool, e.code, e.message, e.line, e.above, e.below),
    lambda e: (e.path, e.tool, e.code, e.message, e.line, e.above),
    lambda e: (e.path, e.tool, e.code, e.message, e.line, "", e.below),
    lambda e: (e.path, e.tool, e.code, e.message, e.line),
    lambda e: (e.path, e.tool, e.code, e.message, e.above, e.below),
)


@dataclass(frozen=True, slots=True)
class Sorted:
    """Diagnostics against a baseline: `known` to it, `new`, and those of its entries that nothing was found for."""

    known: tuple[Diagnostic, ...]
    new: tuple[Diagnostic, ...]
    unmatched: tuple[Entry, ...]


def entries_for(diagnostics: Iterable[Diagnostic], read: Reader) -> list[Entry]:
    """An entry for each diagnostic, in the same order. `read` gives the bytes of a path, None if there are none."""
    lines: dict[str, _Lines] = {}
    found = []
    for diagnostic in diagnostics:
        if diagnostic.path not in lines:
            lines[diagnostic.path] = _Lines.of(read(diagnostic.path) or b"")
        found.append(_entry(diagnostic, lines[diagnostic.path]))
    return found


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a file with their white space made equal; `filled` are the indexes of those that are not empty."""

    lines: Sequence[str]
    filled: Sequence[int]

    @classmethod
    def of(cls, content: bytes) -> "_Lines":
        lines = [" ".join(line.split()) for line in content.decode("utf-8", "backslashreplace").split("\n")]
        return cls(lines, [number for number, line in enumerate(lines) if line])

    def around(self, at: int) -> tuple[str, str, str]:
        """A line, and the nearest ones above and below that are not empty; '' for what is not there."""
        here = self.lines[at] if 0 <= at < len(self.lines) else ""
        above, below = bisect_left(self.filled, at) - 1, bisect_right(self.filled, at)
        return here, self._filled(above), self._filled(below)

    def _filled(self, number: int) -> str:
        return self.lines[self.filled[number]] if 0 <= number < len(self.filled) else ""


def _entry(diagnostic: Diagnostic, lines: _Lines) -> Entry:
    tool, code, message = diagnostic.key
    return Entry(diagnostic.path, tool, code, message, *map(_hash, lines.around(diagnostic.line - 1)))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def sort_out(diagnostics: Sequence[Diagnostic], entries: Iterable[Entry], read: Reader) -> Sorted:
    """Tell known diagnostics from new ones. An entry stands for one diagnostic: the second of its kind is new."""
    left: Sequence[Entry] = list(entries)
    paths = {entry.path for entry in left}
    candidates = [diagnostic for diagnostic in diagnostics if diagnostic.path in paths]
    open_ones: Sequence[Found] = list(zip(candidates, entries_for(candidates, read), strict=True))
    for view in VIEWS:
        open_ones, left = _unmatched(open_ones, left, view)
    known = surplus(candidates, (diagnostic for diagnostic, _ in open_ones), itself)
    return Sorted(known, surplus(diagnostics, known, itself), tuple(left))


def _unmatched(found: Sequence[Found], entries: Sequence[Entry], view: View) -> tuple[Sequence[Found], Sequence[Entry]]:
    """The diagnostics and the entries that are over when each entry is given one diagnostic that looks alike."""
    over = surplus(found, map(view, entries), lambda pair: view(pair[1]))
    return over, surplus(entries, (view(entry) for _, entry in found), view)


def commit_reader(top: Path, commit: str, paths: Iterable[str]) -> Reader:
    """Reads these paths as they are in a commit, all at once."""
    entries = tree_entries(top, commit)
    wanted = [entries[path] for path in sorted(set(paths)) if path in entries]
    return {entry.path: content for entry, content in read_blobs(top, wanted)}.get


def tree_reader(top: Path) -> Reader:
    """Reads paths as they are in the working tree."""

    def read(path: str) -> bytes | None:
        try:
            return read_regular(top / path)
        except OSError:
            return None

    return read


def gone(
    sorted_out: Sorted, looked_at: Collection[str], tools: Collection[str], there: Callable[[str], bool]
) -> tuple[Entry, ...]:
    """The entries that can be dropped: their tool looked at their file and does not say so, or the file is no more."""
    looked = set(looked_at)
    return tuple(
        entry
        for entry in sorted_out.unmatched
        if (entry.tool in tools and entry.path in looked) or not there(entry.path)
    )


def baseline_path(top: Path, named: str | None) -> Path:
    """Give the path of the baseline file: as configured, or its usual name at the top of the repository."""
    return top / (named or DEFAULT_NAME)


def read_entries(top: Path, named: str | None) -> tuple[Entry, ...] | None:
    """The entries of the baseline file; None if none was configured and there is none.

    Raises ConfigError for one that is configured and missing, and for one that cannot be read: taking
    everything for new, or for old, would both be wrong.
    """
    path = baseline_path(top, named)
    if named is None and (problem := leads_out(top, path)):
        raise ConfigError(f"the baseline file {path} is a link that {problem}", HINT)
    try:
        content = read_regular(path, MOST_BYTES)
    except FileNotFoundError:
        if named is None:
            return None
        raise ConfigError(f"the baseline file {path} does not exist", HINT) from None
    except OSError as error:
        raise ConfigError(f"the baseline file {path} cannot be read: {error.strerror}", HINT) from error
    try:
        return tuple(_parse(parse_json(content)))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ConfigError(
            f"the baseline file {path} cannot be read: {error}",
            "Restore it from git (git checkout -- FILE), or record it anew: stomper baseline write",
        ) from error


def _parse(document: Any) -> Iterator[Entry]:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"it is not a baseline of format {FORMAT}")
    if set(document) != {"format", "entries"} or not isinstance(document["entries"], list):
        raise ValueError("it must have a format and a list of entries, and nothing else")
    for number, row in enumerate(document["entries"], 1):
        if not isinstance(row, dict) or set(row) - {"count"} != set(FIELDS):
            raise ValueError(f"entry {number} must have {', '.join(FIELDS)} and no more than a count beside them")
        count = row.pop("count", 1)
        if type(count) is not int or count < 1 or not all(isinstance(value, str) for value in row.values()):
            raise ValueError(f"entry {number}: a count is a number from 1, everything else is text")
        yield from [Entry(**row)] * count


def write_entries(path: Path, entries: Iterable[Entry]) -> None:
    """Write a baseline file: sorted, an entry a line, so that a diff of it can be read and merged."""
    rows = [
        json.dumps({name: getattr(entry, name) for name in FIELDS} | ({"count": count} if count > 1 else {}))
        for entry, count in sorted(Counter(entries).items())
    ]
    body = ",\n".join(f"  {row}" for row in rows)
    text = f'{{\n "format": {FORMAT},\n "entries": [\n{body}{chr(10) if rows else ""} ]\n}}\n'
    try:
        make_room(path)
        write_atomically(path, text.encode())
    except OSError as error:
        raise StomperError(f"cannot write the baseline file {path}: {error.strerror}") from error
