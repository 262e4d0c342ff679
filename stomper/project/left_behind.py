"""Find what lies in the checkout, is in no commit, and does not come into a worktree."""

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper.disk.output_places import leads_out
from stomper.disk.validate import path_problem
from stomper.git.trees import untracked_places
from stomper.project.environment import Project
from stomper.project.untracked_files import ENVIRONMENT_MARKS, MOST_BYTES, MOST_FILES

# What tools keep for themselves and make anew, and environments: those have settings of their own.
KEPT_BY_TOOLS = frozenset(
    {"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".nox", ".hypothesis", ".coverage"}
    | {".eggs", ".venv", "venv", "site-packages", "htmlcov", ".idea", ".vscode", ".DS_Store", ".git"}
)
MARKS = (*ENVIRONMENT_MARKS, "CACHEDIR.TAG", ".git")
MOST_TRIED = 2**30


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Files and folders that a worktree does not get. Those that are `large` are too large to be tried in one."""

    paths: tuple[str, ...] = ()
    large: tuple[str, ...] = ()


def find_left_behind(project: Project, entries: Collection[str], most: int = MOST_TRIED) -> LeftBehind:
    """List what the checkout has beside the commit with these `entries` and what a run brings; at most so many bytes.

    Caches, environments and repositories of their own are left out.
    """
    paths: list[str] = []
    large: list[str] = []
    for path in _places(project, entries):
        size = _measure(project.top / path, most)[1]
        (paths if size <= most else large).append(path)
        most -= size if size <= most else 0
    return LeftBehind(tuple(paths), tuple(large))


def is_to_be_linked(top: Path, path: str) -> bool:
    """Say whether a worktree should have a link to it: it is large, or leads out of the repository."""
    files, size = _measure(top / path, MOST_BYTES)
    return files > MOST_FILES or size > MOST_BYTES or bool(leads_out(top, top / path))


def _places(project: Project, entries: Collection[str]) -> Iterator[str]:
    for place in untracked_places(project.top):
        path = place.rstrip("/")
        if path in entries or path_problem(path) or _is_kept_by_a_tool(project.top, path):
            continue
        if not _is_brought(path, project):
            yield path


def _is_brought(path: str, project: Project) -> bool:
    """Say whether a worktree has all of it already, or a link in the way of it."""
    place = PurePosixPath(path)
    inside = any(place.is_relative_to(other) for other in (*project.copies, *project.links))
    return inside or any(PurePosixPath(link).is_relative_to(place) for link in project.links)


def _is_kept_by_a_tool(top: Path, path: str) -> bool:
    named = KEPT_BY_TOOLS.intersection(PurePosixPath(path).parts)
    return bool(named) or path.endswith(".pyc") or any((top / path / mark).exists() for mark in MARKS)


def _measure(place: Path, most: int) -> tuple[int, int]:
    """Count files and bytes; not much further than `most` bytes. What a link leads to is not looked at."""
    files = size = 0
    for path in _files(place):
        found = os.lstat(path)
        files, size = files + 1, size + (found.st_size if stat.S_ISREG(found.st_mode) else 0)
        if size > most:
            break
    return files, size


def _files(place: Path) -> Iterator[str]:
    if place.is_symlink() or not place.is_dir():
        yield str(place)
        return
    for folder, _, names in os.walk(place):
        yield from (f"{folder}/{name}" for name in names)
