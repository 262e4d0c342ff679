"""Narrow the selected files: by name, by pattern, or to those that git says have changed."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from stomper.errors import UsageError
from stomper.git.changed_files import merge_base, parent_of, paths_between
from stomper.git.repository import Repository
from stomper.git.trees import match_tracked
from stomper.models import printable
from stomper.plan.require_matches import ACCEPT, require_matches
from stomper.plan.select_files import Selection, select_files
from stomper.settings import Settings


def is_narrowed(settings: Settings, named: Sequence[Path]) -> bool:
    """Say whether `choose_files` gives other files than all that are looked at."""
    choice = settings.choice
    return bool(named or choice.patterns) or choice.since is not None or choice.uncommitted is not None


def choose_files(repository: Repository, commit: str, settings: Settings, named: Sequence[Path]) -> Selection:
    """The files of `commit` to work on, sorted: `select_files`, narrowed by `settings.choice`.

    Raises UsageError for a name that cannot be worked on, a commit that is not there, and, unless that is accepted, for
    what no file matches.
    """
    selection = select_files(repository, commit, settings, named)
    choice = settings.choice
    if not choice.allow_empty:
        require_matches(repository, commit, settings, named, selection)
    if choice.patterns:
        selection = _only(selection, _matching(repository, commit, settings, selection))
    if choice.since is not None:
        base = merge_base(repository.top, choice.since, commit)
        selection = _only(selection, paths_between(repository.top, base, commit))
    if choice.uncommitted is not None:
        selection = _only(selection, paths_between(repository.top, parent_of(repository.top, commit), commit))
    return selection


def _only(selection: Selection, paths: frozenset[str]) -> Selection:
    return dataclasses.replace(
        selection,
        paths=tuple(path for path in selection.paths if path in paths),
        untouched={path: reason for path, reason in selection.untouched.items() if path in paths},
        skipped=tuple(skipped for skipped in selection.skipped if skipped.path in paths),
    )


def _matching(repository: Repository, commit: str, settings: Settings, selection: Selection) -> frozenset[str]:
    """A pattern that matches nothing is a slip of the pen, not a clean project."""
    known = {*selection.paths, *(skipped.path for skipped in selection.skipped)}
    found: set[str] = set()
    for pattern in settings.choice.patterns:
        matched = known & set(match_tracked(repository.top, [pattern], (), commit))
        if not matched and not settings.choice.allow_empty:
            raise UsageError(
                f"--pattern '{printable(pattern)}' matches no file that is looked at",
                f"Looked at are tracked files that match {', '.join(settings.files.include)};"
                f" --include names others. '*' stops at a slash, '**' does not. {ACCEPT}",
            )
        found |= matched
    return frozenset(found)
