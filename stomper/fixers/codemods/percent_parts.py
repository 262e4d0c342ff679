"""The parts of a text that stands before `%`, in the form that `format` takes."""

import ast
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass

PART = re.compile(
    r"%(?:\((?P<key>[^()]*)\))?(?P<flags>[-+ #0]*)(?P<width>[1-9]\d*)?(?P<precision>\.\d+)?(?P<kind>[sradixXofFeEgG%])"
    r"|[{}]|%"
)
WHOLE, BROKEN = frozenset("dixXo"), frozenset("fFeEgG")
NUMBERS = WHOLE | BROKEN


class OtherFormError(Exception):
    """A part that has no other form, or none that means the same."""


@dataclass(frozen=True, slots=True)
class Field:
    """A part that takes a value: the `key` of a mapping that it names, if any, and the letter for its `kind`."""

    key: str | None
    kind: str


def fields_of(text: str) -> tuple[Field, ...]:
    """Give the fields of a text in their order. Raises OtherFormError if `format` has no form for one of them."""
    found = tuple(Field(part["key"], part["kind"]) for part in _fields(text) if converted(part))
    if len({one.key is None for one in found}) > 1:
        raise OtherFormError
    return found


def _fields(text: str) -> Iterator[re.Match[str]]:
    return (part for part in PART.finditer(text) if converted(part).startswith("{") and part[0] not in "{}")


def converted(part: re.Match[str]) -> str:
    """Give what takes the place of a part of a text with `%`. Raises OtherFormError."""
    if part[0] in "{}":
        return part[0] * 2
    kind = part["kind"]
    if kind is None or (kind == "%" and part[0] != "%%"):
        raise OtherFormError
    if kind == "%":
        return "%"
    if part["key"] is not None and not is_word(part["key"]):
        raise OtherFormError
    spec = _of_number(part) if kind in NUMBERS else _of_text(part)
    how = "" if kind in NUMBERS else f"!{kind}"
    return f"{{{part['key'] or ''}{how}{':' if spec else ''}{spec}}}"


def is_word(key: str) -> bool:
    """Say whether a key of a mapping can be the name of an argument."""
    return key.isascii() and key.isidentifier() and not keyword.iskeyword(key)


def _of_text(part: re.Match[str]) -> str:
    if part["flags"] not in ("", "-"):
        raise OtherFormError
    width = f"{'<' if part['flags'] else '>'}{part['width']}" if part["width"] else ""
    return f"{width}{part['precision'] or ''}"


def _of_number(part: re.Match[str]) -> str:
    flags, kind = set(part["flags"]), "d" if part["kind"] == "i" else part["kind"]
    odd = ("#" in flags and kind not in "xXo") or {"-", "0"} <= flags or {"+", " "} <= flags
    if odd or (part["precision"] and kind in WHOLE):
        raise OtherFormError
    align, sign = "<" if "-" in flags and part["width"] else "", "".join(flags & {"+", " "})
    form, zero = "#" if "#" in flags else "", "0" if "0" in flags and part["width"] else ""
    return f"{align}{sign}{form}{zero}{part['width'] or ''}{part['precision'] or ''}{kind}"


def rewritten(literal: str) -> str | None:
    """Give a literal in the other form; None if an escape in it is, or has, a part of the format."""
    new = PART.sub(converted, literal)
    try:
        same = ast.literal_eval(new) == PART.sub(converted, ast.literal_eval(literal))
    except SyntaxError:
        return None
    return new if same else None
