"""Settings for the files that match a pattern."""

import functools
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias

from stomper.globs import matches

Level: TypeAlias = Literal["error", "warning", "information", "hint"]


@dataclass(frozen=True, slots=True)
class PathSettings:
    """What counts for files that match `pattern` in place of what counts for all; None where it says nothing.

    `ignored` stands for `ignores.errors`.
    """

    pattern: str
    fixers: tuple[str, ...] | None = None
    max_retries: int | None = None
    severity: Level | None = None
    error_types: tuple[str, ...] | None = None
    ignored: tuple[str, ...] | None = None


@functools.lru_cache(maxsize=8192)
def said_of(path: str, tables: tuple[PathSettings, ...]) -> dict[str, Any]:
    """What tables say of one file: the last that matches decides, each thing by itself."""
    said: dict[str, Any] = {}
    for table in tables:
        if matches(path, (table.pattern,)):
            said |= _said(table)
    return said


def _said(table: PathSettings) -> dict[str, Any]:
    values = {field.name: getattr(table, field.name) for field in fields(table) if field.name != "pattern"}
    return {name: value for name, value in values.items() if value is not None}
