"""Values of which mypy knows nothing, in functions that promise a type."""

import json
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def read(path: Path) -> dict[str, str]:
    # of the project
    return json.loads(path.read_text())  # as it is


def first(path: Path, other: Path | None = None) -> "list[str] | None":
    if other is None: return json.loads(path.read_text())
    with other.open() as file:
        try:
            return json.load(file)
        except ValueError:
            return None


class Reader:
    def read(self, text: str, otherwise: T) -> T:
        def inner() -> int:
            return json.loads(text)[0]

        return json.loads(text)[inner(), otherwise]

    async def later(self, text: str) -> int | None:
        return json.loads(text)
