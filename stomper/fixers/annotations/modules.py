"""The project's own modules, found and read by their name."""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from stomper.disk.regular_files import read_regular
from stomper.fixers.annotations.names import Names, read_names
from stomper.python import CannotReadError, decode, read_tree


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the project that was read: `path` is from the top."""

    path: str
    tree: ast.Module
    names: Names


@dataclass(slots=True)
class Modules:
    """Reads modules below `root`; `folders` are where imports start, from the top."""

    root: Path
    folders: Sequence[str] = (".", "src")
    _read: dict[str, Module | None] = field(default_factory=dict)

    def read(self, path: str, text: str | None = None) -> Module | None:
        """The module in a file; None if that cannot be read. With `text` it is that instead of the file's."""
        if text is not None or path not in self._read:
            try:
                tree = read_tree(decode(read_regular(self.root / path)) if text is None else text)
            except (OSError, CannotReadError):
                self._read[path] = None
            else:
                self._read[path] = Module(path, tree, read_names(tree, PurePosixPath(path).parent.parts))
        return self._read[path]

    def find(self, name: str, importer: str) -> Module | None:
        """The module that this name means in a file of the project; None for one that is not its own, or not read."""
        place = self.file(name, importer)
        return None if place is None else self.read(place)

    def file(self, name: str, importer: str) -> str | None:
        """The file of the project that has the module of this name, read or not."""
        places = self._places(name.replace(".", "/"), importer)
        return next((place for place in places if (self.root / place).is_file()), None)

    def _places(self, name: str, importer: str) -> Iterator[str]:
        standard = name.partition("/")[0] in sys.stdlib_module_names
        folders = dict.fromkeys((*map(str, PurePosixPath(importer).parents), *self.folders))
        for folder in () if standard else folders:
            for inner in (folder, f"{folder}/src"):
                for ending in (".py", "/__init__.py"):
                    yield str(PurePosixPath(inner) / f"{name}{ending}")
