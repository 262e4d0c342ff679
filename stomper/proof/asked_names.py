"""The names that the files of a project ask each other for: an index of their imports, made once for a commit."""

import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from stomper.disk.regular_files import read_regular
from stomper.fixers.annotations.module_uses import ELSEWHERE

PYTHON = (".py", ".pyi")
IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+(\S+)[ \t]+)?import\b((?:[^\n(]*\([^)]*\)|(?:[^\n]*\\\n)*[^\n]*))", re.MULTILINE
)
TEXT = re.compile(rb"""["']([A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)+)["']""")
PATHS = re.compile(rb"\w+(?:\.\w+)*")
WORD = re.compile(rb"\w+|\*")


@dataclass(slots=True)
class AskedNames:
    """Says of the project below `root` which of its files asks another one for a name. Reads them when first asked."""

    root: Path
    _importers: dict[bytes, set[str]] = field(default_factory=dict)
    _texts: dict[tuple[bytes, bytes], str] = field(default_factory=dict)
    _read: bool = False

    def of(self, path: str, name: str) -> str:
        """Name the first file that asks the module in the file `path` for a name; '' if none does."""
        if not self._read:
            self._read_all()
        module, wanted = _module_name(path).encode(), name.encode()
        if other := self._texts.get((module, wanted)):
            return other
        asking = sorted(self._importers.get(module, set()) - {path})
        return next((other for other in asking if _asks(_content(self.root / other), module, wanted)), "")

    def of_part(self, path: str, part: str) -> str:
        """Name the first file but `path` that finds a part of a package (`a.b`) as an attribute and imports it not."""
        if not self._read:
            self._read_all()
        package, _, name = part.encode().rpartition(b".")
        others = sorted(self._importers.get(package.partition(b".")[0], set()) - {path})
        return next((other for other in others if _takes(_content(self.root / other), package, name)), "")

    def _read_all(self) -> None:
        self._read = True
        for path in _files(self.root):
            data = _content(self.root / path)
            for found in IMPORT.finditer(data):
                for word in WORD.findall(found[0]):
                    self._importers.setdefault(word, set()).add(path)
            for found in TEXT.finditer(data):
                words = WORD.findall(found[1])
                self._texts |= dict.fromkeys(itertools.pairwise(words), path)


def _asks(data: bytes, module: bytes, name: bytes) -> bool:
    """Say whether a file takes a name from a module, or looks it up there under the module's name or another."""
    aliases = {module}
    for found in IMPORT.finditer(data):
        words = WORD.findall(found[2])
        taken = (found[1] or b"").rpartition(b".")[2] == module
        if taken and (name in words or b"*" in words):
            return True
        aliases |= {
            new for old, word, new in zip(words, words[1:], words[2:], strict=False) if (old, word) == (module, b"as")
        }
    looks = rb"\b(?:%s)\s*\.\s*%s\b" % (b"|".join(map(re.escape, sorted(aliases))), re.escape(name))
    by_text = rb"""\b(?:get|set|has|del)attr\b[^\n]*["']%s["']""" % re.escape(name)
    return bool(re.search(looks, data) or re.search(by_text, data))


def _takes(data: bytes, package: bytes, name: bytes) -> bool:
    """Say whether a file asks for a part of a package that no import at its left margin brings."""
    module = package.rpartition(b".")[2]
    return not _imports(data, package, name) and _asks(data, module, name)


def _imports(data: bytes, package: bytes, name: bytes) -> bool:
    part = package + b"." + name
    for found in IMPORT.finditer(data):
        if found[0][:1].isspace():
            continue
        source = found[1] or b""
        if f"{source.decode('latin-1')}.".startswith(f"{part.decode('latin-1')}."):
            return True
        if source == package and name in WORD.findall(found[2]):
            return True
        if not source and any((one + b".").startswith(part + b".") for one in PATHS.findall(found[2])):
            return True
    return False


def _module_name(path: str) -> str:
    place = PurePosixPath(path)
    return place.parent.name if place.stem == "__init__" else place.stem


def _files(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in ELSEWHERE)
        yield from (Path(folder, name).relative_to(root).as_posix() for name in sorted(files) if name.endswith(PYTHON))


def _content(file: Path) -> bytes:
    try:
        return read_regular(file)
    except OSError:
        return b""
