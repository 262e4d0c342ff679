"""Layers: what each source says, as dotted keys. A later layer is stronger, key by key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias

from stomper.config.keys import KEYS
from stomper.config.problems import config_error, unknown_key, validate
from stomper.settings import Settings

OPTION_NAMES = {
    "checkers": "--checker",
    "fixers": "--fixer",
    "error_types": "--error-type",
    "ignores.errors": "--ignore",
    "prompts.strategy": "--prompt-strategy",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One key with its value as it was written, and who said so: `default`, a file, a variable, or `option`."""

    key: str
    value: object
    source: str


Layer: TypeAlias = dict[str, Setting]


def merge(layers: Iterable[Layer]) -> Layer:
    """One layer out of several, weakest first: the last to name a key decides it."""
    return {key: setting for layer in layers for key, setting in layer.items()}


def default_layer() -> Layer:
    """What `stomper.settings` says when nobody says anything."""
    defaults = Settings()
    return {key: Setting(key, attrgetter(key)(defaults), "default") for key in KEYS}


def option_layer(options: Mapping[str, object]) -> Layer:
    """The options given, by dotted key; None counts as not given. Raises ConfigError with the option's name."""
    given = {key: value for key, value in options.items() if value is not None}
    unknown = [unknown_key(key) for key in given if key not in KEYS]
    values, problems = validate(nest({key: given[key] for key in given if key in KEYS}), option_name)
    if unknown or problems:
        raise config_error("command line", [*unknown, *problems])
    return {key: Setting(key, value, "option") for key, value in values.items()}


def option_name(key: str) -> str:
    """The option that sets a key."""
    return OPTION_NAMES.get(key, "--" + key.rpartition(".")[2].replace("_", "-"))


def nest(values: Mapping[str, object]) -> dict[str, object]:
    """Dotted keys of `KEYS` as the tables that TOML would give, tuples as lists."""
    nested: dict[str, object] = {}
    for key, value in values.items():
        table, _, name = key.rpartition(".")
        inner = nested.setdefault(table, {}) if table else nested
        assert isinstance(inner, dict)
        inner[name] = list(value) if isinstance(value, tuple) else value
    return nested
