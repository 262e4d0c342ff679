"""A choice of files that matches nothing is a slip of the pen, and not a clean project."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from stomper.errors import UsageError
from stomper.git.repository import Repository
from stomper.git.trees import match_tracked, tree_entries
from stomper.models import printable
from stomper.plan.select_files import Selection, inside
from stomper.settings import Settings

ACCEPT = "To accept that nothing is looked at: --allow-empty"
PATTERNS = "Patterns count from the top of the repository, as in .gitignore: '*' stops at a slash, '**' does not."
NOTEBOOKS = "Notebooks are looked at if they are named: --include '**/*.ipynb'."


def require_matches(
    repository: Repository, commit: str, settings: Settings, named: Sequence[Path], selection: Selection
) -> None:
    """Raises UsageError for a pattern or folder on the command line in which no file is, and if no file is selected.

    Files that git has to say something about, such as changed ones, may well be none.
    """
    choice = settings.choice
    for pattern in choice.included:
        if not match_tracked(repository.top, [pattern], (), commit):
            raise UsageError(f"--include '{printable(pattern)}' matches no tracked file", f"{PATTERNS} {ACCEPT}")
    if choice.since is not None or choice.uncommitted is not None:
        return
    known = {*selection.paths, *(skipped.path for skipped in selection.skipped)}
    patterns = ", ".join(settings.included)
    for path in _without_files(repository, commit, settings, named, known):
        raise UsageError(
            f"in {printable(path)} is no file to look at",
            f"Looked at are tracked files that match {patterns}. {ACCEPT}",
        )
    if not known:
        notebooks = any(path.endswith(".ipynb") for path in tree_entries(repository.top, commit))
        more = f"{NOTEBOOKS} {ACCEPT}" if notebooks else ACCEPT
        less = ", less what `exclude` leaves out" if settings.files.exclude or settings.ignores.files else ""
        raise UsageError(f"there is nothing to look at: no tracked file matches {patterns}{less}", more)


def _without_files(
    repository: Repository, commit: str, settings: Settings, named: Sequence[Path], known: Collection[str]
) -> Iterator[str]:
    """Give the folders in which nothing is for a checker, also not of what is excluded."""
    empty = [path for path in (inside(repository, name) for name in named) if not _is_any_in(path, known)]
    if empty:
        everything = match_tracked(repository.top, settings.included, (), commit)
        yield from (path for path in empty if not _is_any_in(path, everything))


def _is_any_in(folder: str, paths: Iterable[str]) -> bool:
    return any(PurePosixPath(path).is_relative_to(folder) for path in paths)
