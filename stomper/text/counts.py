"""Say how many there are: `3 files`; `a, b and 5 more`."""

from collections.abc import Sequence


def plural(count: int, noun: str, nouns: str = "") -> str:
    """A number with its noun; `nouns` is the plural if that is not the noun with an `s`."""
    return f"{count} {noun if count == 1 else nouns or f'{noun}s'}"


def shorten(words: Sequence[str], most: int) -> str:
    """The first words of a list, and how many more there are."""
    return ", ".join(words[:most]) + and_more(len(words) - most)


def and_more(count: int) -> str:
    """The end of a list of which so many are not shown; empty if all are."""
    return f" and {count} more" if count > 0 else ""
