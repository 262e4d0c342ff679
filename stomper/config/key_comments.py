"""What the commented list of all keys says of each: its default or an example, and the words beside it."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stomper.config.every_key import EVERY_KEY

TABLE = re.compile(r"\[([\w.-]+)\]\s*(?:# *(.*))?")
KEY = re.compile(r"(# )?(\w+) = (.+)")


@dataclass(frozen=True, slots=True)
class KeyComment:
    """A key as the list has it: `words` are those beside it, `value` is its default, or an example if `optional`."""

    words: str
    value: Any = None
    optional: bool = True


def key_comments() -> dict[str, KeyComment]:
    """Give what the list says, by dotted key; a table is there by its own name."""
    return dict(_comments(EVERY_KEY.splitlines()))


def _comments(lines: list[str]) -> Iterator[tuple[str, KeyComment]]:
    table = ""
    for line in lines:
        if found := TABLE.fullmatch(line):
            table = f"{found[1]}."
            yield found[1], KeyComment(found[2] or "")
        elif found := KEY.fullmatch(line):
            value, words = _divided(found[2], found[3])
            yield f"{table}{found[2]}", KeyComment(words, value, optional=found[1] is not None)


def _divided(key: str, text: str) -> tuple[Any, str]:
    """Divide the value of a key from the words behind it: what TOML takes first is the value."""
    places = [mark.start() for mark in re.finditer(r"\s# ?", text)] or [len(text)]
    for place in places:
        try:
            return tomllib.loads(f"{key} = {text[:place]}")[key], text[place:].strip().removeprefix("#").strip()
        except tomllib.TOMLDecodeError:
            continue
    raise ValueError(f"the list of keys has a value that TOML does not take: {text}")
