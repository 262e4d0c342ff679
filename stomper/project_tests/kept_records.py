"""The records of lines below a repository's state folder: each by all that it depends on, the last few of them.

Whoever writes holds the lock of a run, so that there is one writer at a time. A record appears whole; what a run that
was killed has left of one is removed by the next.
"""

import contextlib
import dataclasses
import hashlib
import os
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.atomic_write import write_atomically
from stomper.disk.private_files import ForeignError, make_folder, why_foreign
from stomper.disk.remove_trees import delete_folder
from stomper.git.trees import Entry
from stomper.process.crash import crash_point
from stomper.project_tests.line_record import LineRecord, forget, name_of, pack, read_sealed, sealed
from stomper.project_tests.recorded_lines import Recorded
from stomper.project_tests.results import SuiteResult
from stomper.project_tests.suite import Suite
from stomper.version import version_text

NAME = "line-records"
INDEX = "index"
MOST = 3
ENTRY = re.compile(r"[0-9a-f]{40}(\.part)?")
PART = ".part"
NO_PYTHON = "only the lines of pytest's and unittest's own tests are recorded"
NO_KEY = "there is no place for a key of yours that seals it"
NO_PLACE = "it cannot be kept: {}"


def key_of(suite: Suite, entries: Mapping[str, Entry]) -> str:
    """Give the name of the record of a suite on a commit with these entries."""
    project = suite.project
    facts = [
        *(version_text(), sys.platform, repr(suite.commands), project.python),
        *(repr(project.roots), repr(project.copies), repr(project.links), repr(project.variables)),
        *_marks(Path(project.python)),
        *(f"{entry.mode} {entry.blob} {path}" for path, entry in sorted(entries.items())),
    ]
    return hashlib.sha256("\0".join(facts).encode("utf-8", "surrogateescape")).hexdigest()[:40]


def _marks(python: Path) -> Iterator[str]:
    """Give the marks by which an interpreter, or the set of its packages, is known to be another one."""
    for place in (python.resolve(), *sorted(python.parent.parent.glob("lib*/python3*/*-packages"))):
        with contextlib.suppress(OSError):
            info = place.stat()
            yield f"{place} {info.st_size} {info.st_mtime_ns}"


def find_record(state: Path, key: str, passed: Collection[str], types: bool = False) -> LineRecord | None:
    """Give a whole record that is kept, less the tests that did not pass this time; None if there is none.

    If `types`, one of lines alone is not whole.
    """
    folder = state / NAME / key
    try:
        if why_foreign(folder.parent):
            return None
        facts = read_sealed(folder, INDEX)
        tests = frozenset(str(test) for test in facts["tests"])
        if facts["why"] or (types and not facts["types"]):
            return None
        with contextlib.suppress(OSError):
            os.utime(folder)
        return LineRecord(folder, gone=tests - frozenset(passed))
    except (OSError, ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class Keeper:
    """Has the record of a commit's tests below `state`, under a `key`: `kept` says that it is there already.

    `types`: types are to be in it too.
    """

    state: Path
    key: str
    paths: Collection[str]
    kept: bool
    types: bool = False

    def noting(self, suite: Suite) -> Suite:
        """The suite as the tests of the commit are to be run: recorded, unless the record is there."""
        return dataclasses.replace(suite, notes_lines=not self.kept, notes_types=self.types)

    def record(self, result: SuiteResult) -> LineRecord:
        """Give the record of the tests that this run of all of them is. Never raises: `why` says what is missing."""
        if self.kept and (found := find_record(self.state, self.key, result.passed, self.types)):
            return found
        if result.lines is None:
            return LineRecord(why=NO_PYTHON)
        return keep_record(self.state, self.key, result.lines, result.passed, self.paths)


def keeper_of(suite: Suite, state: Path, entries: Mapping[str, Entry], types: bool = False) -> Keeper:
    """Find out whether there is a record of a suite on a commit with these entries, with `types` if they are wanted."""
    key = key_of(suite, entries)
    return Keeper(state, key, entries.keys(), find_record(state, key, (), types) is not None, types)


def keep_record(
    state: Path, key: str, recorded: Recorded, passed: Collection[str], paths: Collection[str]
) -> LineRecord:
    """Keep what was recorded in a run of tests. Never raises: `why` says what went wrong.

    Only tests that `passed` count, and only files of git's, which are `paths`.
    """
    try:
        if why := "" if not os.path.lexists(state / NAME) else why_foreign(state / NAME):
            return LineRecord(why=NO_PLACE.format(why))
        make_folder(state / NAME)
        return _written(state / NAME, key, recorded, passed, paths)
    except (OSError, ForeignError) as error:
        return LineRecord(why=NO_PLACE.format(error))


def _written(place: Path, key: str, recorded: Recorded, passed: Collection[str], paths: Collection[str]) -> LineRecord:
    trim(place, MOST - 1)
    folder, part = place / key, place / (key + PART)
    part.mkdir(mode=0o700)
    passed, types = frozenset(passed), recorded.types or {}
    seen = set[str]()
    for path in recorded.rows.keys() | types.keys():
        if path in paths:
            facts = pack(path, recorded.rows.get(path, {}), passed, types.get(path, {}))
            seen.update(facts["tests"])
            _write(part, folder, name_of(path), facts)
    looked = recorded.types is not None
    if not _write(part, folder, INDEX, {"tests": sorted(seen), "why": recorded.why, "types": looked}):
        delete_folder(part)
        return LineRecord(why=NO_KEY)
    crash_point("line-record")
    delete_folder(folder)
    part.rename(folder)
    forget()
    return LineRecord(folder, recorded.why)


def _write(part: Path, folder: Path, name: str, facts: object) -> bool:
    content = sealed(folder, name, facts)
    if content:
        write_atomically(part / name, content, durable=False, private=True)
    return bool(content)


def trim(place: Path, most: int) -> None:
    """Remove the records that are used least, and what a killed run has left of one."""
    found = [entry for entry in place.iterdir() if ENTRY.fullmatch(entry.name)]
    parts = [entry for entry in found if entry.name.endswith(PART)]
    whole = sorted(set(found) - set(parts), key=lambda entry: entry.lstat().st_mtime_ns, reverse=True)
    for entry in (*parts, *whole[most:]):
        delete_folder(entry)
