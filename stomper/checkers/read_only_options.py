"""Options and variables by which the built-in tools write, fix or install: each switched off by its name.

Names are never complete, so every look is also proved to have changed nothing (`unchanged_checkout`, `Worktree.look`).
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from stomper import process
from stomper.disk.regular_files import read_regular_text

RUFF = ("--no-fix", "--no-fix-only", "--no-unsafe-fixes", "--no-show-fixes")
MYPY = ("--no-install-types", "--interactive")
NO_BYTECODE = {"PYTHONDONTWRITEBYTECODE": "1"}
REPORT = re.compile(r"^\s*[\"']?(?P<kind>[a-z]+(?:_[a-z]+)*)_report[\"']?\s*[=:]", re.MULTILINE)
STAYING = re.compile(r"local[-_]partial[-_]types", re.IGNORECASE)
MYPY_FILES = ("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg")
MYPY_OWN_FILES = ("~/.config/mypy/config", "~/.mypy.ini")


def mypy_words(folder: Path, place: Path) -> tuple[str, ...]:
    """The options of a mypy that is started in `folder`: its reports, which none switches off, go below `place`.

    Only those that a configuration names: some need a package that the project may not have.
    """
    kinds = sorted({kind for file in _configurations(folder) for kind in _reports(file)})
    return (*MYPY, *(f"--{kind.replace('_', '-')}-report={place / 'reports' / kind}" for kind in kinds))


def forbids_staying(folder: Path) -> bool:
    """Say whether a configuration there speaks of what a mypy that stays, and one that makes caches for it, decides."""
    return any(STAYING.search(_text(file)) for file in _configurations(folder))


def _configurations(folder: Path) -> Iterator[Path]:
    """The files that mypy may read its configuration from: those here, above, and the user's own."""
    for parent in (folder, *folder.parents):
        yield from (parent / name for name in MYPY_FILES)
    yield from (Path(os.path.expanduser(name)) for name in MYPY_OWN_FILES)  # noqa: PTH111  # a user without a home is none
    if settings := process.variable("XDG_CONFIG_HOME"):
        yield Path(settings) / "mypy" / "config"


def _reports(file: Path) -> set[str]:
    return {match["kind"] for match in REPORT.finditer(_text(file))}


def _text(file: Path) -> str:
    try:
        return read_regular_text(file, "utf-8", "replace")
    except OSError:
        return ""
