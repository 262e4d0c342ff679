"""The configuration files: stomper.toml, or [tool.stomper] in pyproject.toml, at the top, and the user's own."""

import contextlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from stomper.config.environment import FALLBACK
from stomper.config.extends import with_bases
from stomper.config.layers import Layer
from stomper.config.one_file import PROJECT, layer_in
from stomper.disk.atomic_write import is_inside
from stomper.errors import ConfigError
from stomper.models import printable


def file_layer(top: Path) -> Layer:
    """Read the one file with settings, if there is one. Raises ConfigError: unreadable, wrong, or two files."""
    own, project = top / "stomper.toml", top / PROJECT
    own_layer, project_layer = layer_in(own), layer_in(project)
    if own_layer and project_layer:
        raise ConfigError(
            f"both {printable(str(own))} and [tool.stomper] in {printable(str(project))} have settings",
            "keep one of them and move the settings of the other there",
        )
    return with_bases(own_layer or project_layer, own if own_layer else project, top)


def repository_files(top: Path) -> dict[str, str]:
    """The files in which a repository has settings, as `Setting.source` has them, with their names for people."""
    return {str(top / name): name for name in ("stomper.toml", PROJECT)}


def users_file() -> Path | None:
    """Give the path of the user's own settings for all repositories; None for a user without a home."""
    import platformdirs

    with contextlib.suppress(RuntimeError):
        return platformdirs.user_config_path("stomper") / "stomper.toml"
    return None


def users_layer(top: Path) -> Layer:
    """Read the user's own file. A file that the repository brings, or that others may write, does not count.

    Raises ConfigError for a file that others may write, and as `file_layer` does.
    """
    path = users_file()
    if path is None or not _is_within_reach(path):
        return {}
    if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(top)):
        return {}
    with contextlib.suppress(OSError):
        facts = path.stat()
        if facts.st_uid not in (0, os.getuid()) or facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise ConfigError(f"{printable(str(path))} can be written by others", f"chmod go-w {path}")
    return with_bases(layer_in(path), path, top)


def fallback_layer(top: Path, environ: Mapping[str, str]) -> Layer:
    """Read the file that the user has named for repositories without settings of their own; nothing if none is named.

    Raises ConfigError as `file_layer` does, where there is no such file, and for one that the repository brings.
    """
    if not (name := environ.get(FALLBACK)):
        return {}
    path = Path(name)
    if not path.is_file():
        raise ConfigError(f"{FALLBACK}: there is no file {printable(name)}")
    if is_inside(path, top):
        raise ConfigError(f"{FALLBACK}: {printable(name)} is in the repository", "Name a file of your own.")
    return with_bases(layer_in(path), path, top)


def _is_within_reach(path: Path) -> bool:
    """Say whether there is anything at a path, as far as this user can tell: as git, he has no file in another's home.

    HOME may be a folder that only another user may enter (of root, in a container run under a number), or no folder.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return False
    except OSError:
        return True
    return True
