"""The sight of tools above a repository: the configuration of the folders it lies in, and what its own names there.

A worktree lies elsewhere. Around it are folders of ours that stand for those above the checkout, as many as are
needed, with what a tool finds in there by itself or is led to by a relative path.
"""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stomper.errors import ConfigError
from stomper.metadata.config_files import MOST_BYTES as LARGE
from stomper.metadata.config_files import NAMES, Text, is_named, may_name_places, named_beside, read_text, upward_words

CODE = (".py", ".pyi")
MOST = 500  # of the entries of one folder that is named as a whole


@dataclass(frozen=True, slots=True)
class Outside:
    """One thing above the repository: `place` is relative to the top (`../ruff.toml`), `source` where it really is.

    A file is copied, a folder or a large file linked to.
    """

    place: str
    source: Path


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that has to lie around a worktree of the repository at `top`, in `levels` folders above it.

    `named` says that something there speaks of the repository's folder by its name.
    """

    top: Path
    levels: int = 0
    things: tuple[Outside, ...] = ()
    named: bool = False

    def furnish(self, root: Path) -> None:
        """Put it around the worktree `root`, above which as many folders are ours. Raises ConfigError."""
        if self.levels:
            _link(root.parent / self.top.name, root)  # `../name-of-the-repository/x` leads back into it
        for thing in self.things:
            place = Path(os.path.normpath(root / thing.place))
            if thing.source.is_dir() or thing.source.stat().st_size > LARGE:
                _link(place, thing.source)
            else:
                _copy(thing.source, place)


def _link(place: Path, target: Path) -> None:
    if place.name and not os.path.lexists(place):
        place.symlink_to(target)


def _copy(source: Path, place: Path) -> None:
    try:
        shutil.copyfile(source, place)
    except OSError as error:
        raise ConfigError(
            f"{source} cannot be read, and tools look for it: {error.strerror or error}",
            "Make it readable, or move it away.",
        ) from None


def find_surroundings(top: Path, texts: Iterable[Text]) -> Surroundings:
    """Give what is above the repository at `top` for tools; its configuration, `texts`, leads to some.

    Raises ConfigError for what cannot be put around a worktree.
    """
    search = _Search(top, {}, 0)
    search.discover()
    for text in texts:
        search.follow(text.folder, text.content)
    things = tuple(Outside(place, source) for place, source in sorted(search.found.items()))
    return Surroundings(top, search.levels, things, search.named)


@dataclass
class _Search:
    """A search: all that was found so far, by place, and how many levels up it reaches."""

    top: Path
    found: dict[str, Path]
    levels: int
    named: bool = False

    def discover(self) -> None:
        """Give what tools find by themselves."""
        for folder in self.top.parents:
            for name in sorted(NAMES):
                if os.path.lexists(folder / name):
                    self._take(folder / name)

    def follow(self, folder: str, text: str) -> None:
        """Give what the configuration in a folder of the repository leads to."""
        for word in upward_words(text):
            target = Path(os.path.normpath(self.top / folder / word))
            if _is_there(target) and (up := _climb(folder, word)):
                self.levels = max(self.levels, min(up, len(self.top.parents)))
                self._take_all(target) if self.top.is_relative_to(target) else self._take(target)

    def _take_all(self, folder: Path) -> None:
        """All that is in a folder above the repository, which is named itself; of many things only what is imported."""
        if folder == self.top:
            return
        items = _items(folder)
        if len(items) > MOST:
            items = [item for item in items if _is_code(item)]
        if len(items) > MOST:
            raise ConfigError(
                f"the configuration names {folder}, which holds {len(items)} modules and packages",
                "Name what is needed in it.",
            )
        for item in items:
            self._take(item, deep=False)

    def _take(self, target: Path, deep: bool = True) -> None:
        """One thing that is outside, and what it names itself; of what is in a folder there, the whole folder."""
        if target.is_relative_to(self.top) or self.top.is_relative_to(target):
            return
        text = read_text(target) if deep and may_name_places(target.name) else ""
        self.named = self.named or is_named(self.top.name, text)
        common = Path(os.path.commonpath([self.top, target]))
        source = common / target.relative_to(common).parts[0]
        up = len(self.top.relative_to(common).parts)
        place = "../" * up + source.name
        if place in self.found or not _is_there(source):
            return
        self.found[place] = source
        self.levels = max(self.levels, up)
        for more in named_beside(target.parent, text, target.suffix == ".py"):
            self._take(more)


def _items(folder: Path) -> list[Path]:
    """List a folder. A folder that may not be read counts as empty: no tool finds more by hand."""
    try:
        return sorted(item for item in folder.iterdir() if item.is_file() or item.is_dir())
    except OSError:
        return []


def _is_code(item: Path) -> bool:
    """Return whether it is a Python module, or a folder with modules in it."""
    if item.suffix in CODE:
        return True
    try:
        return any(file.suffix in CODE for file in item.iterdir())
    except OSError:
        return False


def _is_there(place: Path) -> bool:
    """Return whether a file or a folder is there. A pipe or a socket does not count: reading would empty it.

    A word that no path can be, and a place that nobody may look at, is no error.
    """
    try:
        return place.is_file() or place.is_dir()
    except OSError:
        return False


def _climb(folder: str, word: str) -> int:
    """Say how far above the top a relative path gets on its way."""
    depth = highest = 0
    for part in (*folder.split("/"), *word.split("/")):
        if part == "..":
            depth -= 1
        elif part not in ("", "."):
            depth += 1
        highest = min(highest, depth)
    return -highest


def foreign(place: Path, top: Path) -> list[Path]:
    """The configuration that tools would find above `place` and do not find above `top`."""
    above = [folder for folder in (place, *place.parents) if folder not in top.parents]
    return [folder / name for folder in above for name in sorted(NAMES) if os.path.lexists(folder / name)]
