"""Presets: tools that Stomper knows, each a data file with the keys of `[tool.stomper.checker.NAME]` and `fixer.NAME`.

They are the weakest layer of the configuration: what a user says of such a tool counts key by key.
"""

import functools
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stomper.config.exit_codes import read_exit_codes
from stomper.config.layers import Layer, Setting
from stomper.config.preset_names import FOLDER, preset_names
from stomper.config.problems import Problem, config_error, flatten, validate
from stomper.disk.regular_files import read_regular
from stomper.errors import ConfigError
from stomper.models import printable

SOURCE = "preset"
MOST_BYTES = 2**20
FACTS = ("about", "install", "tested", "fixed_by", "suppressed_by", "documentation", "codes", "page")
PARTS = ("checker", "fixer")
SHARED = ("include", "configured_by", "executes")


@dataclass(frozen=True, slots=True)
class Preset:
    """One tool: what it is, how it is installed, the version that was run here ('' for none), and its two tables.

    `codes` is a regular expression of the codes that are its own at a glance, `page` the page about a `{code}`.
    """

    name: str
    path: Path
    about: str = ""
    install: str = ""
    tested: str = ""
    fixed_by: str = ""
    suppressed_by: str = ""
    documentation: str = ""
    codes: str = ""
    page: str = ""
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def layer(self, part: str, source: str = SOURCE) -> Layer:
        """The keys of its table "checker" or "fixer" as those of the configuration, said by `source`."""
        facts = flatten({part: {self.name: self.tables[part]}} if part in self.tables else {})
        return {key: Setting(key, _value(key, value), source) for key, value in facts.items()}


@functools.cache
def shipped(name: str) -> Preset:
    """A preset that comes with Stomper. Its file is ours, and proved by our tests."""
    path = FOLDER / f"{name}.toml"
    return _made(path, tomllib.loads(path.read_text("utf-8")))


def own_preset(path: Path) -> Preset:
    """A preset of the user's own. Raises ConfigError for a file that cannot be read, or is none."""
    try:
        tables = tomllib.loads(read_regular(path, MOST_BYTES).decode("utf-8-sig"))
    except OSError as error:
        raise _no_preset(path, f"cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise _no_preset(path, f"not readable as TOML: {error}") from None
    if problems := list(_problems(path.stem, tables)):
        raise config_error(f"preset {printable(str(path))}", problems)
    return _made(path, tables)


def _no_preset(path: Path, reason: str) -> ConfigError:
    return ConfigError(
        f"preset {printable(str(path))}: {reason}", "`stomper presets show ty` shows what one looks like"
    )


def _made(path: Path, tables: Mapping[str, Any]) -> Preset:
    facts = {name: tables[name] for name in FACTS if name in tables}
    return Preset(path.stem, path, **facts, tables=_parts(path.stem, tables))


def _parts(name: str, tables: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The two tables; what the fixer does not say of files is as the checker says, whose diagnostics it is for."""
    parts = {part: dict(tables[part]) for part in PARTS if part in tables}
    if len(parts) == len(PARTS):
        shared = {key: value for key, value in parts["checker"].items() if key in SHARED}
        parts["fixer"] = {"takes": [name], **shared, **parts["fixer"]}
    return parts


def _problems(name: str, tables: Mapping[str, Any]) -> Iterator[Problem]:
    """Say what is wrong with the tables of a preset, as with those of a configuration."""
    for key, value in tables.items():
        if key in FACTS:
            if not isinstance(value, str):
                yield Problem(f"{key}: expected a string")
        elif key not in PARTS:
            yield Problem(f'unknown key "{printable(key)}"', f"a preset has {', '.join((*PARTS, *FACTS))}")
    parts = {part: {name: tables[part]} for part in PARTS if part in tables}
    if not parts:
        yield Problem("no table [checker] and no table [fixer]")
    yield from validate(parts)[1]


def _value(key: str, value: object) -> object:
    return read_exit_codes(list(value)) if isinstance(value, tuple) and key.endswith(".exit_codes") else value


def preset_layer(part: str, names: Iterable[str], own: Mapping[str, Preset], source: str) -> Layer:
    """The keys of the presets among these names of checkers or fixers.

    Those of the user's `own` files, which `source` has named, go before ours.
    """
    layer: Layer = {}
    for name in dict.fromkeys(names):
        if name in own:
            layer |= own[name].layer(part, source)
        elif name in preset_names():
            layer |= shipped(name).layer(part)
    return layer
