"""Explain a wrong configuration in the user's words: pydantic's findings become `Problem`s, those one error."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stomper.config.keys import KEYS, REFUSED, SHORT_NAMES, TABLES, WORDS
from stomper.config.plain_values import are_plain
from stomper.errors import ConfigError
from stomper.models import printable
from stomper.text.suggestions import near_ones, nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from stomper.config.raw_table import RawTable

LONGEST_VALUE = 60
SHOWS_ALL = "stomper init --all -o -"

EXPECTED = {
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "a string",
    "string_unicode": "text in UTF-8",
    "list_type": "a list of strings",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "too_short": "at least one",
    "missing": "a value",
    "literal_error": "{expected}",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than_equal": "{le:g} or less",
}
TYPE_WORDS = {bool: "the boolean", int: "the integer", float: "the number", str: "the string", list: "the list"}


@dataclass(frozen=True, slots=True)
class Problem:
    text: str
    hint: str | None = None


def config_error(where: str, problems: Sequence[Problem]) -> ConfigError:
    """One error for all that is wrong in one place (a file, the environment, the command line)."""
    hints = dict.fromkeys(problem.hint for problem in problems if problem.hint)
    lines = [problem.text for problem in problems]
    message = f"{where}: {lines[0]}" if len(lines) == 1 else "\n  ".join([f"{where}: {len(lines)} problems", *lines])
    return ConfigError(message, "\n".join(hints) or None)


def validate(tables: object, name: Callable[[str], str] = str) -> tuple[dict[str, object], list[Problem]]:
    """Check nested tables against the raw model: dotted keys with their values, or else the problems.

    `name` says how the user knows a key: as it is, or as a variable or an option. The models take longer to load than
    all the rest, and are left where they are if nothing was said, or nothing but what is right at a glance.
    """
    if isinstance(tables, Mapping):
        tables = _spelled_out(tables)
        if are_plain(tables):
            return flatten(tables), []
    from pydantic import ValidationError

    from stomper.config.raw import RawConfig

    try:
        raw = RawConfig.model_validate(tables)
    except ValidationError as error:
        return {}, [describe(details, name) for details in error.errors(include_url=False)]
    return flatten(raw.model_dump(exclude_unset=True, by_alias=True)), []


def _spelled_out(tables: Mapping[str, object]) -> dict[str, object]:
    """Give the tables for which words stand."""
    words = {name: {key.rpartition(".")[2]: tables[name]} for name, key in WORDS.items() if name in tables}
    return {**tables, **{name: table for name, table in words.items() if isinstance(tables[name], str)}}


def unknown_key(key: str) -> Problem:
    """A key that does not exist, with the nearest that does."""
    return Problem(f'unknown key "{printable(key)}"', _hint_for(key))


def show(value: object) -> str:
    """A value with its type, as TOML writes it, on one line."""
    if isinstance(value, Mapping):
        return "a table"
    if type(value) not in TYPE_WORDS:
        return f"{value} ({type(value).__name__})"
    text = printable(json.dumps(value, ensure_ascii=False, default=str))
    shown = text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."
    return f"{TYPE_WORDS[type(value)]} {shown}"


def describe(details: "ErrorDetails", name: Callable[[str], str]) -> Problem:
    """Explain one finding of pydantic in the user's words."""
    kind = details["type"]
    key = _key(details["loc"])
    if kind == "extra_forbidden":
        return unknown_key(key)
    shown = printable(name(key) or "the configuration") + _item(details["loc"])
    if kind == REFUSED:
        return Problem(f"{shown}: {details['msg']}")
    found = "nothing" if kind == "missing" else "what is not shown" if _may_be_secret(key) else show(details["input"])
    expected = EXPECTED.get(kind, details["msg"]).format(**details.get("ctx", {}))
    return Problem(f"{shown}: expected {expected}, found {found}")


def _may_be_secret(key: str) -> bool:
    return key.endswith("base_url") or ".env." in key


def _key(location: tuple[int | str, ...]) -> str:
    # pydantic marks a complaint about the name itself (not its value) with a last part "[key]".
    return ".".join(part for part in location if isinstance(part, str) and part != "[key]")


def _item(location: tuple[int | str, ...]) -> str:
    return f", item {location[-1] + 1}" if location and isinstance(location[-1], int) else ""


def _hint_for(key: str) -> str:
    if key.startswith("profiles.") and key.count(".") > 1:
        return _hint_for(key.split(".", 2)[2])
    if key == "tool":
        return "stomper.toml has the keys at its top level, without [tool.stomper]"
    parent, _, last = key.rpartition(".")
    here = _keys_in(parent)
    if near := _nearest_key(parent, last, here):
        return f'did you mean "{near}"?'
    if parent.startswith("per-path."):
        return f"for files of a pattern there are {', '.join(here)}; all else counts for the whole run"
    if here:
        return f"the keys of [{printable(parent)}] are {', '.join(here)}"
    near_by = [SHORT_NAMES.get(name, name) for name in near_ones(last, [*SHORT_NAMES, *KEYS, *TABLES])]
    like = ", ".join(dict.fromkeys(near_by))
    return f"keys like it: {like}" if like else f"no key is like it; `{SHOWS_ALL}` shows all of them"


def _nearest_key(parent: str, last: str, here: Sequence[str]) -> str | None:
    """Give the dotted key that was meant: one of the same table first, which has the keys `here`."""
    named = _is_named(parent)
    if last in SHORT_NAMES and not named:
        return SHORT_NAMES[last]
    if near := nearest(last, here):
        return f"{parent}.{near}"
    if named:
        return None
    near = nearest(last, [*KEYS, *SHORT_NAMES, *TABLES]) or nearest(last, SHORT_NAMES)
    return SHORT_NAMES.get(near, near) if near else None


def _keys_in(table: str) -> list[str]:
    """Give the keys of a table by their last part; none for the top, and for what is no table."""
    for named, model in _named_tables().items():
        if re.fullmatch(named, table):
            return [field.alias or name for name, field in model.model_fields.items()]
    return [key.removeprefix(f"{table}.") for key in KEYS if table and key.startswith(f"{table}.")]


def _is_named(table: str) -> bool:
    return any(re.fullmatch(named, table) for named in _named_tables())


def _named_tables() -> "dict[str, type[RawTable]]":
    """Give what is below a name of the user's own."""
    from stomper.config import raw, raw_tools

    return {
        r"fixer\..*": raw_tools.RawFixer,
        r"agent\..*": raw.RawAgent,
        r"checker\.[^.]*": raw_tools.RawChecker,
        r"checker\.[^.]*\.json": raw_tools.RawJson,
        r"per-path\..*\.ignores": raw.RawPathIgnores,
        r"per-path\..*": raw.RawPath,
    }


def flatten(tables: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """Nested tables as dotted keys, lists as tuples."""
    flat: dict[str, object] = {}
    for name, value in tables.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = tuple(value) if isinstance(value, list) else value
    return flat
