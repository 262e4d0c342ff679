"""Read from ruff's JSON what is for reports: the end of a diagnostic, its rule's name and page, its fix."""

import sys
from collections.abc import Mapping
from typing import Any

from stomper.models import Replacement, Told


def told(row: Mapping[str, Any], fixable: bool) -> Told:
    """What a row tells beside its diagnostic. Places in a notebook count from the cell.

    Raises KeyError, TypeError or ValueError for a row that cannot be read. The name is there since ruff 0.12.
    """
    end, fix = row.get("end_location"), row.get("fix") if fixable else None
    return Told(
        end=_place(end) if end else None,
        rule=sys.intern(str(row.get("name") or "")),
        page=sys.intern(str(row.get("url") or "")),
        replacements=tuple(map(_replacement, fix["edits"])) if fix else (),
    )


def _replacement(edit: Mapping[str, Any]) -> Replacement:
    return Replacement(_place(edit["location"]), _place(edit["end_location"]), str(edit["content"] or ""))


def _place(where: Mapping[str, Any]) -> tuple[int, int]:
    return int(where["row"]), int(where["column"])
