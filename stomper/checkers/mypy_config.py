"""Find the configuration of mypy that a file is under, and whether it wants the file checked.

mypy reads the configuration of the folder it is started in, and looks at any file named to it. So
files are grouped by the nearest configuration above them, and those left out that `mypy` by hand,
from that folder and without arguments, would not look at.
"""

import configparser
import dataclasses
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from stomper.checkers.mypy_sources import MypyConfig, Sources
from stomper.disk.regular_files import read_regular_text
from stomper.git.trees import ignored_among
from stomper.models import Diagnostic

# In the order in which mypy looks for them.
CONFIG_NAMES = ("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg")
TRUE = ("1", "yes", "true", "on")  # what an ini file may say; TOML's is one of them
CONFIG_FOLDER = "$MYPY_CONFIG_FILE_DIR"
CONFIG_FOLDER_IN_BRACES = "${MYPY_CONFIG_FILE_DIR}"


@dataclass(frozen=True, slots=True)
class Group:
    """Files that are under one configuration: its folder ('' is the top) and their paths, both from the top."""

    folder: str
    paths: tuple[str, ...]

    @property
    def inner(self) -> tuple[str, ...]:
        """The paths as seen from the folder."""
        return tuple(os.path.relpath(path, self.folder or ".") for path in self.paths)


def group_files(
    root: Path, paths: Sequence[str], roots: Sequence[str] = (".",), configured_only: bool = False
) -> list[Group]:
    """The files that mypy is to look at, by the configuration they are under; sorted.

    `roots` are where the imports of the project start. With `configured_only`, files under no configuration are left
    out.
    """
    groups: dict[str, list[str]] = {}
    configs: dict[str, MypyConfig | None] = {}
    for path in sorted(set(paths)):
        folder = _nearest(root, path, configs)
        if configured_only and configs.get(folder) is None:
            continue
        sources = Sources(configs.get(folder) or MypyConfig(), root / folder, tuple(root / place for place in roots))
        inner = path.removeprefix(f"{folder}/") if folder else path
        if sources.have(inner):
            groups.setdefault(folder, []).append(path)
    return [
        Group(folder, tuple(chosen))
        for folder, found in sorted(groups.items())
        if (chosen := _not_ignored(root, found, configs.get(folder)))
    ]


def _not_ignored(root: Path, paths: Sequence[str], config: MypyConfig | None) -> list[str]:
    ignored = ignored_among(root, paths) if config is not None and config.exclude_gitignore else ()
    return [path for path in paths if path not in ignored]


def has_mypy_config(top: Path, folders: Sequence[str] = ("",)) -> str:
    """The first file in one of the folders that configures mypy, from the top; '' if there is none."""
    for folder in folders:
        for name, _ in _tables(top / folder):
            return str(PurePosixPath(folder) / name)
    return ""


def read_config(folder: Path) -> MypyConfig | None:
    """Read the configuration in a folder, None if there is none. mypy itself refuses a file that cannot be read."""
    for name, table in _tables(folder):
        exclude = _exclude(table.get("exclude"), name == "pyproject.toml")
        packages, modules = (_words(table.get(key)) or () for key in ("packages", "modules"))
        ignore, explicit = (_is_true(table, key) for key in ("exclude_gitignore", "explicit_package_bases"))
        places = tuple(_folders(table.get("mypy_path"), folder))
        return MypyConfig(_words(table.get("files")), exclude, packages, modules, places, ignore, explicit)
    return None


def _nearest(root: Path, path: str, configs: dict[str, MypyConfig | None]) -> str:
    for parent in PurePosixPath(path).parents:
        folder = "" if str(parent) == "." else str(parent)
        if folder not in configs:
            configs[folder] = read_config(root / folder)
        if configs[folder] is not None:
            return folder
    return ""


def _tables(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The files that configure mypy, in the order it looks for them, with what they say."""
    for name in CONFIG_NAMES[:2]:
        yield from _ini(folder / name, shared=False)
    project = folder / "pyproject.toml"
    try:
        table = tomllib.loads(read_regular_text(project, "utf-8-sig")).get("tool", {}).get("mypy")
    except (OSError, ValueError, AttributeError):
        table = None
    if isinstance(table, dict):
        yield project.name, table
    yield from _ini(folder / "setup.cfg", shared=True)


def _ini(file: Path, shared: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """A file of other tools too counts only if it has a section for mypy."""
    if not file.is_file():
        return
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(read_regular_text(file, "utf-8-sig"))
    except (OSError, ValueError, configparser.Error):
        parser.clear()
    if parser.has_section("mypy"):
        yield file.name, dict(parser["mypy"])
    elif not shared:
        yield file.name, {}


def _words(value: object) -> tuple[str, ...] | None:
    words = re.split(r"[,\n]", value) if isinstance(value, str) else value
    found = tuple(str(word).strip() for word in words if str(word).strip()) if isinstance(words, list) else ()
    return found or None


def _folders(value: object, folder: Path) -> Iterator[str]:
    """The folders of a search path, as mypy reads it: relative to where it is started, which is the configuration's."""
    for word in re.split(r"[,:]", value) if isinstance(value, str) else value if isinstance(value, list) else ():
        place = str(word).strip().replace(CONFIG_FOLDER, str(folder)).replace(CONFIG_FOLDER_IN_BRACES, str(folder))
        if place:
            yield os.path.normpath(folder / Path(place).expanduser())


def _is_true(table: dict[str, Any], key: str) -> bool:
    return str(table.get(key, "")).lower() in TRUE


def _exclude(value: object, as_list: bool) -> tuple[str, ...]:
    if isinstance(value, list) and as_list:
        return tuple(map(str, value))
    return (value.strip(),) if isinstance(value, str) and value.strip() else ()


def without_namesakes(root: Path, group: Group) -> Iterator[Group]:
    """The group in parts in which no two files are one module to mypy, which refuses to look at such at all.

    Files outside of packages are called by their last name: every `setup.py`, `conftest.py` of a repository.
    """
    parts: list[list[str]] = []
    seen: Counter[str] = Counter()
    for path in group.paths:
        module = module_of(root, path)
        if seen[module] == len(parts):
            parts.append([])
        parts[seen[module]].append(path)
        seen[module] += 1
    return (dataclasses.replace(group, paths=tuple(part)) for part in parts)


def misled(root: Path, group: Group, found: Sequence[Diagnostic]) -> bool:
    """Return whether mypy named another file than one of ours: its cache takes a file of the same content for it."""
    modules = {module_of(root, path) for path in group.paths}
    others = {diagnostic.path for diagnostic in found} - set(group.paths)
    return any(module_of(root, path) in modules for path in others)


def module_of(root: Path, path: str) -> str:
    """The module that mypy by hand takes a file for ("Mapping file paths to modules" in its manual)."""
    file = Path(path)
    names = [] if file.stem == "__init__" else [file.stem]
    folder = file.parent
    while folder.name and any((root / folder / name).exists() for name in ("__init__.py", "__init__.pyi")):
        names.append(folder.name)
        folder = folder.parent
    return ".".join(reversed(names))
