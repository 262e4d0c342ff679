"""The modules of a project, as its imports see them: which names are its own, and which module is a single file."""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper.disk.regular_files import read_regular
from stomper.fixers.annotations.surroundings import Surroundings
from stomper.proof.asked_names import AskedNames
from stomper.proof.imports import Project

LAZY = re.compile(rb"def __getattr__\(\s*\w+\s*(?::[^,)]*)?\)")
"""A function of the module: a method has two parameters."""
MOST_KNOWN = 4


def project_of(root: Path, path: str, around: Surroundings, commit: str = "") -> Project:
    """Give what the imports of the file `path` below `root` may mean.

    The files of one `commit` are read once; without one, those below `root` are read for this file alone.
    """
    asked = _known_by(commit, root) if commit else AskedNames(root)
    folders = (PurePosixPath(path).parent.as_posix(), *around.folders, ".", "src")
    return Project(
        frozenset(_own(root, folders)),
        functools.partial(asked.of, path),
        functools.partial(asked.of_part, path),
        _Plain(root, path, tuple(dict.fromkeys(folders))),
    )


_commits: dict[str, AskedNames] = {}


def _known_by(commit: str, root: Path) -> AskedNames:
    if commit not in _commits:
        while len(_commits) >= MOST_KNOWN:
            _commits.pop(next(iter(_commits)))
        _commits[commit] = AskedNames(root)
    return _commits[commit]


def _own(root: Path, folders: Sequence[str]) -> Iterator[str]:
    """Give the names that an import finds in the project, or might."""
    for folder in dict.fromkeys(folders):
        try:
            entries = list((root / folder).iterdir())
        except OSError:
            continue
        for entry in entries:
            if entry.suffix in (".py", ".pyi", ".so") or entry.is_dir():
                yield entry.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class _Plain:
    """Says whether a module is one file of the project, whose names are looked up without running anything."""

    root: Path
    path: str
    folders: tuple[str, ...]

    def __call__(self, module: str) -> bool:
        name = module.lstrip(".")
        if not name:
            return False
        level = len(module) - len(name)
        places = [self._above(level)] if level else [PurePosixPath(folder) for folder in self.folders]
        found = [one for one in (place.joinpath(*name.split(".")) for place in places) if self._is_there(one)]
        return len(found) > 0 and all(self._is_file(place) for place in found)

    def _above(self, level: int) -> PurePosixPath:
        return [*PurePosixPath(self.path).parents][min(level, len(PurePosixPath(self.path).parents)) - 1]

    def _is_there(self, place: PurePosixPath) -> bool:
        return (self.root / place).is_dir() or (self.root / f"{place}.py").is_file()

    def _is_file(self, place: PurePosixPath) -> bool:
        try:
            return not (self.root / place).is_dir() and not LAZY.search(read_regular(self.root / f"{place}.py"))
        except OSError:
            return False
