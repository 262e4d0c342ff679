"""Layers: what each source says, as dotted keys. A later layer is stronger, key by key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias

from stomper.config.keys import KEYS
from stomper.config.problems import config_error, unknown_key, validate
from stomper.settings import Settings

# The options that beat a key of the configuration, as parameters are named, and the key.
OPTION_KEYS = {
    "checker": "checkers",
    "profile": "profile",
    "error_type": "error_types",
    "ignore": "ignores.errors",
    "max_errors": "max_errors",
    "max_files": "max_files",
    "severity": "severity",
    "strategy": "strategy",
    "branch_exists": "git.branch_exists",
    "commit_per": "git.commit_per",
    "commit_message": "git.commit_message",
    "trailer": "git.trailers",
    "ticket": "git.ticket",
    "signoff": "git.signoff",
    "sign": "git.sign",
    "hooks": "git.hooks",
    "blame_ignore_revs": "git.blame_ignore_revs",
    "include": "files.include",
    "exclude": "files.exclude",
    "fixer": "fixers",
    "format": "formatters",
    "max_retries": "max_retries",
    "reason": "suppress.reason",
    "max_cost": "budget.max_cost",
    "max_tokens": "budget.max_tokens",
    "max_minutes": "budget.max_minutes",
    "prompt_strategy": "prompts.strategy",
    "unsafe_fixes": "unsafe_fixes",
    "proof": "proof.level",
    "max_parallel_files": "workflow.max_parallel_files",
    "continue_on_error": "workflow.continue_on_error",
    "rounds": "workflow.rounds",
    "test_validation": "workflow.test_validation",
    "test_command": "tests.command",
    "tests_required": "tests.required",
    "setup": "environment.setup",
    "cache": "cache.enabled",
}
PARAMETERS = {key: name for name, key in OPTION_KEYS.items()}


@dataclass(frozen=True, slots=True)
class Setting:
    """One key with its value as it was written, and who said so: `default`, a file, a variable, or `option`.

    `by` is the file that led to that file by extending it, '' if none did; `profile` that of which this is a part.
    """

    key: str
    value: object
    source: str
    by: str = ""
    profile: str = ""


Layer: TypeAlias = dict[str, Setting]


def merge(layers: Iterable[Layer]) -> Layer:
    """One layer out of several, weakest first: the last to name a key decides it."""
    return {key: setting for layer in layers for key, setting in layer.items()}


def default_layer() -> Layer:
    """Give the defaults of `stomper.settings`."""
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
    name = PARAMETERS.get(key) or key.rpartition(".")[2]
    return f"--{name.replace('_', '-')}"


def nest(values: Mapping[str, object]) -> dict[str, object]:
    """Dotted keys of `KEYS` as the tables that TOML would give, tuples as lists."""
    nested: dict[str, object] = {}
    for key, value in values.items():
        table, _, name = key.rpartition(".")
        inner = nested.setdefault(table, {}) if table else nested
        assert isinstance(inner, dict)
        inner[name] = list(value) if isinstance(value, tuple) else value
    return nested
