"""Reading data that others wrote: nothing in it does more than to be wrong (`disk.regular_files` bounds how much)."""

import json
from typing import Any

TOO_DEEP = "it is nested too deeply"
SHOWN = 400


def parse_json(text: str | bytes) -> Any:
    """Give what a text says as JSON. Raises ValueError, also if it is nested deeper than anybody does it."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def parse_toml(text: str) -> dict[str, Any]:
    """Give what a text says as TOML. Raises ValueError, also if it is nested deeper than anybody does it."""
    import tomllib  # which many that read JSON never need

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
