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
FALLBACK = "STOMPER_DEFAULTS"
# Where tests find programs, and which of these must be there; not ours to read. The user's trust is no setting, and
# neither is the name of a file that has settings.
RESERVED = re.compile(rf"STOMPER_TEST_\w+_BIN|STOMPER_REQUIRE_CLIENTS|{TRUST}|{FALLBACK}")
NEARLY_THE_SAME = 0.9
NEAR = 0.75  # `VERSION` is a word of other programs, and like `SEVERITY`
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
    """Read the variables. Raises ConfigError for a misspelt one, a wrong value, or two for one setting.

    Another one that is unknown may be somebody else's (`unknown_variables`).
    """
    names = sorted(name for name in environ if name.startswith(PREFIX) and not RESERVED.fullmatch(name))
    sources = {VARIABLES[name]: name for name in names if name in VARIABLES}
    texts = {key: parse(KEYS[key], environ[name]) for key, name in sources.items()}
    values, problems = validate(nest(texts), lambda key: sources.get(key, key))
    problems = [*_misspelt(names), *_doubles(names), *problems]
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


def unknown_variables(environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Name the variables that look like ours, mean nothing to us, and are like none of ours."""
    given = os.environ if environ is None else environ
    names = (name for name in given if name.startswith(PREFIX) and not RESERVED.fullmatch(name))
    return tuple(sorted(name for name in names if name not in VARIABLES and _nearest_variable(name) is None))


def _misspelt(names: Iterable[str]) -> list[Problem]:
    """One that is nearly right was meant to limit or to allow something: going on without it could do harm."""
    found = ((name, _nearest_variable(name)) for name in names if name not in VARIABLES)
    return [Problem(f"unknown variable {name}", f"did you mean {near}?") for name, near in found if near]


def _nearest_variable(wrong: str) -> str | None:
    # Without the prefix: eight letters that all have in common make everything look near.
    name, right = wrong.removeprefix(PREFIX), [variable.removeprefix(PREFIX) for variable in VARIABLES]
    longer = [whole for whole in right if whole.startswith(f"{name}_") or whole.endswith(f"_{name}")]
    near = nearest(name, right, NEARLY_THE_SAME) or min(longer, key=len, default=None) or nearest(name, right, NEAR)
    return f"{PREFIX}{near}" if near else None


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
