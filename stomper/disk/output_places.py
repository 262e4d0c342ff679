"""Check the places that users and configurations name for output: never git's own folders."""

import os
from pathlib import Path

from stomper.disk.validate import path_problem
from stomper.errors import UsageError


def require_outlet(path: Path, what: str) -> None:
    """Raises UsageError for a file inside of git's own folders, links followed; `what` says what names it."""
    if is_inside_git(path):
        raise UsageError(f"{what} {path} is inside of git's own folder", "Name a place outside of it.")


def require_room(path: Path, what: str) -> None:
    """Raises UsageError if there can be no file at `path`, before any work is done for it.

    Folders that are missing are no problem: `make_room` makes them. `what` says what names the path.
    """
    if path.is_dir():
        raise UsageError(f"{what} {path} is a folder", f"Name a file: {path / 'NAME'}")
    place = next(folder for folder in Path(os.path.abspath(path)).parents if os.path.lexists(folder))  # noqa: PTH100
    if not place.is_dir():
        raise UsageError(f"{what} {path}: {place} is no folder", "Name a file in a folder.")
    if not os.access(place, os.W_OK | os.X_OK):
        raise UsageError(f"{what} {path}: nothing can be written to {place}", "Name a folder that you may write to.")


def make_room(path: Path) -> None:
    """Make the folders that a file at `path` needs. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)


def is_inside_git(path: Path) -> bool:
    """Say whether a path, links followed, is inside of a git directory, and not in a working tree that lies in one."""
    for folder in Path(os.path.realpath(path)).parents:
        if _is_git(folder):
            return True
        if os.path.lexists(folder / ".git"):
            return False
    return False


def leads_out(top: Path, path: Path) -> str:
    """Say why a path that a repository names is none in its own tree, links followed; empty if it is one."""
    place, home = Path(os.path.realpath(path)), Path(os.path.realpath(top))
    if not place.is_relative_to(home):
        return "leads out of the repository"
    return path_problem(place.relative_to(home).as_posix())


def _is_git(folder: Path) -> bool:
    """Say whether a folder is called as git's are, or is one: of a bare repository, a submodule, a worktree."""
    if path_problem(folder.name) and folder.name:
        return True
    return (folder / "HEAD").is_file() and ((folder / "commondir").is_file() or (folder / "objects").is_dir())
