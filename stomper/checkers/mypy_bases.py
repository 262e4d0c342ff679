"""Folders in which the names of files start for mypy by hand, for a project that our import roots make it refuse.

With `src` as an import root, `src/ns/pkg/a.py` of a namespace package is `ns.pkg.a` to those that import it, and
`pkg.a` to mypy, which is given the file: it refuses a file of two names. By hand it looks for modules where the names
of its files start, and so it is told to here. That is kept beside the cache: a later call is given fewer files.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from stomper.checkers.mypy_config import module_of


def bases_of(root: Path, paths: Sequence[str]) -> tuple[str, ...]:
    """The folders, from the top, in which the names of these files start."""
    return tuple(sorted({_base(root, path) for path in paths}))


def _base(root: Path, path: str) -> str:
    place = Path(path).parent if Path(path).stem == "__init__" else Path(path).with_suffix("")
    return Path(*place.parts[: len(place.parts) - len(module_of(root, path).split("."))]).as_posix()


def known_bases(file: Path) -> tuple[str, ...] | None:
    """Give the folders that an earlier call has kept, None if our import roots work."""
    return tuple(json.loads(file.read_text())) if file.is_file() else None


def keep_bases(file: Path, bases: Sequence[str]) -> None:
    """Let later calls on this checkout, and on those that begin with its caches, go by the same folders."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(sorted({*bases, *(known_bases(file) or ())})))
