from __future__ import annotations

from typing import Any, ClassVar


class Table:
    known: ClassVar[dict[str, Any]] = {}
    names: ClassVar = list()
    other: ClassVar = dict(a=1)
    annotated: ClassVar[dict[str, "Table"]] = {}
