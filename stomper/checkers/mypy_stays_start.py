"""Start a mypy that stays, and find out whether a project's mypy can."""

import importlib.resources
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.checkers.caches import MYPY, copy_cache
from stomper.checkers.mypy_call import JSON, OPTIONS, Call, Mypy
from stomper.checkers.pytest_start import LEAVE
from stomper.disk.regular_files import read_regular
from stomper.disk.remove_trees import delete_folder
from stomper.process.service import Service

SERVER = "mypy_server.py"
CACHE = "mypy-staying"
ENTRY = re.compile(rb"\A#!(?P<python>/[^\s]+)\n(?:.*\n)*?from mypy\.__main__ import console_entry\n")
OLDEST = 2  # before, it finds other errors than one that does not stay
VERSION = re.compile(r"mypy-(\d+)\.")


@dataclass(frozen=True, slots=True)
class Start:
    """The way to start one: in the place of `call`, with the types that `warm` has of `files`."""

    mypy: Mypy
    call: Call
    warm: Path
    files: Sequence[str]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Start) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[object, ...]:
        call = self.call
        return self.mypy, call.root, call.group.folder, call.cache.name, call.bases, call.words, self.warm

    def begin(self) -> Service:
        """Start it with a cache of its own. Raises ToolError if it cannot be started."""
        source = importlib.resources.files("stomper.checkers").joinpath(SERVER).read_text()
        cache = self.call.place / CACHE
        delete_folder(cache)
        copy_cache(self.warm / MYPY / self.call.cache.name, cache)
        words = (*OPTIONS, *self.mypy.places(self.call, cache), *self.call.words, JSON, "--", *self.files)
        folder = self.call.root / self.call.group.folder
        return Service(
            [self.mypy.stays, "-c", LEAVE + source, *words], cwd=folder, env=self.mypy.environment(self.call)
        )


def staying(program: str) -> str:
    """The interpreter of a mypy that can stay, '' if it cannot, or cannot be told.

    That is one whose program is the script that an installer writes, with its package where such a script has it.
    """
    try:
        found = ENTRY.match(read_regular(Path(program)))
    except OSError:
        return ""
    python = found["python"].decode("utf-8", "surrogateescape") if found else ""
    packages = Path(python).parent.parent.glob("lib*/python3*/site-packages/mypy-*.dist-info") if python else ()
    versions = {int(match[1]) for place in packages if (match := VERSION.match(place.name))}
    return python if len(versions) == 1 and min(versions) >= OLDEST else ""
