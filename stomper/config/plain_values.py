"""Values that are right at a glance: switches, and words out of a few. They need no model, which takes long to load."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from stomper.config.keys import KEYS, TABLES
from stomper.settings import Settings


def are_plain(tables: Mapping[str, object], prefix: str = "") -> bool:
    """Say whether all that nested tables have are known keys with such values. If not, nothing is known of them yet."""
    # TOML's "a.b" in quotes is one name, and no key of ours.
    return all("." not in name and _is_plain(prefix + name, value) for name, value in tables.items())


def choices(key: str) -> tuple[object, ...]:
    """Give the values that a key may have, if these are switches or words; else nothing."""
    if KEYS.get(key) is bool:
        return (True, False)
    return get_args(kind) if get_origin(kind := _kind(key)) is Literal else ()


def _is_plain(key: str, value: object) -> bool:
    if isinstance(value, Mapping):
        return key in TABLES and are_plain(value, f"{key}.")
    return any(type(value) is type(choice) and value == choice for choice in choices(key))


def _kind(key: str) -> Any:
    """Give what `stomper.settings` says of a key's value; None for what is no key."""
    if key not in KEYS:
        return None
    table, _, name = key.rpartition(".")
    owner: Any = getattr(Settings(), table) if table else Settings()
    return next(field.type for field in dataclasses.fields(owner) if field.name == name)
