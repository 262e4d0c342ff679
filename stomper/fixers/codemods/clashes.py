"""The complaints of mypy about a variable that is given another type, or has none. All words of it are here.

mypy gives types and names in its messages only. They are proposals: whether they are right is for the re-check to say.
"""

import re
from dataclasses import dataclass

from stomper.fixers.annotate.types import Type, read_type
from stomper.models import Diagnostic

_TYPE = r'"(?P<{}>(?:[^"\']|\'[^\']*\')*)"'
_GOT, _HAS = _TYPE.format("got"), _TYPE.format("has")
_CLASHES = (
    re.compile(
        rf"^Incompatible types in assignment \(expression has type {_GOT}, "
        rf'(?:variable has type|base class "(?P<base>\w+)" defined the type as) {_HAS}\)'
    ),
    re.compile(
        r'^Argument \d+ to "(?:append|appendleft|add|insert)" of "(?P<container>list|set|deque)" '
        rf"has incompatible type {_GOT}; expected {_HAS}"
    ),
)
_UNKNOWN = re.compile(r'^(?:Need type annotation for|Cannot determine type of) "(?P<name>\w+)"')
_UNDEFINED = re.compile(r'^Name "(?P<name>\w+)" is not defined')
_NO_ATTRIBUTE = re.compile(r'^"(?P<owner>\w+)" has no attribute "(?P<name>\w+)"')
_FULL = {"deque": "collections.deque"}


@dataclass(frozen=True, slots=True)
class Clash:
    """The type that a variable has for mypy, and the one of a value that it gets.

    `container` is what the variable is if both types are those of its items, else ''; `base` is the class that has
    the attribute, if that is not the one of the value, else ''.
    """

    has: Type
    got: Type
    container: str
    base: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A variable that mypy finds no type for: its name, and the class that has no such attribute, or ''.

    `undefined`: it finds no variable of that name at all.
    """

    name: str
    owner: str = ""
    undefined: bool = False


def read_clash(found: Diagnostic) -> Clash | None:
    """Read the types of a diagnostic; None if it is about something else, or a type says nothing (`Any`)."""
    match = next(filter(None, (words.match(found.message) for words in _CLASHES)), None)
    parts = match.groupdict() if match else {}
    has, got = (read_type(parts.get(part) or "") for part in ("has", "got"))
    if has is None or got is None:
        return None
    container = parts.get("container") or ""
    return Clash(has, got, _FULL.get(container, container), parts.get("base") or "")


def read_missing(found: Diagnostic) -> Missing | None:
    """Read which variable a diagnostic is about; None if it is about something else."""
    if match := _NO_ATTRIBUTE.match(found.message):
        return Missing(match["name"], match["owner"], undefined=True)
    if match := _UNDEFINED.match(found.message):
        return Missing(match["name"], undefined=True)
    match = _UNKNOWN.match(found.message)
    return Missing(match["name"]) if match else None
