"""Finds the files that have to do with a broken one, by their imports: rather too many than one too few."""

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from stomper.disk.regular_files import read_regular

PYTHON = (".py", ".pyi")
IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+\S+[ \t]*)?import\b(?:[^\n(]*\([^)]*\)|(?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE)
WORD = re.compile(rb"\w+")


def importers(root: Path, broken: Collection[str]) -> frozenset[str]:
    """The Python files below `root` that may import one of the `broken`, or a file that does."""
    words = {path: _words(root / path) for path in _files(root) if path not in broken}
    found: set[str] = set()
    names = {module_name(path) for path in broken}
    packages = [str(PurePosixPath(path).parent) for path in broken if PurePosixPath(path).stem == "__init__"]
    while more := {p for p, w in words.items() if p not in found and (w & names or _is_in(p, packages))}:
        found |= more
        names |= {module_name(path) for path in more}
    return frozenset(found)


def _files(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (os.path.relpath(f"{folder}/{name}", root) for name in files if name.endswith(PYTHON))


def module_name(path: str) -> bytes:
    """The name by which a file is imported: a package has that of its folder."""
    place = PurePosixPath(path)
    return os.fsencode(place.parent.name if place.stem == "__init__" else place.stem)


def _is_in(path: str, folders: Collection[str]) -> bool:
    """Say whether a file is in one of the packages, which is imported whenever a part of it is."""
    return any(folder == "." or path.startswith(f"{folder}/") for folder in folders)


def imported_words(content: bytes) -> frozenset[bytes]:
    """Give all words of the imports of a file: each module that it imports by name is among them."""
    return frozenset(WORD.findall(b"\n".join(IMPORT.findall(content))))


def _words(file: Path) -> frozenset[bytes]:
    try:
        return imported_words(read_regular(file))
    except OSError:
        return frozenset()
