"""The lines that a run of tests has recorded: what a recorder of ours, in the project's Python, has written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from stomper.checkers import injected_files
from stomper.disk.parse import parse_json
from stomper.disk.regular_files import open_regular

RECORDER, PLUGIN = "stomper_line_recorder", "stomper_pytest_lines"
TYPES = {f"type_{part}.py": f"stomper_type_{part}" for part in ("events", "recorder", "names")}
NOTHING = "the tests left no record of lines"
MOST_LINES = 10**6
CUT_OFF = "a process of the tests did not end its record of lines"

Rows: TypeAlias = tuple[tuple[int, int], ...]
Seen: TypeAlias = dict[tuple[int, str], dict[str, set[str]]]
"""The types of a file's functions, each by its first line and name: those of parameters, what it gives and yields."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The lines that tests ran: for each path the rows of lines (first and last), each with the tests that ran it.

    '' stands for what ran outside of tests. `why` says why it is not all of it. `types` are those that were seen, by
    path; None if nobody looked.
    """

    rows: Mapping[str, Mapping[Rows, frozenset[str]]] = field(default_factory=dict)
    why: str = ""
    types: Mapping[str, Seen] | None = None


def install(place: Path, root: Path, types: bool = False) -> None:
    """Put the recorder of the files below `root` in `place`, and forget what an earlier run wrote.

    If `types`, it also notes the types that functions are given and give back.
    """
    remove(place)
    recorder = injected_files.install(place, "line_recorder.py", RECORDER)
    injected_files.install(place, "pytest_lines.py", PLUGIN)
    for source, name in TYPES.items() if types else ():
        injected_files.install(place, source, name)
    recorder.with_suffix(".top").write_text(str(root))


def remove(place: Path) -> None:
    """Take it away, with what it wrote."""
    folder = injected_files.installed(place, RECORDER).parent
    for file in [*folder.glob(f"{RECORDER}.*"), *(folder / f"{name}.py" for name in (PLUGIN, *TYPES.values()))]:
        file.unlink(missing_ok=True)


def options() -> tuple[str, ...]:
    """Words for pytest that load the recorder."""
    return ("-p", PLUGIN)


def read(place: Path, name_of: Callable[[str], str]) -> Recorded:
    """Read what the processes of the last run have recorded; `name_of` gives the name of a test by its node id."""
    rows: dict[str, dict[Rows, set[str]]] = {}
    types: dict[str, Seen] = {}
    files = sorted(injected_files.installed(place, RECORDER).parent.glob(f"{RECORDER}.*.jsonl"))
    reasons = [_read_process(file, rows, types, name_of) for file in files]
    why = next(filter(None, reasons), "") if reasons else NOTHING
    looked = injected_files.installed(place, TYPES["type_events.py"]).exists()
    found_rows = {path: {r: frozenset(t) for r, t in found.items()} for path, found in rows.items()}
    return Recorded(found_rows, why, types if looked else None)


def _read_process(
    file: Path, rows: dict[str, dict[Rows, set[str]]], types: dict[str, Seen], name_of: Callable[[str], str]
) -> str:
    """Take in what one process has recorded. Returns why that is not all, if it is not."""
    sets: dict[int, set[str]] = {}
    why = CUT_OFF
    for fact in _lines(file):
        match fact:
            case {"set": int(number), "path": str(path), "lines": list(lines)} if all(map(_is_row, lines)):
                key = tuple((first, last) for first, last in lines)
                sets[number] = rows.setdefault(path, {}).setdefault(key, set())
            case {"test": str(node), "sets": list(numbers)}:
                name = node and name_of(node)
                for found in (sets[number] for number in numbers if number in sets):
                    found.add(name)
            case {"types": str(path), "line": int(line), "name": str(name), "seen": dict(seen)}:
                _add(types.setdefault(path, {}).setdefault((line, name), {}), seen)
            case {"how": str(), "why": str(reason)}:
                why = reason
            case _:
                pass
    return why


def _add(known: dict[str, set[str]], seen: Mapping[str, Any]) -> None:
    """Take in the types of a function that one process has seen, by the names of what has them."""
    for name, texts in seen.items():
        if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
            known.setdefault(name, set()).update(texts)


def _is_row(row: object) -> bool:
    """Say whether something is the first and the last of some lines of a file."""
    match row:
        case [int(first), int(last)]:
            return 0 < first <= last <= MOST_LINES
        case _:
            return False


def _lines(file: Path) -> Iterator[Any]:
    """The lines that are whole: a process that was killed may have left half of one."""
    try:
        with open_regular(file) as content:
            for line in content:
                try:
                    yield parse_json(line)
                except ValueError:
                    continue
    except OSError:  # tests may have put anything there
        return
