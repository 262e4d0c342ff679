"""Divide files by the nearest configuration of a tool above them: from there the tool is started, as people do."""

import fnmatch
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper.checkers.configured import Configuration, configuration_in
from stomper.settings.tools import CheckerSettings


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
        found.setdefault(_nearest(root, path, settings, known), []).append(path)
    places = [Place(folder, known.get(folder), tuple(inner)) for folder, inner in sorted(found.items())]
    chosen = [_selected(place, settings) for place in places if place.configuration or not configured_only]
    return [place for place in chosen if place.paths]


def _nearest(root: Path, path: str, settings: CheckerSettings, known: dict[str, Configuration | None]) -> str:
    for parent in PurePosixPath(path).parents if settings.configured_by else ():
        folder = "" if str(parent) == "." else str(parent)
        if folder not in known:
            known[folder] = configuration_in(root / folder, settings.configured_by)
        if known[folder] is not None:
            return folder
    return ""


def _selected(place: Place, settings: CheckerSettings) -> Place:
    """The place with those of its files that the tool's own patterns select."""
    if not settings.selects and not settings.leaves_out and not settings.usually_leaves_out:
        return place
    said = place.configuration or Configuration("")
    wanted = said.words(*settings.selects)
    unwanted = said.words(*settings.leaves_out)
    takes = pattern_test(wanted) if wanted is not None else lambda path: True
    leaves = pattern_test(settings.usually_leaves_out if unwanted is None else unwanted)
    kept = (path for path in place.paths if takes(place.inner(path)) and not leaves(place.inner(path)))
    return Place(place.folder, place.configuration, tuple(kept))


def pattern_test(patterns: Sequence[str]) -> Callable[[str], bool]:
    """A test whether the tools' patterns of files mean a path: it or a folder above it matches; `!` takes back.

    A pattern is a path from the configuration's folder; `**` stands for any folders, `*` and `?` for a part of a
    name. One without a slash, from a file in the form of .gitignore, is that of a file or folder anywhere only if it
    says so by `**/`.
    """

    def means(path: str) -> bool:
        meant = False
        for pattern in patterns:
            taken_back = pattern.startswith("!")
            if _matches(path, pattern.removeprefix("!")):
                meant = not taken_back
        return meant

    return means


def _matches(path: str, pattern: str) -> bool:
    wanted = os.path.normpath(pattern.removeprefix("/") or ".").split("/")
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
