"""The nearest right name for a wrong one."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(wrong: str, right: Iterable[str]) -> str | None:
    """The right name that a wrong one was probably meant to be."""
    return next(iter(get_close_matches(wrong, list(right), n=1)), None)


def did_you_mean(wrong: str, right: Iterable[str]) -> str:
    """A hint such as "Did you mean 'ruff'? Known: mypy, ruff."."""
    known = sorted(right)
    near = nearest(wrong, known)
    return (f"Did you mean '{near}'? " if near else "") + f"Known: {', '.join(known)}."
