"""The code of a project that reads annotations, and whether tests run it."""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from stomper.disk.regular_files import read_regular
from stomper.fixers.annotations.module_uses import project_facts
from stomper.fixers.annotations.reader_names import reading_lines
from stomper.proof.statements import run_lines
from stomper.python import CannotReadError, decode, read_tree

if TYPE_CHECKING:
    from stomper.project_tests.line_record import LineRecord

Lines = tuple[Mapping[int, Collection[str]], Collection[int]]
"""The tests that run each line of a text, and the lines that run outside of tests."""


def unrun_reader(root: Path, path: str, text: str, lines: Lines, record: "LineRecord") -> str:
    """Name the first place of a project that may read annotations and that no test runs; '' if tests run each.

    `lines` are of the file `path`, which has this text; `record` is of the others, as they are below `root`.
    """
    own = ((path, line) for line in _unrun(text, lines))
    return next((f"line {line} of {place}" for place, line in chain(own, _others(root, path, record))), "")


def _others(root: Path, but: str, record: "LineRecord") -> Iterator[tuple[str, int]]:
    """The places in the other files. One that cannot be read may do anything."""
    for path, facts in project_facts(root, but):
        if facts.reads:
            try:
                text = decode(read_regular(root / path))
            except (OSError, CannotReadError):
                yield path, 1
            else:
                yield from ((path, line) for line in _unrun(text, (record.runs(path), record.imported(path))))


def _unrun(text: str, lines: Lines) -> list[int]:
    try:
        reading = reading_lines(read_tree(text))
    except CannotReadError:
        return [1]
    run = run_lines(text, reading, *lines) if reading else frozenset()
    return [line for line in reading if line not in run]
