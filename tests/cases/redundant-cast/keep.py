"""A comment would be lost."""

from typing import cast


def double(x: int) -> int:
    return cast(
        int,  # as agreed
        x,
    )
