"""Pipes and devices where tools expect a file: named before a tool is started that would wait for them for ever.

ruff, mypy and git open whatever has the name of a configuration or of a source file.
"""

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from stomper import process
from stomper.disk.regular_files import kind_of
from stomper.errors import UsageError
from stomper.git.repository import Repository
from stomper.git.trees import tracked_paths
from stomper.metadata.config_files import is_config
from stomper.models import printable
from stomper.text.counts import shorten

SHOWN = 5
GITS = frozenset({".gitignore", ".gitattributes", ".gitmodules"})
SOURCES = (".py", ".pyi", ".pyx", ".ipynb", ".toml", ".cfg", ".ini")
OF_HOME = (".gitconfig", ".mypy.ini")
OF_SETTINGS = (
    *("git/config", "git/ignore", "git/attributes", "mypy/config"),
    *("ruff/ruff.toml", "ruff/.ruff.toml", "ruff/pyproject.toml"),
)
OF_GIT = ("info/exclude", "info/attributes")
HINT = "Whoever opens it waits for ever: remove it, or put a regular file in its place."


def require_users_files() -> None:
    """Raises UsageError for a pipe or a device among the user's own settings of git and of the tools."""
    home = process.variable("HOME")
    settings = process.variable("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    places = [Path(home, name) for name in OF_HOME] if home else []
    places += [Path(settings, name) for name in OF_SETTINGS] if settings else []
    _require([place for place in places if _waits(place)])


def require_files(repository: Repository) -> None:
    """Raises UsageError, before a tool is started, for a pipe or a device in the checkout that one would open."""
    found = [place for name in OF_GIT if _waits(place := repository.common / name)]
    _require([*found, *_in_checkout(repository.top), *_above(repository.top)])


def _require(found: Collection[Path]) -> None:
    if found:
        kinds = {kind_of(place.stat().st_mode) for place in found}
        words = shorten([printable(str(place)) for place in found], SHOWN)
        raise UsageError(f"{words}: {' or '.join(sorted(kinds))} where tools look for a file", HINT)


def _in_checkout(top: Path) -> Iterator[Path]:
    """Look into the folders that hold tracked files; a tool that is given one of these reads nothing elsewhere."""
    tracked = frozenset(tracked_paths(top))
    folders = {str(parent) for path in tracked for parent in PurePosixPath(path).parents} | {"."}
    for folder in sorted(folders):
        for name in _odd_names(top / folder):
            path = name if folder == "." else f"{folder}/{name}"
            if (path in tracked or is_config(name) or name in GITS or name.endswith(SOURCES)) and _waits(top / path):
                yield top / path


def _above(top: Path) -> Iterator[Path]:
    for folder in top.parents:
        yield from (folder / name for name in _odd_names(folder) if is_config(name) and _waits(folder / name))


def _odd_names(folder: Path) -> list[str]:
    """List the entries of a folder that are neither plain files nor plain folders; none if it may not be read."""
    try:
        with os.scandir(folder) as found:
            return sorted(one.name for one in found if not _is_plain(one))
    except OSError:
        return []


def _is_plain(one: os.DirEntry[str]) -> bool:
    return one.is_file(follow_symlinks=False) or one.is_dir(follow_symlinks=False)


def _waits(place: Path) -> bool:
    """Say whether a program that opens it may wait. The null device, with which people hide a file, never does."""
    try:
        info = place.stat()
    except OSError:
        return False
    if stat.S_ISCHR(info.st_mode) and info.st_rdev == Path(os.devnull).stat().st_rdev:
        return False
    return stat.S_ISFIFO(info.st_mode) or stat.S_ISCHR(info.st_mode) or stat.S_ISBLK(info.st_mode)
