"""The facts about formatters that decide on an outcome: which they are, their programs, and the packages of these."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from stomper import process
from stomper.disk.regular_files import read_regular
from stomper.formatters.formatter import Formatter
from stomper.outcome_cache.marks import marks_of

TIMEOUT = 60.0


def formatter_facts(formatter: Formatter, until: float) -> Iterator[str]:
    """The facts of one formatter, none of which may have changed after the time `until`.

    One that is not the script of an installer is asked for its version: nobody knows what its program leads to.
    """
    program = Path(formatter.program)
    yield repr(formatter)
    yield hashlib.sha256(read_regular(program)).hexdigest()
    if formatter.entry is None:
        said = process.run([formatter.program, "--version"], cwd=Path("/"), timeout=TIMEOUT, contained=True)
        yield said.stdout.decode("utf-8", "replace")
        return
    yield from marks_of(_packages(formatter.entry.python), until)


def _packages(python: str) -> list[Path]:
    """The folders with packages of the environment that an interpreter is of."""
    places = dict.fromkeys((Path(python), Path(os.path.realpath(python))))
    return [folder for place in places for folder in sorted(place.parent.parent.glob("lib*/python3*/*-packages"))]
