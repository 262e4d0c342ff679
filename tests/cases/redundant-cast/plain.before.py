"""Casts to what is there anyway."""

import typing
from typing import Any, cast


def double(x: int, table: dict[str, Any]) -> int:
    y = cast(int, x) * 2
    z = typing.cast("int", x + y)
    w = 3 * cast(int, x + z)
    return y + z + w + cast(int, table["a"])
