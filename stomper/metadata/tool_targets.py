"""The Pythons that ruff and mypy are told to check for, in files of their own and for single files."""

import fnmatch
from pathlib import Path, PurePosixPath

from stomper.metadata.pyproject import Table, read_toml, table
from stomper.metadata.setuptools import read_ini
from stomper.metadata.versions import Python, read_python


def tools_python(folder: Path, path: str) -> Python | None:
    """The Python that ruff, else mypy, is told in a folder for a file, `path` from there; None if it is not said."""
    own = (read_toml(folder / name) for name in (".ruff.toml", "ruff.toml"))
    settings = next(filter(None, own), {}) or table(read_toml(folder / "pyproject.toml"), "tool", "ruff")
    return _ruff(settings, path) or _mypy(folder)


def _ruff(settings: Table, path: str) -> Python | None:
    for pattern, words in table(settings, "per-file-target-version").items():
        if fnmatch.fnmatch(path, pattern) or fnmatch.fnmatch(PurePosixPath(path).name, pattern):
            return read_python(str(words))
    return read_python(str(settings.get("target-version", "")))


def _mypy(folder: Path) -> Python | None:
    sections = (read_ini(folder / name).get("mypy", {}) for name in ("mypy.ini", ".mypy.ini"))
    return next((python for one in sections if (python := read_python(one.get("python_version", "")))), None)
