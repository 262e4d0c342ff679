"""Choose the repositories of a fleet that are worked on; the others stay in it, and are skipped with the reason."""

import dataclasses
from collections.abc import Sequence
from fnmatch import fnmatchcase

from stomper.errors import UsageError
from stomper.fleet.model import Entry


def choose(entries: Sequence[Entry], only: Sequence[str], skip: Sequence[str]) -> tuple[Entry, ...]:
    """Mark what no glob of `only` matches, if there are any, and what one of `skip` does, as skipped.

    A glob is for the name, or for the whole address or path. Raises UsageError if nothing is left.
    """
    chosen = tuple(dataclasses.replace(entry, skipped=_why_skipped(entry, only, skip)) for entry in entries)
    if not chosen:
        raise UsageError("the fleet has no repository", "Name some: fleet.toml, a list, or --discover FOLDER.")
    if all(entry.skipped for entry in chosen):
        raise UsageError("no repository of the fleet is chosen", f"There are: {', '.join(e.name for e in entries)}.")
    return chosen


def _why_skipped(entry: Entry, only: Sequence[str], skip: Sequence[str]) -> str:
    if entry.skipped:
        return entry.skipped
    if only and not any(_matches(entry, glob) for glob in only):
        return "not chosen by only"
    return next((f"skip has {glob}" for glob in skip if _matches(entry, glob)), "")


def _matches(entry: Entry, glob: str) -> bool:
    return fnmatchcase(entry.name, glob) or fnmatchcase(entry.source, glob)
