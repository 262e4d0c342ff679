"""`stomper check`: what the checkers say of the working tree as it is."""

from collections.abc import Sequence
from pathlib import Path

from stomper.checkers import check_files, make_checkers
from stomper.git.repository import Repository, read_head
from stomper.models import Diagnostic
from stomper.planning import wanted
from stomper.selection import select_files
from stomper.settings import Settings


def inspect(repository: Repository, settings: Settings, named: Sequence[Path]) -> tuple[Diagnostic, ...]:
    """The wanted diagnostics of the selected tracked files that are there, ordered by path and place.

    Raises UsageError for a name that cannot be looked at, CheckerError where a checker gave no result.
    """
    selection = select_files(repository, read_head(repository).commit, settings, named)
    paths = [path for path in selection.paths if (repository.top / path).is_file()]
    found = check_files(make_checkers(settings, repository.top), repository.top, paths) if paths else ()
    return tuple(diagnostic for diagnostic in found if wanted(diagnostic, settings))
