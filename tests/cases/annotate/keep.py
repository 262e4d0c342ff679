"""What nothing speaks for, and what would be wrong."""

from typing import Any


def anything(thing):
    return thing


def passed(*args, **kwargs):
    return anything(*args, **kwargs)


def loaded(table: dict[str, Any]):
    return table["a"]


def guessed(name):
    return name.no_string_has_this


def mixed(thing, name="a"):
    return thing
