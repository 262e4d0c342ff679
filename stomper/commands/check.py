"""`stomper check`: what the checkers say of the working tree as it is, or of what is staged."""

import contextlib
import dataclasses
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from stomper.checkers import look_at_files, make_checkers
from stomper.checkers.completeness import Looks, not_checked, require_looked_at, unchecked_lines
from stomper.commands.quotes import Spot, quoted
from stomper.errors import CheckerError
from stomper.git.blobs import read_blobs
from stomper.git.changed_files import commit_uncommitted, index_in_use
from stomper.git.repository import Repository, read_head
from stomper.git.trees import GITLINK, tree_entries
from stomper.models import Diagnostic, blind_spots
from stomper.plan.baseline_file import DEFAULT_NAME, Entry, entries_for, gone, read_entries, sort_out, tree_reader
from stomper.plan.narrow_files import choose_files
from stomper.plan.select_files import Selection
from stomper.plan.tasks import wanted
from stomper.settings import ChoiceSettings, Settings
from stomper.unchanged_checkout import Lookout, Tell
from stomper.workspace.contents import write_files
from stomper.workspace.rescue import check_folder

EVERYTHING = ChoiceSettings(allow_empty=True)  # there may be nothing left


@dataclass(frozen=True, slots=True)
class Inspection:
    """The findings of the checkers in the working tree, or in staged files.

    `found` is everything; of what was asked for, `new` counts and `known` is in the baseline. `gone` are
    entries of the baseline that nothing was found for; `has_baseline` says whether there is one. `unchecked` are
    files that a checker could not look at, and `left_out` lines on those that its own configuration leaves out.
    `lines` are those of the source that `new` speaks of, by the place of each, if they were asked for.
    `looked_at` is the number of files that each checker did look at.
    """

    selection: Selection
    found: tuple[Diagnostic, ...]
    new: tuple[Diagnostic, ...]
    known: tuple[Diagnostic, ...]
    gone: tuple[Entry, ...]
    has_baseline: bool
    unchecked: tuple[Diagnostic, ...] = ()
    left_out: tuple[str, ...] = ()
    lines: Mapping[Spot, str] = field(default_factory=dict)
    looked_at: Mapping[str, int] = field(default_factory=dict)


def inspect(
    repository: Repository,
    settings: Settings,
    named: Sequence[Path],
    use_baseline: bool = True,
    tell: Tell = lambda _: None,
    quoting: bool = False,
) -> Inspection:
    """Look at the selected files that are there, ordered by path and place. Nothing is changed by that.

    `tell` hears of what the user has changed in the meantime.
    Raises UsageError for what cannot be looked at, or matches nothing, CheckerError where a checker gave no result,
    ConfigError for a baseline file that cannot be read.
    """
    entries = read_entries(repository.top, settings.baseline) if use_baseline else None
    with _looked_at(repository, settings) as (commit, root, scratch):
        selection = choose_files(repository, commit, settings, named)
        paths = [path for path in selection.paths if (root / path).is_file()]
        looks = _look(repository, settings, root, paths, scratch, tell)
        require_looked_at(looks, paths, settings.choice)
        found, unchecked = looks.found, (*_not_files(root, selection), *looks.beside)
        sorted_out = sort_out(found, entries or (), tree_reader(root))
        left_over = gone(sorted_out, paths, settings.checkers, lambda path: (root / path).exists())
        asked = (d for d in sorted_out.new if wanted(d, settings))
        new = tuple(_first_files(asked, settings.max_files))
        lines = quoted(root, new) if quoting else {}
    unseen = blind_spots(found)
    return Inspection(
        selection,
        found,
        new,
        tuple(d for d in sorted_out.known if wanted(d, settings)),
        tuple(entry for entry in left_over if (entry.tool, entry.path) not in unseen),
        entries is not None,
        (*unchecked, *(d for d in found if d.unchecked)),
        tuple(looks.left_out(paths)),
        lines,
        looks.looked_at(paths),
    )


def _look(
    repository: Repository,
    settings: Settings,
    root: Path,
    paths: Sequence[str],
    scratch: Path | None,
    tell: Tell,
) -> Looks:
    """Give what the checkers say of the user's checkout, or of a copy at `root`, which may become what it likes."""
    checkers = make_checkers(settings, repository.top) if paths else ()
    if root != repository.top:
        return look_at_files(checkers, root, paths, scratch)
    return Lookout(repository, tell).look(checkers, paths)


def todays_entries(repository: Repository, settings: Settings, tell: Tell) -> list[Entry]:
    """An entry for each diagnostic of the whole project, which a new baseline would have.

    Raises CheckerError if a checker could not look at a file.
    """
    whole = dataclasses.replace(settings, max_files=None, choice=EVERYTHING)
    seen = inspect(repository, whole, (), False, tell)
    if seen.unchecked:
        raise CheckerError("; ".join(unchecked_lines(seen.unchecked)), "A baseline has to know everything.")
    return entries_for(seen.new, tree_reader(repository.top))


def kept_entries(repository: Repository, settings: Settings, tell: Tell) -> tuple[tuple[Entry, ...], list[Entry]]:
    """The entries of the baseline, and those that are to stay: as they are found today, and what nobody looked at.

    Raises ConfigError if there is no baseline.
    """
    settings = dataclasses.replace(settings, baseline=settings.baseline or DEFAULT_NAME, choice=EVERYTHING)
    entries = read_entries(repository.top, settings.baseline) or ()
    inspection = inspect(repository, settings, (), tell=tell)
    read = tree_reader(repository.top)
    sorted_out = sort_out(inspection.found, entries, read)
    unmatched = list(sorted_out.unmatched)
    for entry in inspection.gone:
        unmatched.remove(entry)
    return entries, [*entries_for(sorted_out.known, read), *unmatched]


def _not_files(root: Path, selection: Selection) -> Iterator[Diagnostic]:
    """Give what is in the place of a tracked file and is none."""
    for path in selection.paths:
        if os.path.lexists(root / path) and not (root / path).is_file():
            yield not_checked("any checker", path, "it is not a file")


def _first_files(found: Iterable[Diagnostic], most: int | None) -> Iterator[Diagnostic]:
    for number, (_, group) in enumerate(groupby(found, key=lambda d: d.path)):
        if most is None or number < most:
            yield from group


@contextlib.contextmanager
def _looked_at(repository: Repository, settings: Settings) -> Iterator[tuple[str, Path, Path | None]]:
    """The commit whose files are chosen from, and where their content is: for staged files in a folder of its own.

    That folder goes again; where this process is killed, the next run or `stomper cleanup` removes it.
    """
    head, choice = read_head(repository), settings.choice
    if choice.uncommitted is None:
        yield head.commit, repository.top, None
        return
    index = index_in_use(repository, choice.index)
    with check_folder(repository) as scratch:
        commit = commit_uncommitted(repository, head, choice.uncommitted, index, scratch / "index")
        root = repository.top
        if choice.uncommitted == "staged":
            root = scratch / "tree" / repository.top.name
            root.mkdir(parents=True)
            entries = tree_entries(repository.top, commit).values()
            files = [entry for entry in entries if entry.mode != GITLINK]
            write_files(root, read_blobs(repository.top, files))
        yield commit, root, scratch
