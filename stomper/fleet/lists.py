"""Read the repositories of a fleet from a list, or find them below a folder."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from stomper.errors import UsageError
from stomper.fleet.addresses import is_address, source_of

DEEPEST = 6  # folders below the one that is looked through
PASSED_OVER = frozenset({"node_modules", "__pycache__", "site-packages"})


def listed_sources(text: str, folder: Path) -> list[str]:
    """Give the sources of a list, one a line; paths count from `folder`. What is named twice counts once.

    Blank lines and lines that begin with `#` are passed over. Raises UsageError for what is no source.
    """
    lines = (line.strip() for line in text.splitlines())
    return list(dict.fromkeys(source_of(line, folder) for line in lines if line and not line.startswith("#")))


def is_checkout(path: str) -> bool:
    """Say whether a path leads to a working tree with a repository, by what lies there."""
    return not is_address(path) and os.path.lexists(Path(path) / ".git")


def discover(folder: Path, passed_over: Collection[Path] = ()) -> list[str]:
    """Give the repositories below a folder, by path: checkouts with a `.git` folder, and bare ones.

    Nothing is looked for in a repository, in a folder whose name begins with a dot, or in one that is `passed_over`.
    Raises UsageError if there is no such folder, or no repository in it.
    """
    if not folder.is_dir():
        raise UsageError(f"--discover {folder}: there is no such folder")
    top = Path(os.path.abspath(folder))  # noqa: PTH100  # links must stay as they are
    found = sorted(_repositories(top, DEEPEST, {place.absolute() for place in passed_over}))
    if not found:
        raise UsageError(f"--discover {folder}: no repository was found in it")
    return found


def _repositories(folder: Path, levels: int, passed_over: Collection[Path]) -> Iterator[str]:
    if (folder / ".git").is_dir() or _is_bare(folder):
        yield str(folder)
        return
    for inner in _folders(folder) if levels else ():
        if inner not in passed_over:
            yield from _repositories(inner, levels - 1, passed_over)


def _is_bare(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def _folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as found:
            return [Path(item.path) for item in found if item.is_dir(follow_symlinks=False) and _is_wanted(item.name)]
    except OSError:
        return []


def _is_wanted(name: str) -> bool:
    return not name.startswith(".") and name not in PASSED_OVER
