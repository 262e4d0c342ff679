"""The nearest right name for a wrong one."""

from collections.abc import Iterable


def nearest(wrong: str, right: Iterable[str]) -> str:
    """A hint such as "Did you mean 'ruff'? Known: mypy, ruff."."""
    import difflib  # only for a wrong name

    known = sorted(right)
    close = difflib.get_close_matches(wrong, known, n=1)
    return (f"Did you mean '{close[0]}'? " if close else "") + f"Known: {', '.join(known)}."
