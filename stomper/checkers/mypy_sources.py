"""The files that `mypy` by hand looks at, from the folder of its configuration: by its own manual and source.

Without `files`, `packages` and `modules` that is `mypy .`. One that is named to mypy is looked at whatever these say.
"""

import functools
import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper.disk.atomic_write import is_file

PYTHON = (".py", ".pyi")
SKIPPED = ("__pycache__", "site-packages", "node_modules")


@dataclass(frozen=True, slots=True)
class MypyConfig:
    """The words of a configuration about files. `files` None: any; `exclude` are regular expressions.

    `packages` and `modules` are names, which count if there are no `files`; `mypy_path` are the folders to look for
    them in. `explicit_bases`: modules are called from these folders and no others.
    """

    files: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    mypy_path: tuple[str, ...] = ()
    exclude_gitignore: bool = False
    explicit_bases: bool = False


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that `mypy` without arguments takes in the `folder` of a configuration.

    `roots` are folders where the imports of the project start, beside those that the configuration names.
    """

    config: MypyConfig
    folder: Path
    roots: tuple[Path, ...] = ()

    def have(self, path: str) -> bool:
        """Say whether a path, relative to the folder, is one of them."""
        names = [*self.config.packages, *self.config.modules]
        mine = self._by_name(path) if names and self.config.files is None else self._by_place(path)
        return mine and not _is_shadowed(self.folder, path)

    def _by_place(self, path: str) -> bool:
        for pattern in self.config.files or (".",):
            for place in _expand(self.folder, pattern):
                if place == path or (_is_below(path, place) and self._is_walked(path, place)):
                    return True
        return False

    def _by_name(self, path: str) -> bool:
        if any(path in _files_of(place) for name in self.config.modules if (place := self._find(name))):
            return True
        places = [place for name in self.config.packages if (place := self._find(name))]
        return any(path in _files_of(p) or (_is_below(path, p) and self._is_walked(path, p)) for p in places)

    def _is_walked(self, path: str, start: str) -> bool:
        """Say whether mypy comes to a file when it walks through the folder `start`."""
        names = PurePosixPath(path).relative_to(start).parts
        if not path.endswith(PYTHON) or any(name in SKIPPED or name.startswith(".") for name in names):
            return False
        first = len(PurePosixPath(path).parts) - len(names)
        places = ["/".join(PurePosixPath(path).parts[:n]) + "/" for n in range(first + 1, first + len(names))]
        return not any(_matches(pattern, place) for pattern in self.config.exclude for place in (*places, path))

    def _find(self, name: str) -> str:
        """The place of a package or module below the folder, without an ending; '' if it is elsewhere."""
        for base in self._search_path():
            place = base.joinpath(*name.split("."))
            if any(os.path.exists(f"{place}{end}") for end in ("", *PYTHON)):  # noqa: PTH110  # an ending, not a part
                return place.relative_to(self.folder).as_posix() if place.is_relative_to(self.folder) else ""
        return ""

    def _search_path(self) -> Iterator[Path]:
        yield from map(Path, self.config.mypy_path)
        yield self.folder
        yield from self.roots


def _files_of(place: str) -> list[str]:
    """The files that a module can be, by its place without an ending."""
    return [f"{place}{end}" for end in (*PYTHON, *(f"/__init__{end}" for end in PYTHON))]


def _is_below(path: str, place: str) -> bool:
    return place == "." or path.startswith(f"{place}/")


@functools.lru_cache(maxsize=256)
def _expand(folder: Path, pattern: str) -> tuple[str, ...]:
    found = glob.glob(pattern, root_dir=folder, recursive=True) if glob.has_magic(pattern) else [pattern]  # noqa: PTH207  # what mypy itself does
    return tuple(os.path.relpath(folder / place, folder) for place in found)


def _matches(pattern: str, path: str) -> bool:
    try:
        return re.search(pattern, path) is not None
    except re.error:
        return False  # mypy says what is wrong with it


def _is_shadowed(folder: Path, path: str) -> bool:
    """Say whether a stub or a package of the name lies beside a module: mypy takes that, and refuses both together."""
    if not path.endswith(".py"):
        return False
    package = folder / path.removesuffix(".py")
    return is_file(folder / f"{path}i") or any(file.suffix in PYTHON for file in package.rglob("*.py*"))
