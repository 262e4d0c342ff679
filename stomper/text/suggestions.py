"""The nearest right name for a wrong one."""

from collections.abc import Iterable


def nearest(wrong: str, right: Iterable[str]) -> str | None:
    """Give the right name that a wrong one was probably meant to be, None if there is none."""
    from difflib import get_close_matches  # only for a wrong name

    return next(iter(get_close_matches(wrong, list(right), n=1)), None)


def did_you_mean(wrong: str, right: Iterable[str]) -> str:
    """Give a hint such as "Did you mean 'ruff'? Known: mypy, ruff."."""
    known = sorted(right)
    near = nearest(wrong, known)
    return (f"Did you mean '{near}'? " if near else "") + f"Known: {', '.join(known)}."
