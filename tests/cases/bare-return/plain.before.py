from typing import Optional


def found(name: str) -> str | None:
    if not name:
        return  # there is none
    return name


def first(names: list[str]) -> "Optional[str]":
    def inner() -> int:
        return 1

    for name in names:
        inner()
        if not name:
            return; print()
        return name
    return None
