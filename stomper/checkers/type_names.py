"""The type of a value as text, found without running code of the project.

A copy of this file is imported by the recorder of types, in the project's Python. Neither a value nor its class is
asked for an attribute in a way that the project could answer: a class may have a metaclass, a module may load itself
late. So a class is looked up by its identity: its hash, too, may be code of its metaclass.
"""

from __future__ import annotations

import builtins
import collections
import itertools
import re
import sys
import types
from collections.abc import Callable
from typing import Any

UNKNOWN, NONE, BASE = "?", "None", " < "
MOST_BASES = 4
MOST_ITEMS = 6
MOST_DEPTH = 3
MOST_PLACES = 4
MOST_LETTERS = 200
SINGLES: dict[Any, str] = {list: "list", set: "set", frozenset: "frozenset", collections.deque: "collections.deque"}
PAIRS: dict[Any, str] = {
    dict: "dict",
    collections.OrderedDict: "collections.OrderedDict",
    collections.defaultdict: "collections.defaultdict",
}
PATTERN, MATCH = type(re.compile("")), type(re.match("", ""))
# Classes that are not in the module that they name, by identity.
ELSEWHERE: dict[int, str] = {
    id(types.ModuleType): "types.ModuleType",
    id(types.TracebackType): "types.TracebackType",
}
_name: Any = vars(type)["__qualname__"].__get__
_module: Any = vars(type)["__module__"].__get__
_order: Any = vars(type)["__mro__"].__get__
_names: Any = types.ModuleType.__getattribute__


def text_of(value: Any, depth: int = 0) -> str:
    """Give the type of a value as an annotation would say it, by full names, with UNKNOWN in it where there is none.

    Behind an instance's class come those that it is derived from, each after BASE.
    """
    if value is None:
        return NONE
    kind = type(value)
    if kind is type:
        return _generic("type", [class_name(value)])
    look = CONTAINERS.get(id(kind))
    if look is None:
        return class_name(kind) if depth else BASE.join([class_name(kind), *_bases(kind)])
    try:
        return look(kind, value, depth + 1) if depth < MOST_DEPTH else UNKNOWN
    except RuntimeError:  # another thread changes it
        return UNKNOWN


def class_name(kind: Any) -> str:
    """Give the full name of a class; if it cannot be imported by that, UNKNOWN behind the name of its module."""
    if id(kind) in ELSEWHERE:
        return ELSEWHERE[id(kind)]
    module, name = _module(kind), _name(kind)
    place = sys.modules.get(module) if type(module) is str else None
    if type(name) is not str or not issubclass(type(place), types.ModuleType):
        return UNKNOWN
    first, dot, _ = name.partition(".")
    there = _names(place, "__dict__").get(first)
    if "<" in name or there is None or (there is not kind and not dot):
        return f"{module}.{UNKNOWN}"
    return name if place is builtins else f"{module}.{name}"


def _bases(kind: Any) -> list[str]:
    """The classes that a class is derived from, the nearest first, without those of the language."""
    names = [class_name(base) for base in _order(kind)[1:] if not _is_of_language(base)]
    return [name for name in names if UNKNOWN not in name][:MOST_BASES]


def _is_of_language(kind: Any) -> bool:
    module = _module(kind)
    return type(module) is str and module == "builtins"


def union(texts: set[str]) -> str:
    """Give one type for several; UNKNOWN if they are too many."""
    return UNKNOWN if len(texts) > MOST_PLACES else " | ".join(sorted(texts))


def _generic(name: str, arguments: list[str]) -> str:
    text = f"{name}[{', '.join(arguments)}]"
    return UNKNOWN if len(text) > MOST_LETTERS else text


def _items(items: Any, depth: int) -> str:
    return union({text_of(item, depth) for item in itertools.islice(items, MOST_ITEMS)})


def _single(kind: Any, value: Any, depth: int) -> str:
    return _generic(SINGLES[kind], [_items(value, depth)]) if value else SINGLES[kind]


def _pair(kind: Any, value: Any, depth: int) -> str:
    return _generic(PAIRS[kind], [_items(value, depth), _items(value.values(), depth)]) if value else PAIRS[kind]


def _tuple(_: Any, value: Any, depth: int) -> str:
    if not value:
        return "tuple[()]"
    if len(value) > MOST_PLACES:
        return _generic("tuple", [_items(value, depth), "..."])
    return _generic("tuple", [text_of(item, depth) for item in value])


def _pattern(_: Any, value: Any, __: int) -> str:
    return _generic("re.Pattern", [class_name(type(value.pattern))])


def _match(_: Any, value: Any, __: int) -> str:
    return _generic("re.Match", [class_name(type(value.string))])


# Exact classes only: those that are derived from them may run code of the project when they are looked into.
_LOOKS: dict[Any, Callable[[Any, Any, int], str]] = {
    **dict.fromkeys(SINGLES, _single),
    **dict.fromkeys(PAIRS, _pair),
    tuple: _tuple,
    PATTERN: _pattern,
    MATCH: _match,
}
CONTAINERS = {id(kind): look for kind, look in _LOOKS.items()}
