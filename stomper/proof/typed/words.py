"""The types that mypy reveals, read from its words: each the classes that a value may be of.

What is no plain class, such as `Any`, type variables and protocols, is `VAGUE`: nothing is known of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

VAGUE = "?"
CLASS_OBJECT = "type"
NONE = "None"
OPENING, CLOSING, QUOTES = "[({<", "])}>", "'\""
# Classes of these are protocols: any class may take part in them.
OPEN_MODULES = ("typing", "typing_extensions", "collections.abc", "numbers")
NAME = re.compile(r"(?P<name>[A-Za-z_][\w.]*(?:@\d+)?)\*?(?:\[(?P<inner>.*)\])?", re.DOTALL)
TYPED_DICT = re.compile(r"TypedDict\(")
FALLBACK = ", fallback="
NUMBER = re.compile(r"-?\d+")


@dataclass(frozen=True, slots=True)
class One:
    """One class that a value may be of, by its full name, that of a built-in one without its module.

    `arguments` are the types in its brackets; `fixed`: it is a tuple of this length, and not an empty one.
    """

    name: str
    arguments: tuple["Said", ...] = ()
    fixed: bool = False


Said: TypeAlias = frozenset[One]
UNKNOWN = frozenset({One(VAGUE)})


def read_type(words: str) -> Said:
    """Read a type as mypy writes it: the classes that it is a union of."""
    return frozenset(one for part in split_at_top(words.strip(), "|") for one in _members(part.strip()))


def split_at_top(words: str, separator: str) -> Iterator[str]:
    """Give the parts of a text between separators that are in no brackets and no quotes."""
    depth, quote, start, skip = 0, "", 0, False
    for place, letter in enumerate(words):
        if skip or quote:
            skip, quote = (not skip and letter == "\\"), "" if letter == quote and not skip else quote
        elif letter in QUOTES:
            quote = letter
        elif letter == ">" and words[place - 1 : place] == "-":
            continue  # an arrow
        elif letter in OPENING or letter in CLOSING:
            depth += 1 if letter in OPENING else -1
        elif letter == separator and depth == 0:
            yield words[start:place]
            start = place + 1
    yield words[start:]


def _members(words: str) -> Said:
    if words.startswith("(") and words.endswith(")"):
        return read_type(words[1:-1])
    if TYPED_DICT.match(words):
        return frozenset({One("dict")})
    match = NAME.fullmatch(words.removesuffix("?"))
    if match is None:
        return UNKNOWN
    name, inner = match["name"].removeprefix("builtins."), match["inner"]
    parts = [part.strip() for part in split_at_top(inner, ",")] if inner else []
    if name in ("Union", "typing.Union"):
        return frozenset(one for part in parts for one in read_type(part))
    if name == "Literal":
        return frozenset(One(_class_of(part)) for part in parts)
    if name in ("tuple", "Tuple"):
        return frozenset({_tuple(words, parts)})
    if name.rpartition(".")[0] in OPEN_MODULES or ("." not in name and name not in NAMES):
        return UNKNOWN
    return frozenset({One(name, tuple(read_type(part) for part in parts))})


def _tuple(words: str, parts: list[str]) -> One:
    if FALLBACK in words:
        return One(words.rpartition(FALLBACK)[2].rstrip("]").removeprefix("builtins."))
    fixed = bool(parts) and parts[-1] != "..." and parts != ["()"] and not any(part.startswith("*") for part in parts)
    return One("tuple", tuple(read_type(part) for part in parts if part not in ("...", "()")), fixed)


def _class_of(literal: str) -> str:
    """The class of a value in `Literal[...]`. Of an enumeration it is the one that the value is named by."""
    if literal[:1] in QUOTES:
        return "str"
    if literal[:2] in ("b'", 'b"'):
        return "bytes"
    if literal in ("True", "False"):
        return "bool"
    if literal == NONE or NUMBER.fullmatch(literal):
        return NONE if literal == NONE else "int"
    return literal.rpartition(".")[0] or VAGUE


_NAMES = """None bool int float complex str bytes bytearray memoryview list tuple dict set frozenset range slice type
    enumerate zip map filter reversed property ellipsis BaseException Exception"""
NAMES = frozenset(_NAMES.split())
"""Built-in classes that mypy may name without their module, as a type variable is."""
