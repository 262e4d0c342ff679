"""Casts to what is there anyway."""

import typing
from typing import Any, cast


def double(x: int, table: dict[str, Any]) -> int:
    y = x * 2
    z = (x + y)
    w = 3 * (x + z)
    return y + z + w + cast(int, table["a"])
