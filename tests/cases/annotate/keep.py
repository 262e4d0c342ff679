"""What nothing speaks for, and what would be wrong."""

from typing import Any


def anything(thing):
    return thing.nobody_has_this


def passed(*args, **kwargs):
    return anything(args[0].nobody_has_this, kwargs["a"].nobody_has_this)


def loaded(table: dict[str, Any]):
    return table["a"]


def guessed(name):
    return name.no_string_has_this


def mixed(thing, name="a"):
    return thing.nobody_has_this


def unknown(things: list) -> dict:
    return loaded({str(thing): thing for thing in things})


class Table(dict):
    pass


def any_of(things: list[dict]) -> Any:
    return things[0]["a"]


def odd(pair: tuple) -> None:
    print(pair)


odd([1])


def scale(width):
    return 2 * width
