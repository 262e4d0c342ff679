"""Formatters that stay: a program in Python takes longer to start than to format a file.

One of each is kept by each process of ours. One that was started in a room, which is around one worktree, has to be
ended with that.
"""

import importlib.resources
import json
import multiprocessing.util
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from stomper.checkers.pytest_start import LEAVE
from stomper.disk.parse import parse_json
from stomper.disk.regular_files import read_regular
from stomper.errors import ToolError

if TYPE_CHECKING:
    from stomper.process.service import Service

SERVER = "formatter_server.py"
ENTRY = re.compile(
    rb"\A#!(?P<python>/[^\s]+)\n(?:.*\n)*?from (?P<module>[\w.]+) import (?P<function>\w+)\n"
    rb"if __name__ == ['\"]__main__['\"]:\n"
)
MOST_BYTES = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry point of a program in Python: what its script calls, and the interpreter that it names."""

    python: str
    module: str
    function: str


@dataclass(frozen=True, slots=True)
class Said:
    """The end of one call: its exit code, and what it has said."""

    code: int
    words: str


def entry_of(program: str, package: str) -> Entry | None:
    """Give the entry point of a program, if it is the script that an installer writes for this package."""
    try:
        found = ENTRY.match(read_regular(Path(program), MOST_BYTES))
    except OSError:
        return None
    if found is None or found["module"].decode().partition(".")[0] != package:
        return None
    return Entry(os.fsdecode(found["python"]), found["module"].decode(), found["function"].decode())


@dataclass(slots=True)
class Staying:
    """The programs that stay, by their entry points."""

    services: dict[Entry, "Service"] = field(default_factory=dict)

    def ask(self, entry: Entry, words: Sequence[str], folder: Path, timeout: float) -> Said:
        """Have it called with some words in a folder. Raises ToolError if it gives no answer."""
        question = json.dumps({"words": list(words), "folder": str(folder)}).encode()
        try:
            return _read(self._service(entry, timeout).ask(question, timeout))
        except (ToolError, ValueError) as error:
            self.end(entry)
            raise ToolError(f"{entry.module}: {getattr(error, 'message', error)}") from None

    def _service(self, entry: Entry, timeout: float) -> "Service":
        """The one that stays, or a new one. Raises ToolError if it cannot be started."""
        if entry not in self.services:
            self.services[entry] = _start(entry)
            first = _read(self.services[entry].ask(b"", timeout))
            if first.code:
                raise ToolError(first.words)
        return self.services[entry]

    def end(self, entry: Entry) -> None:
        if service := self.services.pop(entry, None):
            service.end()

    def end_all(self) -> None:
        for entry in list(self.services):
            self.end(entry)


def _start(entry: Entry) -> "Service":
    """Start one in a folder that no project decides on. What it is told of the place of its cache is none."""
    from stomper.process.service import Service

    source = importlib.resources.files("stomper.formatters").joinpath(SERVER).read_text()
    argv = [entry.python, "-c", LEAVE + source, entry.module, entry.function]
    return Service(argv, cwd=Path("/"), env=environment())


def environment() -> dict[str, str]:
    """The variables of a formatter: no folders of the user's with modules, no cache, text in UTF-8."""
    return {
        "PYTHONPATH": "",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "BLACK_CACHE_DIR": f"{os.devnull}/none",
    }


def _read(line: bytes) -> Said:
    told = parse_json(line)
    match told:
        case {"code": int(code), "said": str(words)}:
            return Said(code, words)
        case _:
            raise ToolError("its answer is none")


STAYING = Staying()
multiprocessing.util.Finalize(None, STAYING.end_all, exitpriority=100)


def end_formatters() -> None:
    """End all that stay."""
    STAYING.end_all()
