"""The uses that a file may make of the definitions of others, by its words alone. Read once for each content."""

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from stomper.disk.regular_files import read_regular
from stomper.fixers.annotations.reader_names import SEEN

ELSEWHERE = frozenset({"node_modules", "site-packages", "__pycache__"})
CLASS = re.compile(rb"^[ \t]*class[ \t]+(\w+)[ \t]*\(([^)]*)\)", re.MULTILINE)
WORD = re.compile(rb"\w+")
STAR = re.compile(rb"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t(]*\*", re.MULTILINE)
DOTTED = re.compile(rb"[\"']([A-Za-z_][\w.]*[.:][A-Za-z_][\w.]*)[\"']")
# If a name may be a value. Most names of most files are none there: such files are not parsed.
VALUE = re.compile(
    rb"(?:[(\[{,=:*|]|\breturn|\byield|\belse|\bor|\band)\s*(?:\w+\s*\.\s*)*(\w+)\b(?!\s*[(.\w])|\b(\w+)\s+as\b"
    rb"|[)\]]\s*\.\s*(\w+)\b(?!\s*[(.\w])"
)
MOST_KNOWN = 20_000
FRAMES = frozenset({"f_locals", "getargvalues"})
"""What gives the variables of a function that runs to another one."""
Key: TypeAlias = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Facts:
    """`reads`: it has a word of those that read annotations. `classes` are (name, words of its bases).

    `values` are the names that may be values in it, `words` all of its words, `stars` the last parts of the modules
    of which it imports all, `dotted` its texts that look like the place of something: `pkg.mod.Class`, `pkg.mod:f`.
    """

    reads: bool
    classes: tuple[tuple[str, frozenset[str]], ...]
    values: frozenset[str]
    words: frozenset[str]
    stars: frozenset[str] = frozenset()
    dotted: frozenset[str] = frozenset()


_known: dict[Key, Facts] = {}


def project_facts(root: Path, but: str) -> Iterator[tuple[str, Facts]]:
    """The facts of a project's Python files but one and its tests; sorted."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if _is_source(Path(folder, name)))
        for name in sorted(files):
            path = Path(folder, name).relative_to(root).as_posix()
            if name.endswith(".py") and path != but and not is_test(path):
                with contextlib.suppress(OSError):
                    yield path, _facts(Path(folder, name), path)


def first_with(root: Path, but: str, words: frozenset[str]) -> str:
    """The first file of a project but one and its tests that has any of these words; '' if none has."""
    return next((path for path, facts in project_facts(root, but) if not facts.words.isdisjoint(words)), "")


def sees_frames(text: str, root: Path, path: str) -> bool:
    """Return whether code of a project, in the file `path` or another, may look at its caller's variables."""
    return any(word in text for word in FRAMES) or bool(first_with(root, path, FRAMES))


def _facts(file: Path, path: str) -> Facts:
    """Of a file that has the same size and time as one of this path: worktrees of a run have the same files."""
    found = file.stat()
    key = (path, found.st_size, found.st_mtime_ns)
    if key not in _known:
        while len(_known) >= MOST_KNOWN:
            _known.pop(next(iter(_known)))
        _known[key] = read_facts(read_regular(file))
    return _known[key]


def read_facts(data: bytes) -> Facts:
    return Facts(
        SEEN.search(data) is not None,
        tuple((_text(found[1]), frozenset(map(_text, WORD.findall(found[2])))) for found in CLASS.finditer(data)),
        frozenset(_text(b"".join(found)) for found in VALUE.findall(data)),
        frozenset(map(_text, WORD.findall(data))),
        frozenset(_text(name).rpartition(".")[2] for name in STAR.findall(data)),
        frozenset(map(_text, DOTTED.findall(data))),
    )


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _is_source(folder: Path) -> bool:
    return not (folder.name.startswith(".") or folder.name in ELSEWHERE or (folder / "pyvenv.cfg").exists())


def is_test(path: str) -> bool:
    parts = PurePosixPath(path).parts
    name = parts[-1]
    return name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py" or "tests" in parts[:-1]
