"""Reading data that others wrote: how much of it is taken, and that nothing in it does more than to be wrong."""

import json
import tomllib
from pathlib import Path
from typing import Any

MEGABYTE = 2**20
TOO_DEEP = "it is nested too deeply"
SHOWN = 400


class TooLargeError(ValueError):
    """A file has more than anybody writes into such a file."""


def read_bounded(path: Path, megabytes: int) -> bytes:
    """Read a file whole. Raises TooLargeError where it has more than so much, however it says to be; OSError."""
    with path.open("rb") as file:
        content = file.read(megabytes * MEGABYTE + 1)
    if len(content) > megabytes * MEGABYTE:
        raise TooLargeError(f"it has more than {megabytes} MB")
    return content


def parse_json(text: str | bytes) -> Any:
    """Give what a text says as JSON. Raises ValueError, also where it is nested deeper than anybody does it."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def parse_toml(text: str) -> dict[str, Any]:
    """Give what a text says as TOML. Raises ValueError, also where it is nested deeper than anybody does it."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def excerpt(value: object) -> str:
    """Give the beginning of some data, for a message."""
    try:
        return repr(value)[:SHOWN]
    except RecursionError:
        return TOO_DEEP
