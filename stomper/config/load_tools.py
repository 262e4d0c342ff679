"""The tables of checkers and fixers that are programs, from dotted keys to their settings."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from stomper.config.layers import Layer
from stomper.config.presets import shipped
from stomper.errors import ConfigError
from stomper.settings import CheckerSettings, CommandSettings

Tool = TypeVar("Tool")
BASES = ("line_base", "column_base")
TOLD = "settings"


def section(merged: Layer, table: str) -> dict[str, Any]:
    prefix = f"{table}."
    return {key.removeprefix(prefix): setting.value for key, setting in merged.items() if key.startswith(prefix)}


def named(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The keys of a table of tables as one dictionary for each name."""
    tables: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        name, _, field = key.partition(".")
        tables.setdefault(name, {})[field] = value
    return tables


def resolve_checker(name: str, facts: Mapping[str, Any]) -> CheckerSettings:
    """Raises ConfigError for a table of a name that is neither a whole checker nor a preset's."""
    plain, tables = divide(facts)
    if not {"command", "format"} <= plain.keys():
        raise ConfigError(f"checker.{name} needs a `command` and a `format`")
    inner = dict(tables.pop("json", {}))
    bases = {key: inner.pop(key) for key in BASES if key in inner}
    told = tables.pop(TOLD, {})
    settings = json.dumps(_nested(told), sort_keys=True) if told else ""
    pairs: dict[str, Any] = {key: tuple(table.items()) for key, table in tables.items()}
    own = {"name": name, "settings": settings, **plain, **bases, **pairs, "json": tuple(inner.items())}
    return CheckerSettings(**own)


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Tables from dotted keys, as language servers name sections: `python.analysis` is `analysis` in `python`."""
    tables: dict[str, Any] = {}
    for key, value in flat.items():
        *parents, last = key.split(".")
        inner = tables
        for parent in parents:
            found = inner.get(parent)
            inner[parent] = inner = found if isinstance(found, dict) else {}
        inner[last] = value
    return tables


def preset_checker(name: str) -> CheckerSettings | None:
    """The checker of a preset that comes with Stomper, None if that has none."""
    return _of_preset(name, "checker", resolve_checker)


def preset_fixer(name: str) -> CommandSettings | None:
    """The fixer of a preset that comes with Stomper, None if that has none."""
    return _of_preset(name, "fixer", resolve_fixer)


def _of_preset(name: str, part: str, resolve: Callable[[str, Mapping[str, Any]], Tool]) -> Tool | None:
    facts = named(section(shipped(name).layer(part), part))
    return resolve(name, facts[name]) if facts else None


def resolve_fixer(name: str, facts: Mapping[str, Any]) -> CommandSettings:
    """Raises ConfigError for a table of a name that is neither a whole fixer nor a preset's."""
    plain, tables = divide(facts)
    if "command" not in plain:
        raise ConfigError(f"fixer.{name} needs a `command`")
    return CommandSettings(name=name, **plain, executes=tuple(tables.get("executes", {}).items()))


def divide(facts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Divide the keys of a tool's table: those with a value, and the tables in it, whose keys may have dots."""
    plain = {key: value for key, value in facts.items() if "." not in key}
    tables: dict[str, dict[str, Any]] = {}
    for key, value in facts.items():
        table, dot, inner = key.partition(".")
        if dot:
            tables.setdefault(table, {})[inner] = value
    return plain, tables
