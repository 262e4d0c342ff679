from __future__ import annotations

from typing import Any, ClassVar


class Table:
    known: ClassVar[dict[str, Any]] = {}
    names = list()
    other = dict(a=1)
    annotated: dict[str, "Table"] = {}
