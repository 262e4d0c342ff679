"""The start of a Python tool, which a project's own modules by the names of what it imports would spoil."""

import os
import sys
from pathlib import Path

from stomper import process
from stomper.disk.atomic_write import is_inside

# What Python imports by itself, what mypy is made of, and what these need.
IMPORTED = frozenset(
    {
        *sys.stdlib_module_names,
        *("sitecustomize", "usercustomize", "mypy", "mypyc", "mypy_extensions", "typing_extensions"),
        *("pathspec", "tomli", "librt", "ast_serialize", "lxml", "orjson"),
    }
)
PATH = "PYTHONPATH"


def undisturbed(top: Path) -> tuple[tuple[str, str], ...]:
    """Variables for a tool: of the user's PYTHONPATH, no folder of the checkout that has a module of such a name.

    Other folders stay: a plugin of the project's own may be found by them.
    """
    entries = (process.variable(PATH) or "").split(os.pathsep)
    kept = [entry for entry in entries if entry and not _disturbs(Path(entry), top)]
    return ((PATH, os.pathsep.join(kept)),) if kept != entries and any(entries) else ()


def _disturbs(folder: Path, top: Path) -> bool:
    """Say whether a folder is one of the checkout, or goes by where a tool is started, and hides a module."""
    places = [folder] if folder.is_absolute() else [top / folder, Path.cwd() / folder]
    return any(is_inside(place, top) and _hides(place) for place in places)


def _hides(folder: Path) -> bool:
    try:
        return any(place.name.partition(".")[0] in IMPORTED for place in Path(folder).iterdir())
    except OSError:
        return False
