"""Values of which mypy knows nothing, in functions that promise a type."""

import json
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def read(path: Path) -> dict[str, str]:
    # of the project
    result: dict[str, str] = json.loads(path.read_text())  # as it is
    return result


def first(path: Path, other: Path | None = None) -> "list[str] | None":
    if other is None:
        result: "list[str] | None" = json.loads(path.read_text())
        return result
    with other.open() as file:
        try:
            result = json.load(file)
            return result
        except ValueError:
            return None


class Reader:
    def read(self, text: str, otherwise: T) -> T:
        def inner() -> int:
            result: int = json.loads(text)[0]
            return result

        result: T = json.loads(text)[inner(), otherwise]
        return result

    async def later(self, text: str) -> int | None:
        result: int | None = json.loads(text)
        return result
