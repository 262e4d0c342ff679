"""The configuration files: stomper.toml, or [tool.stomper] in pyproject.toml, at the top, and the user's own."""

import contextlib
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

from stomper.config.environment import FALLBACK
from stomper.config.layers import Layer, Setting
from stomper.config.problems import config_error, validate
from stomper.disk.atomic_write import is_inside
from stomper.disk.regular_files import read_regular
from stomper.errors import ConfigError
from stomper.models import printable

MOST_BYTES = 8 * 2**20

POSITION = re.compile(r" \(at line (\d+), column (\d+)\)$")
END = " (at end of document)"


def file_layer(top: Path) -> Layer:
    """Read the one file with settings, if there is one. Raises ConfigError: unreadable, wrong, or two files."""
    own, project = top / "stomper.toml", top / "pyproject.toml"
    own_layer = _layer(own, str(own), read_toml(own))
    project_layer = _layer(project, f"{project} [tool.stomper]", _stomper_table(read_toml(project)))
    if own_layer and project_layer:
        raise ConfigError(
            f"both {printable(str(own))} and [tool.stomper] in {printable(str(project))} have settings",
            "keep one of them and move the settings of the other there",
        )
    return own_layer or project_layer


def repository_files(top: Path) -> dict[str, str]:
    """The files in which a repository has settings, as `Setting.source` has them, with their names for people."""
    return {str(top / name): name for name in ("stomper.toml", "pyproject.toml")}


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
    return _layer(path, str(path), read_toml(path))


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
    return _layer(path, str(path), read_toml(path))


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


def _layer(path: Path, where: str, tables: object) -> Layer:
    values, problems = validate(tables)
    if problems:
        raise config_error(printable(where), problems)
    return {key: Setting(key, value, str(path)) for key, value in values.items()}


def _stomper_table(project: Mapping[str, object]) -> object:
    tool = project.get("tool")
    return tool.get("stomper", {}) if isinstance(tool, dict) else {}


def read_toml(path: Path) -> dict[str, object]:
    """Read a file of TOML, nothing if it is not there. Raises ConfigError, with the line, for one that is none."""
    text = _read_text(path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, text, str(error)) from error
    except (ValueError, RecursionError) as error:
        # Integers of thousands of digits and arrays nested a thousand deep: tomllib gives no position.
        raise ConfigError(f"{printable(str(path))}: not readable as TOML: {error}") from error


def _read_text(path: Path) -> str:
    try:
        # Some editors put a byte order mark first, which ruff and others take and tomllib does not.
        return read_regular(path, MOST_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigError(
            f"{printable(str(path))}: cannot be read: {error.strerror}", "See who may read it, or move it away."
        ) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{printable(str(path))}: line {line} is not UTF-8 (byte 0x{error.object[error.start]:02x})",
            "save the file in UTF-8, the only encoding of TOML",
        ) from error


def _syntax_error(path: Path, text: str, reason: str) -> ConfigError:
    found = POSITION.search(reason)
    line, column = (int(found[1]), int(found[2])) if found else _end_of(text)
    reason = POSITION.sub("", reason).removesuffix(END)
    return ConfigError(
        f"{printable(str(path))}: not valid TOML at line {line}, column {column}: {reason}",
        f"correct line {line} of {printable(path.name)}; strings need quotes, and true and false are lower-case",
    )


def _end_of(text: str) -> tuple[int, int]:
    body = text.rstrip()
    return body.count("\n") + 1, len(body) - body.rfind("\n")
