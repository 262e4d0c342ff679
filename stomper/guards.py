"""Guards on honesty: what a fix may not do, whatever the checkers say of the result."""

from collections.abc import Collection

from stomper.models import printable

SHOWN = 3


def refuse_other_files(path: str, changed: Collection[str]) -> str:
    """Why a change that goes beyond the task's file is refused, naming the files; empty where it does not."""
    others = sorted(set(changed) - {path})
    if not others:
        return ""
    named = ", ".join(printable(other) for other in others[:SHOWN])
    more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
    return f"touches other files: {named}{more}"
