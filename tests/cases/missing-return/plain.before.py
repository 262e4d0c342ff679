"""Functions that fall off their end."""

from typing import Optional


def find(x: int) -> Optional[int]:
    if x:
        return 1


class Finder:
    def find(self, x: int) -> "None | str":
        for _ in range(x):
            return "a"  # the first one

    def look(self, x: int) -> int | str | None:
        if x:
            return x
