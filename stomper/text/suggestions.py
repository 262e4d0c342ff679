"""The nearest right name for a wrong one."""

from collections.abc import Iterable

SHORT = 3  # a name so short is a part of others by chance


def nearest(wrong: str, right: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Give the right name that a wrong one was probably meant to be, None if there is none so near (1: the same)."""
    from difflib import get_close_matches  # only for a wrong name

    return next(iter(get_close_matches(wrong, list(right), n=1, cutoff=cutoff)), None)


def near_ones(wrong: str, right: Iterable[str], most: int = 4) -> list[str]:
    """Give right names that have something in common with a wrong one, the nearest first."""
    from difflib import get_close_matches

    known = list(right)
    parts = [name for name in known if wrong and (wrong in name or (len(name) > SHORT and name in wrong))]
    return list(dict.fromkeys([*parts, *get_close_matches(wrong, known, n=most)]))[:most]


def did_you_mean(wrong: str, right: Iterable[str]) -> str:
    """Give a hint such as "Did you mean 'ruff'? Known: mypy, ruff."."""
    known = sorted(right)
    near = nearest(wrong, known)
    return (f"Did you mean '{near}'? " if near else "") + f"Known: {', '.join(known)}."
