"""STOMPER_* variables: one for each scalar and list key, a short one where the last part says enough."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from stomper.config.keys import KEYS, SHORT_NAMES, WORDS
from stomper.config.layers import Layer, Setting, nest
from stomper.config.problems import Problem, config_error, validate
from stomper.errors import ConfigError
from stomper.models import printable
from stomper.text.suggestions import nearest

PREFIX = "STOMPER_"
TRUST = "STOMPER_TRUST"
# Where tests find programs, and which of these must be there; not ours to read. The user's trust is no setting.
RESERVED = re.compile(rf"STOMPER_TEST_\w+_BIN|STOMPER_REQUIRE_CLIENTS|{TRUST}")
INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
BOOLEANS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


def variable_name(key: str) -> str:
    """The variable for a key, or for the short name of one."""
    return PREFIX + key.replace(".", "_").upper()


VARIABLES: dict[str, str] = {
    variable_name(name): key for name, key in {**SHORT_NAMES, **WORDS, **{k: k for k in KEYS}}.items()
}
"""Every variable there is, with its dotted key."""


def environment_layer(environ: Mapping[str, str]) -> Layer:
    """Read the variables. Raises ConfigError for an unknown one, a wrong value, or two for one setting."""
    names = sorted(name for name in environ if name.startswith(PREFIX) and not RESERVED.fullmatch(name))
    sources = {VARIABLES[name]: name for name in names if name in VARIABLES}
    texts = {key: parse(KEYS[key], environ[name]) for key, name in sources.items()}
    values, problems = validate(nest(texts), lambda key: sources.get(key, key))
    problems = [*_unknown(names), *_doubles(names), *problems]
    if problems:
        raise config_error("environment", problems)
    return {key: Setting(key, value, sources[key]) for key, value in values.items()}


def says_trust(environ: Mapping[str, str] | None = None) -> bool:
    """Return whether a variable says that the user trusts the repository. Raises ConfigError for neither yes nor no."""
    text = (os.environ if environ is None else environ).get(TRUST, "")
    said = BOOLEANS.get(text.strip().lower(), text.strip())
    if said and said is not True:
        raise ConfigError(f"{TRUST} is neither yes nor no: {printable(text)}", f"Say {TRUST}=1, or unset it.")
    return bool(said)


def parse(kind: type, text: str) -> object:
    """The value that a variable's text stands for; a text that stands for none stays, for the model to refuse."""
    if kind is list:
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind is bool:
        return BOOLEANS.get(text.strip().lower(), text)
    if kind is int:
        return int(text) if INTEGER.fullmatch(text.strip()) else text
    return _number(text) if kind is float else text


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _unknown(names: Iterable[str]) -> list[Problem]:
    return [
        Problem(f"unknown variable {name}", _hint_for(name.removeprefix(PREFIX)))
        for name in names
        if name not in VARIABLES
    ]


def _hint_for(name: str) -> str:
    # Without the prefix: eight letters that all have in common make everything look near.
    near = nearest(name, [variable.removeprefix(PREFIX) for variable in VARIABLES])
    return f"did you mean {PREFIX}{near}?" if near else f"the variables are {', '.join(map(variable_name, KEYS))}"


def _doubles(names: Iterable[str]) -> list[Problem]:
    by_key: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        if name in VARIABLES:
            by_key[VARIABLES[name]].append(name)
    return [
        Problem(f"{' and '.join(same)} both set {key}", f"keep one of {', '.join(same)}")
        for key, same in by_key.items()
        if len(same) > 1
    ]
