"""Divide files by the nearest configuration of a tool above them: from there the tool is started, as people do."""

import fnmatch
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper.checkers.configured import Configuration, configuration_in
from stomper.globs import matches
from stomper.settings import CheckerSettings, Patterns


@dataclass(frozen=True, slots=True)
class Place:
    """A folder in which the tool is started ('' is the top), the configuration there, and files, from the top."""

    folder: str
    configuration: Configuration | None
    paths: tuple[str, ...]

    def inner(self, path: str) -> str:
        """A path as seen from the folder."""
        return path.removeprefix(f"{self.folder}/") if self.folder else path


def places_of(
    root: Path, paths: Sequence[str], settings: CheckerSettings, configured_only: bool = False
) -> list[Place]:
    """The files that the tool by hand looks at, by where it is started; sorted.

    With `configured_only`, files under no configuration are left out.
    """
    known: dict[str, Configuration | None] = {}
    found: dict[str, list[str]] = {}
    for path in sorted(set(paths)):
        found.setdefault(nearest_folder(root, path, settings.configured_by, known), []).append(path)
    places = [Place(folder, known.get(folder), tuple(inner)) for folder, inner in sorted(found.items())]
    chosen = [_selected(place, settings) for place in places if place.configuration or not configured_only]
    return [place for place in chosen if place.paths]


def nearest_folder(root: Path, path: str, configured_by: Sequence[str], known: dict[str, Configuration | None]) -> str:
    """The folder above a path that has one of these configurations, '' for the top or none; `known` is added to."""
    for parent in PurePosixPath(path).parents if configured_by else ():
        folder = "" if str(parent) == "." else str(parent)
        if folder not in known:
            known[folder] = configuration_in(root / folder, configured_by)
        if known[folder] is not None:
            return folder
    return ""


def _selected(place: Place, settings: CheckerSettings) -> Place:
    """The place with those of its files that the tool's own patterns select."""
    if not settings.selects and not settings.leaves_out and not settings.usually_leaves_out:
        return place
    said = place.configuration or Configuration("")
    wanted, unwanted = said.words(settings.selects), said.words(settings.leaves_out)
    takes = pattern_test(wanted, settings.patterns) if wanted is not None else lambda path: True
    leaves = pattern_test(settings.usually_leaves_out if unwanted is None else unwanted, settings.patterns)
    kept = (path for path in place.paths if takes(place.inner(path)) and not leaves(place.inner(path)))
    return Place(place.folder, place.configuration, tuple(kept))


def pattern_test(patterns: Sequence[str], kind: Patterns) -> Callable[[str], bool]:
    """A test whether a tool's patterns of files mean a path; one that cannot be read means none.

    Regular expressions are searched for in it. All others mean a path if it or a folder above it matches, and `!`
    before one takes back: they are paths from the configuration's folder, with `**` for any folders, or, "anywhere",
    as git's are, names in any folder where they have no slash.
    """
    if kind == "regex":
        expressions = [found for pattern in patterns if (found := _compiled(pattern))]
        return lambda path: any(expression.search(path) for expression in expressions)
    test = _matches if kind == "anchored" else lambda path, pattern: matches(path, (pattern,))

    def means(path: str) -> bool:
        meant = False
        for pattern in patterns:
            if test(path, pattern.removeprefix("!")):
                meant = not pattern.startswith("!")
        return meant

    return means


def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None


def _matches(path: str, pattern: str) -> bool:
    if pattern.startswith("/"):  # elsewhere, to the tools that read patterns so
        return False
    wanted = os.path.normpath(pattern or ".").split("/")
    parts = path.split("/")
    if wanted == ["."]:
        return True
    return any(_match(parts[:end], wanted) for end in range(1, len(parts) + 1))


def _match(parts: Sequence[str], wanted: Sequence[str]) -> bool:
    if not wanted:
        return not parts
    first, *rest = wanted
    if first == "**":
        return any(_match(parts[skipped:], rest) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatch.fnmatchcase(parts[0], first) and _match(parts[1:], rest)
