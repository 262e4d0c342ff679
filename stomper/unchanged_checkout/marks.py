"""The checkout at one moment: marks of its files, and all that git keeps of its state in small files."""

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from stomper import process
from stomper.checkers import Checker
from stomper.disk.marks import Mark, mark_of
from stomper.git.commits import list_refs
from stomper.git.repository import Repository
from stomper.git.trees import staged_listing
from stomper.git.trial_copies import ignored_places

# Of runs, and what a fetch in the background brings: an editor does so every few minutes.
PASSING = ("refs/stomper/", "refs/remotes/", "refs/prefetch/")
INDEX = "the index"
REFS = "refs/"
GIT = ".git/"
OWN = ("HEAD", "config.worktree", "info/sparse-checkout")
# git keeps all stashes but the last one here, and nowhere else.
STASH = "refs/stash"
STASHES = f"{GIT}logs/{STASH}"
BYTECODE = "__pycache__"

Value: TypeAlias = tuple[int, bytes] | None
"""A file: type and permissions, and its bytes or what a link leads to. None where nothing is."""


@dataclass(frozen=True, slots=True)
class Sight:
    """`files` and `folders` of the checkout, `git` for what git keeps, `packages` of the checkers' interpreters."""

    files: Mapping[str, Mark]
    folders: frozenset[str]
    git: Mapping[str, object]
    packages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Eye:
    """Looks at a repository. Not below `closed` folders: those that git ignored from the beginning.

    Whether a package came or went where the `checkers` have theirs is looked at too.
    """

    repository: Repository
    checkers: tuple[Checker, ...] = ()
    closed: frozenset[str] = field(default=frozenset())

    def look(self) -> Sight:
        """Take everything down. Costs a walk and three questions to git."""
        files, folders = walk(self.repository.top, self.closed)
        return Sight(files, folders, git_state(self.repository), frozenset(_packages(self.checkers)))


def closed_folders(top: Path) -> frozenset[str]:
    """The folders that git ignores now: environments, caches, what was built."""
    return frozenset(place.rstrip("/") for place in ignored_places(top) if place.endswith("/"))


def walk(top: Path, closed: frozenset[str]) -> tuple[dict[str, Mark], frozenset[str]]:
    """The files and links below a folder with their marks, and the folders. Links are not followed.

    Those of repositories inside are among them, and what git keeps there is not.
    """
    files: dict[str, Mark] = {}
    folders: set[str] = set()
    pending = [""]
    while pending:
        prefix = pending.pop()
        for item in _items(top / prefix):
            path = prefix + item.name
            if item.name == ".git":
                continue
            if not item.is_dir(follow_symlinks=False):
                with contextlib.suppress(OSError):  # the user may have removed it a moment ago
                    files[path] = mark_of(item.stat(follow_symlinks=False))
                continue
            folders.add(path)
            if path not in closed:
                pending.append(f"{path}/")
    return files, frozenset(folders)


def _items(folder: Path) -> list[os.DirEntry[str]]:
    """Give what is in a folder; of one that cannot be read nothing is seen."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def value_of(root: Path, path: str) -> Value:
    """Give what is at a path now. A pipe, a socket or a folder is like an empty file of its own kind."""
    place = root / path
    try:
        info = place.lstat()
        if stat.S_ISLNK(info.st_mode):
            return info.st_mode, os.fsencode(place.readlink())
        return info.st_mode, place.read_bytes() if stat.S_ISREG(info.st_mode) else b""
    except OSError:
        return None


def git_files(repository: Repository) -> dict[str, Path]:
    """The small files of git that a program could change: HEAD, settings, hooks, what is ignored; by name."""
    names = [*OWN, "config", "info/attributes", "info/exclude", *(f"hooks/{name}" for name in _hooks(repository))]
    return {name: git_place(repository, name) for name in (*(f"{GIT}{name}" for name in names), STASHES)}


def git_place(repository: Repository, name: str) -> Path:
    """Say where one of these files is: each checkout has some of its own."""
    short = name.removeprefix(GIT)
    return (repository.git_dir if short in OWN else repository.common) / short


def _hooks(repository: Repository) -> list[str]:
    folder = repository.common / "hooks"
    return sorted(os.listdir(folder)) if folder.is_dir() else []  # noqa: PTH208  # names are all that is wanted


def refs_of(repository: Repository) -> dict[str, str]:
    """All refs but those that come and go without a checker."""
    return {name: at for name, at in list_refs(repository.top, "refs").items() if not name.startswith(PASSING)}


def git_state(repository: Repository) -> dict[str, object]:
    """Give what git keeps, by name: small files, the listing of the index, refs."""
    files = {name: value_of(place.parent, place.name) for name, place in git_files(repository).items()}
    return {**files, INDEX: staged_listing(repository.top), **refs_of(repository)}


def _packages(checkers: Iterable[Checker]) -> Iterator[str]:
    """Give the packages of the interpreters that checkers are run by, or look by, and of the active environment."""
    places = {Path(program).parent.parent for checker in checkers for program in _programs(checker)}
    if active := process.active_virtualenv():
        places.add(Path(active))
    for folder in {folder for place in places for folder in place.glob("lib*/python3*/site-packages")}:
        yield from (str(item) for item in folder.iterdir() if item.name != BYTECODE)


def _programs(checker: Checker) -> Iterator[str]:
    for holder in (checker, getattr(checker, "checker", None), getattr(checker, "runner", None)):
        for name in ("python", "program"):
            if isinstance(found := getattr(holder, name, None), str):
                yield found
        yield from getattr(holder, "command", ())[:1]
