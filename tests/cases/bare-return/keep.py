from typing import TypeAlias

Maybe: TypeAlias = str | None


def promised(name: str) -> str:
    if not name:
        return
    return name


def hidden(name: str) -> Maybe:
    if not name:
        return
    return name
