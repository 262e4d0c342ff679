"""Finds files that no commit has and tools see in the checkout all the same: local configuration, generated code.

Files that git does not track are no part of a worktree. Those that configure tools, and modules and packages that
the commit names, are brought into each.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from stomper.config.places import place_of
from stomper.errors import ConfigError
from stomper.git.blobs import blob_sizes, read_blobs
from stomper.git.trees import GITLINK, SYMLINK, Entry, is_imported, untracked_places, words_in
from stomper.metadata.config_files import MOST_BYTES as LARGE
from stomper.metadata.config_files import Text, is_config, may_name_places, read_text

CODE = (".py", ".pyi")
# Nobody's source: environments, what is built, what is kept by tools.
NEVER = frozenset({"__pycache__", "build", "dist", "node_modules", "site-packages", "venv", "env", "htmlcov"})
ENVIRONMENT_MARKS = ("pyvenv.cfg", "conda-meta")
TEXTS = (".toml", ".ini", ".cfg", ".py", ".pyi", ".txt", ".json", ".yaml", ".yml")
DEPTH = 3
# More of a folder is brought along only if something is imported from it: there is code among data, too.
MANY_FILES = 200
MANY_BYTES = 4_000_000
MOST_FILES = 2000
MOST_BYTES = 64_000_000


def config_texts(top: Path, entries: Iterable[Entry]) -> list[Text]:
    """The configuration files of a commit's paths, of any tool, and its links: the text of one is where it leads."""
    wanted = [e for e in entries if e.mode == SYMLINK or (may_name_places(e.path) and e.mode != GITLINK)]
    sizes = blob_sizes(top, [e.blob for e in wanted])
    found = read_blobs(top, [e for e in wanted if sizes.get(e.blob, 0) < LARGE])
    return [Text(entry.path, content.decode("utf-8", "replace")) for entry, content in found]


def find_untracked(
    top: Path, commit: str, entries: Collection[str], texts: Sequence[Text], named: Collection[str] = ()
) -> tuple[str, ...]:
    """The untracked files and folders that a worktree of the commit needs; without those `named` already.

    `texts` are its configuration. Raises ConfigError for a folder that is too large to be copied into each worktree.
    """
    places = [path for path in untracked_places(top) if not _is_known(path.rstrip("/"), entries, named)]
    found = {path for path in places if is_config(path) and (top / path).is_file()}
    _follow(top, texts, places, found)
    code = {path: _module(path) for path in places if path not in found and _is_code(top, path)}
    words = words_in(top, commit, sorted(set(code.values()))) if code else frozenset()
    found |= {path for path, name in code.items() if name in words and _is_wanted(top, commit, path, name)}
    found |= {path for path in places if path.endswith(".egg-info/")}
    for path in found:
        _require_small(top, path)
    return tuple(sorted({path.rstrip("/") for path in found}))


def find_folders(top: Path, commit: str, entries: Collection[str], taken: Collection[str] = ()) -> tuple[str, ...]:
    """The untracked folders that have the name of something that the commit imports, less what is `taken` already.

    Whatever is in them, to ruff and isort the import of `wandb` or `build` is one of the project's own where a folder
    of the name lies in it.
    """
    places = [path.rstrip("/") for path in untracked_places(top) if path.endswith("/")]
    names = {path: PurePosixPath(path).name for path in places if not _is_known(path, entries, taken)}
    names = {path: name for path, name in names.items() if name.isidentifier()}
    words = words_in(top, commit, sorted(set(names.values()))) if names else ()
    return tuple(sorted(path for path, name in names.items() if name in words and is_imported(top, commit, name)))


def _follow(top: Path, texts: Sequence[Text], places: Collection[str], found: set[str]) -> None:
    """Add the files of `places` that the configuration names, and what those name in their turn."""
    known = frozenset(places)
    pending = [*texts, *(Text(path, read_text(top / path)) for path in sorted(found))]
    while pending:
        for path in pending.pop().places():
            if path not in found and _is_inside(path, known) and _is_text(top, path):
                found.add(path)
                pending.append(Text(path, read_text(top / path)))


def _is_inside(path: str, places: Collection[str]) -> bool:
    return path in places or any(f"{parent}/" in places for parent in PurePosixPath(path).parents)


def _is_text(top: Path, path: str) -> bool:
    """Say whether it is a file that people write, and none of an environment."""
    if not path.endswith(TEXTS) or not (top / path).is_file():
        return False
    parents = [parent for parent in PurePosixPath(path).parents if str(parent) != "."]
    return not any((top / parent / mark).exists() for parent in parents for mark in ENVIRONMENT_MARKS)


def _is_known(path: str, entries: Collection[str], named: Collection[str]) -> bool:
    """Say whether it is in the commit after all, or the user has said what is to happen to it."""
    place = PurePosixPath(path)
    if any(place.is_relative_to(other) or PurePosixPath(other).is_relative_to(place) for other in named):
        return True
    return path in entries or any(entry.startswith(f"{path}/") for entry in entries)


def _module(path: str) -> str:
    """Give what an import calls it, by its last name."""
    return PurePosixPath(path).name.partition(".")[0]


def _is_code(top: Path, path: str) -> bool:
    if not _module(path).isidentifier():
        return False
    if not path.endswith("/"):
        return path.endswith(CODE)
    folder = top / path
    if PurePosixPath(path).name in NEVER or any((folder / mark).exists() for mark in ENVIRONMENT_MARKS):
        return False
    return any(file.endswith(CODE) for file in _files(folder, DEPTH))


def _files(folder: Path, depth: int = 100) -> Iterator[str]:
    """The files below a folder, `depth` folders deep; links and what is nobody's source are left out."""
    for place, folders, files in os.walk(folder):
        deep = len(Path(place).relative_to(folder).parts) + 1 >= depth
        folders[:] = [] if deep else sorted(name for name in folders if name not in NEVER and not name.startswith("."))
        yield from (f"{place}/{name}" for name in files)


def _is_wanted(top: Path, commit: str, path: str, name: str) -> bool:
    """Return whether code is needed that has a name which the commit has as a word: it may be a common word."""
    return not _has_more(top / path, MANY_FILES, MANY_BYTES) or is_imported(top, commit, name)


def _has_more(place: Path, files: int, size: int) -> bool:
    """Return whether a folder has more files, or more bytes in them, than that."""
    for number, file in enumerate(_files(place), 1):
        size -= os.lstat(file).st_size
        if number > files or size < 0:
            return True
    return False


def _require_small(top: Path, path: str) -> None:
    """Raises ConfigError if a copy for each worktree would cost too much."""
    if _has_more(top / path, MOST_FILES, MOST_BYTES):
        raise ConfigError(
            f"{path} is not in git, the project's code names it, and it is too large for a copy in each worktree",
            f"Link to it: link = ['{path.rstrip('/')}'] {place_of(top, 'environment')}. Nothing should write there.",
        )
