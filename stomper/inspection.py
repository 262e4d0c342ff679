"""`stomper check`: what the checkers say of the working tree as it is."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.checkers import check_files, make_checkers
from stomper.git.repository import Repository, read_head
from stomper.known import DEFAULT_NAME, Entry, entries_for, gone, read_entries, sort_out, tree_reader
from stomper.models import Diagnostic
from stomper.planning import wanted
from stomper.selection import Selection, select_files
from stomper.settings import Settings


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the checkers say of the working tree.

    `found` is everything; of what was asked for, `new` counts and `known` is in the baseline. `gone` are
    entries of the baseline that nothing was found for; `has_baseline` says whether there is one.
    """

    selection: Selection
    found: tuple[Diagnostic, ...]
    new: tuple[Diagnostic, ...]
    known: tuple[Diagnostic, ...]
    gone: tuple[Entry, ...]
    has_baseline: bool


def inspect(repository: Repository, settings: Settings, named: Sequence[Path], use_baseline: bool = True) -> Inspection:
    """Look at the selected tracked files that are there, ordered by path and place.

    Raises UsageError for a name that cannot be looked at, CheckerError where a checker gave no result,
    ConfigError for a baseline file that cannot be read.
    """
    entries = read_entries(repository.top, settings.baseline) if use_baseline else None
    selection = select_files(repository, read_head(repository).commit, settings, named)
    paths = [path for path in selection.paths if (repository.top / path).is_file()]
    found = check_files(make_checkers(settings, repository.top), repository.top, paths) if paths else ()
    sorted_out = sort_out(found, entries or (), tree_reader(repository.top))
    return Inspection(
        selection,
        found,
        tuple(d for d in sorted_out.new if wanted(d, settings)),
        tuple(d for d in sorted_out.known if wanted(d, settings)),
        gone(sorted_out, paths, settings.checkers, lambda path: (repository.top / path).exists()),
        entries is not None,
    )


def todays_entries(repository: Repository, settings: Settings) -> list[Entry]:
    """An entry for each diagnostic of the whole project, which a new baseline would have."""
    found = inspect(repository, settings, (), use_baseline=False).new
    return entries_for(found, tree_reader(repository.top))


def kept_entries(repository: Repository, settings: Settings) -> tuple[tuple[Entry, ...], list[Entry]]:
    """The entries of the baseline, and those that are to stay: as they are found today, and what nobody looked at.

    Raises ConfigError where there is no baseline.
    """
    settings = dataclasses.replace(settings, baseline=settings.baseline or DEFAULT_NAME)
    entries = read_entries(repository.top, settings.baseline) or ()
    inspection = inspect(repository, settings, ())
    read = tree_reader(repository.top)
    sorted_out = sort_out(inspection.found, entries, read)
    unmatched = list(sorted_out.unmatched)
    for entry in inspection.gone:
        unmatched.remove(entry)
    return entries, [*entries_for(sorted_out.known, read), *unmatched]
