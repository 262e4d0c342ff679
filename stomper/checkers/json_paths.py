"""Output as JSON of any shape, read by the places of the parts in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from stomper.checkers.completeness import not_checked
from stomper.checkers.result import FROM_ONE, Bases, Result, severity_of, unreadable
from stomper.disk.parse import excerpt, parse_json
from stomper.errors import CheckerError
from stomper.models import Diagnostic

PLACE = re.compile(r"\{([^{}]+)\}")
# An item with all that it is in, the nearest first.
Nest: TypeAlias = tuple[Any, ...]


def read_json(name: str, output: bytes, places: Mapping[str, str], first: Bases = FROM_ONE) -> Iterator[Result]:
    """Every item of the document at `places["items"]`, lists taken element by element on the way.

    The other places count from the item; what it does not have is looked for in what it is in (eslint
    names the file around its messages). `first` is what lines and columns count from. Raises CheckerError for what is
    not JSON and for an item without a path.
    """
    for nest in _items(name, _document(name, output), places.get("items", "")):
        yield _result(name, nest, places, first)


def read_failures(name: str, output: bytes, places: Mapping[str, str]) -> Iterator[Result]:
    """The files of which the document says at `places["items"]` that they could not be looked at; none without places.

    Raises CheckerError as `read_json`.
    """
    if not places:
        return
    for nest in _items(name, _document(name, output), places["items"]):
        told = _result(name, nest, places, FROM_ONE).diagnostic
        yield Result(not_checked(name, told.path, told.message))


def read_paths(name: str, output: bytes, places: Mapping[str, str]) -> Iterator[str]:
    """The paths that the document has at `places`. Raises CheckerError as `read_json`."""
    for nest in _items(name, _document(name, output), places.get("items", "")):
        yield _result(name, nest, places, FROM_ONE).diagnostic.path


def _document(name: str, output: bytes) -> Any:
    try:
        return parse_json(output.decode("utf-8-sig"))
    except ValueError:
        words = output.decode("utf-8", "backslashreplace").strip()
        raise CheckerError(f"{name}'s output is not JSON: {words[-400:] or 'nothing'}") from None


def _items(name: str, document: Any, place: str) -> list[Nest]:
    nests = _elements((document,))
    for key in filter(None, place.split(".")):
        if missing := [nest for nest in nests if not isinstance(nest[0], dict) or key not in nest[0]]:
            raise CheckerError(f"{name}'s output has no '{key}' where `items` says so: {excerpt(missing[0][0])}")
        nests = [inner for nest in nests for inner in _elements((nest[0][key], *nest))]
    return nests


def _elements(nest: Nest) -> list[Nest]:
    """A list by its elements, anything else as it is."""
    value, *around = nest
    return [(element, *around) for element in value] if isinstance(value, list) else [nest]


def _result(name: str, nest: Nest, places: Mapping[str, str], first: Bases) -> Result:
    part = {key: _value(nest, place) for key, place in places.items() if key != "items"}
    path, code, message = part.get("path"), part.get("code"), part.get("message")
    if not isinstance(path, str) or not path:
        raise unreadable(name, nest[0])
    return Result(
        Diagnostic(
            tool=name,
            code=name if code is None or code == "" else str(code),
            message="" if message is None else str(message),
            path=path,
            line=_number(part.get("line"), first.line),
            column=_number(part.get("column"), first.column),
            severity=severity_of(part.get("severity") or "error"),
            fixable=bool(part.get("fixable")),
        )
    )


def _value(nest: Nest, place: str) -> Any:
    """What is at a place, or a text with such places in braces: "SC{code}"."""
    if PLACE.search(place):
        return PLACE.sub(lambda found: str(_look_up(nest, found[1].split("."))), place)
    return _look_up(nest, place.split("."))


def _look_up(nest: Nest, keys: Sequence[str]) -> Any:
    found = (_descend(value, keys) for value in nest)
    return next((value for value in found if value is not None), None)


def _descend(value: Any, keys: Sequence[str]) -> Any:
    for key in keys:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def _number(value: Any, base: int) -> int:
    try:
        return max(1, int(value) + 1 - base)
    except (TypeError, ValueError, OverflowError):
        return 1
