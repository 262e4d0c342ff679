"""Find the interpreter that a project's environment is made of: one of the user's that the project is for."""

import itertools
import platform
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.disk.atomic_write import is_inside
from stomper.environments.project_files import ProjectFiles
from stomper.errors import ConfigError, ToolError
from stomper.metadata.supported_pythons import Promise, read_promise
from stomper.project.find_tools import users_folders
from stomper.project.private_environment import is_private

NAMES = ("python3", "python", *(f"python3.{minor}" for minor in range(16, 7, -1)))
QUESTION = """
import sys
own = getattr(sys, "_base_executable", sys.executable)
print(own, *sys.version_info[:3], sys.implementation.name, sys.base_prefix, sep="\\n")
"""
TIMEOUT = 20.0
ANSWERS = 6


@dataclass(frozen=True, slots=True)
class Base:
    """An interpreter: `facts` are its version, its make, and where it is."""

    program: str
    facts: tuple[str, ...]

    @property
    def minor(self) -> tuple[int, int]:
        return int(self.facts[0]), int(self.facts[1])

    @property
    def version(self) -> str:
        return ".".join(self.facts[:3])


def find_base(top: Path, files: ProjectFiles) -> Base:
    """The interpreter for a project: that of `.python-version`, else the first on PATH that will do.

    Raises ConfigError if none of those that are here will do.
    """
    promise = read_promise(files.root, "setup.py", "")
    wished = re.match(r"(\d+)\.(\d+)", files.text(".python-version").strip())
    names = (f"python{wished[1]}.{wished[2]}", *NAMES) if wished is not None else NAMES
    found = list[Base]()
    for base in _found(top, names):
        found.append(base)
        if not promise.stated or base.minor in promise.pythons:
            return base
    raise ConfigError(
        f"the project is for Python {_span(promise)}, and none of these is on PATH"
        + (f" (there is {', '.join(base.version for base in found)})" if found else ""),
        "Install one, name an environment that you made (python = '...'), or do without: --no-setup.",
    )


def _span(promise: Promise) -> str:
    first, last = promise.pythons[0], promise.pythons[-1]
    return f"{first[0]}.{first[1]} to {last[0]}.{last[1]}"


def _found(top: Path, names: Sequence[str]) -> Iterator[Base]:
    """The user's interpreters of these names, each once. Those of the checkout and Stomper's own are none."""
    seen = set[str]()
    for program in itertools.chain(_programs(top, names), _own()):
        base = _asked(program)
        if base is not None and base.program not in seen:
            seen.add(base.program)
            yield base


def _programs(top: Path, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        for _, folder in users_folders():
            if is_private(Path(folder).parent):
                continue
            if (found := shutil.which(name, path=folder)) and not is_inside(found, top):
                yield found


def _own() -> Iterator[str]:
    """The interpreter that Stomper's own environment was made of, if nothing else is here."""
    base = Path(sys.base_prefix) / "bin" / "python3"
    if base.exists() and not process.is_frozen():
        yield str(base)


def _asked(program: str) -> Base | None:
    """What an interpreter says of itself: a script in its place (pyenv's) takes its time, and may be for none."""
    try:
        done = process.run([program, "-I", "-c", QUESTION], cwd=Path("/"), timeout=TIMEOUT, contained=True)
    except ToolError:
        return None
    lines = tuple(done.stdout.decode("utf-8", "surrogateescape").splitlines())
    whole = done.ended and done.returncode == 0 and len(lines) == ANSWERS
    return Base(lines[0], lines[1:]) if whole else None


def machine() -> tuple[str, ...]:
    """What compiled modules depend on beside the interpreter."""
    return (sys.platform, platform.machine(), *platform.libc_ver())
