"""Where one more name would be seen, and where a promise says nothing of the value."""

import json
from collections.abc import Generator
from typing import Any


def seen(text: str) -> str:
    print(locals())
    return json.loads(text)


def generated(text: str) -> Generator[int, None, str]:
    yield 1
    return json.loads(text)


def beside(text: str) -> str:
    print(text); return json.loads(text)


def anything(text: str) -> dict[str, Any]:
    return json.loads(text)


def unfinished(text: str) -> "list[Any]":
    return json.loads(text)


def refused(text: str) -> list[str]:
    return NotImplemented
