"""Find the file by which a tool is configured in a folder, and what it says: TOML, JSON or ini, by its name."""

import configparser
import functools
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from stomper.disk.regular_files import read_regular_text

COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
LAST_COMMA = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[\]}])')


@dataclass(frozen=True, slots=True)
class Configuration:
    """The configuration of a tool in one folder: the file's name, and its table ({} where that cannot be read)."""

    name: str
    table: Mapping[str, Any] = field(default_factory=dict)

    def words(self, places: Sequence[str]) -> tuple[str, ...] | None:
        """The lists at those of these dotted places that say one, together; None if none does.

        Of what is no list the tool itself says what is wrong.
        """
        values = [value for place in places if isinstance(value := self._at(place), str | list)]
        return tuple(word for value in values for word in _words(value)) if values else None

    def _at(self, place: str) -> Any:
        value: Any = self.table
        for key in place.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value


def _words(value: Any) -> list[str]:
    words = re.split(r"[,\s]+", value) if isinstance(value, str) else value if isinstance(value, list) else ()
    return [str(word) for word in words if word]


def configuration_in(folder: Path, configured_by: Sequence[str]) -> Configuration | None:
    """The first of the places that is there: "ty.toml", or "pyproject.toml:tool.ty", where the table has to be too."""
    for place in configured_by:
        name, _, table = place.partition(":")
        text = _text(folder / name)
        if text is None:
            continue
        found = _table(name, text, table)
        if found is not None:
            return Configuration(name, found)
        if not table:
            return Configuration(name)
    return None


def file_names(configured_by: Sequence[str]) -> tuple[str, ...]:
    """The names of the files that these places are in."""
    return tuple(dict.fromkeys(place.partition(":")[0] for place in configured_by))


def _text(file: Path) -> str | None:
    try:
        return read_regular_text(file, "utf-8-sig", "replace")
    except OSError:
        return None


def _table(name: str, text: str, table: str) -> Mapping[str, Any] | None:
    """The table of a file, or all of it. A file that cannot be read has none: the tool itself says what is wrong."""
    try:
        return read_table(name, text, table)
    except ValueError:
        return None


def read_table(name: str, text: str, table: str) -> Mapping[str, Any] | None:
    """The table of a file of this name, or all of it without one; None if it is not there.

    Of an ini file, the sections below it ("flake8:local-plugins") are in it by their names. Raises ValueError for a
    file that cannot be read.
    """
    value = read_value(name, text, table)
    return value if isinstance(value, Mapping) else None


def read_value(name: str, text: str, table: str) -> Any:
    """Read what a file has in the place of a table, also if that is none. Raises ValueError, as `read_table`."""
    try:
        match PurePosixPath(name).suffix:
            case ".toml":
                return _inner(_toml(text), table)
            case ".json":
                return _inner(json.loads(plain_json(text)), table)
            case _:
                return _section(text, table) if table else {}
    except (RecursionError, configparser.Error) as error:
        raise ValueError(str(error)) from error


@functools.lru_cache(maxsize=16)
def _toml(text: str) -> Mapping[str, Any]:
    """One file is read for several tools."""
    return tomllib.loads(text)


def _inner(value: Any, table: str) -> Any:
    for key in filter(None, table.split(".")):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _section(text: str, name: str) -> Mapping[str, Any] | None:
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(text)
    below = {other: dict(parser[other]) for other in parser.sections() if other.startswith((f"{name}.", f"{name}:"))}
    own = dict(parser[name]) if parser.has_section(name) else {}
    return {**own, **below} if below or parser.has_section(name) else None


def plain_json(text: str) -> str:
    """JSON without the comments and the last commas that people's configuration files have."""
    without = COMMENT.sub(lambda found: found[1] or " ", text)
    return LAST_COMMA.sub(lambda found: found[1] or "", without)
