"""Take the places of this machine out of a report, which travels: to a CI's artefacts, to colleagues."""

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Places: TypeAlias = Sequence[tuple[str, str]]
"""Absolute folders, the first that matches counts, each with the name that stands for it ('' for none)."""

LEADING = re.compile(r"/(?:\S*/)?(\S+)")
BEGIN, END = r"(?<![\w.~-])", r"(?=[/\s'\"`:;,)\]}>]|$)"


def without_places(value: Any, places: Places) -> Any:
    """Give data with each text `placeless`, also in lists and tables."""
    if isinstance(value, str):
        return placeless(value, places)
    if isinstance(value, Mapping):
        return {key: without_places(inner, places) for key, inner in value.items()}
    return [without_places(inner, places) for inner in value] if isinstance(value, list | tuple) else value


def placeless(text: str, places: Places) -> str:
    """Give a text with the names of the places; of another absolute path that it begins with, the last part.

    So a program is left of a command, wherever it is installed.
    """
    for folder, name in places:
        if folder in text:
            inner = re.sub(f"{BEGIN}{re.escape(folder)}/(?=[^\\s])", f"{name}/" if name else "", text)
            text = re.sub(f"{BEGIN}{re.escape(folder)}{END}", name or ".", inner)
    found = LEADING.match(text)
    return text if found is None else f"{found[1]}{text[found.end() :]}"


def relative(path: str | None, top: str) -> str | None:
    """Give a path as seen from the top of the repository."""
    return None if path is None else os.path.relpath(path, top)
