"""What the checkers say of earlier commits, each in a folder of its own."""

import contextlib
import dataclasses
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from stomper import __version__
from stomper.checkers import look_at_files, make_checkers
from stomper.checkers.completeness import unchecked_lines
from stomper.config.stored_secrets import without_secrets
from stomper.errors import StomperError
from stomper.git.blobs import read_blobs
from stomper.git.commits import first_parents
from stomper.git.repository import Repository, read_head
from stomper.git.trees import GITLINK, tree_entries
from stomper.plan.baseline_file import baseline_path, read_entries, sort_out, tree_reader
from stomper.plan.narrow_files import choose_files
from stomper.plan.tasks import wanted
from stomper.project.find_tools import find_command, find_tool
from stomper.project.tool_versions import noted_version
from stomper.report.remembered import SHORT, Remembered
from stomper.report.trend import Point
from stomper.settings import ChoiceSettings, Settings
from stomper.workspace.contents import write_files
from stomper.workspace.rescue import check_folder

MOST_POINTS = 50
EVERYTHING = ChoiceSettings(allow_empty=True)


def points_of_commits(
    repository: Repository, settings: Settings, every: int, refuses: Callable[[str], str], tell: Callable[[str], None]
) -> list[Point]:
    """Look at every so-many-th commit on the way of the branch, back from its head; the oldest first, at most 50.

    Settings are those of today; the tools' configuration and the baseline are those of each commit. `refuses` says why
    one is not looked at; `tell` hears of each. What is known when this is cut short is known the next time.
    """
    settings = dataclasses.replace(settings, max_files=None, max_errors=None, choice=EVERYTHING)
    known, key = Remembered.read(repository.state), _key(repository, settings)
    way = first_parents(repository.top, read_head(repository).commit, every * (MOST_POINTS - 1) + 1)[::every]
    found = []
    for place, (commit, seconds) in enumerate(way, 1):
        if known.get(key, commit) is None:
            tell(f"{commit[:SHORT]}, {place} of {len(way)}")
            try:
                known.put(key, commit, [seconds, *_look(repository, settings, commit, refuses)])
            except StomperError as error:
                tell(f"{commit[:SHORT]} is left out: {error.message.splitlines()[0]}")
        found += [point] if (point := known.get(key, commit)) else []
    return found[::-1]


def _look(
    repository: Repository, settings: Settings, commit: str, refuses: Callable[[str], str]
) -> tuple[int, int | None, str]:
    """The diagnostics of a commit that count, those of its baseline, and why these may not be all."""
    if why := refuses(commit):
        raise StomperError(why)
    with _written(repository, commit) as (root, scratch):
        paths = [path for path in choose_files(repository, commit, settings, ()).paths if (root / path).is_file()]
        has_baseline = baseline_path(root, settings.baseline).is_file()
        entries = read_entries(root, settings.baseline) if has_baseline else None
        looks = look_at_files(make_checkers(settings, repository.top) if paths else (), root, paths, scratch)
        told = sort_out(looks.found, entries or (), tree_reader(root))
        new, known = (sum(wanted(d, settings) for d in some) for some in (told.new, told.known))
        gaps = unchecked_lines([*looks.beside, *(d for d in looks.found if d.unchecked)])
        return new, None if entries is None else known, "; ".join(gaps[:1])


@contextlib.contextmanager
def _written(repository: Repository, commit: str) -> Iterator[tuple[Path, Path]]:
    """The files of a commit in a folder outside of the checkout, which goes again on every way out."""
    with check_folder(repository) as scratch:
        root = scratch / "tree" / repository.top.name
        root.mkdir(parents=True)
        files = [entry for entry in tree_entries(repository.top, commit).values() if entry.mode != GITLINK]
        write_files(root, read_blobs(repository.top, files))
        yield root, scratch


def _key(repository: Repository, settings: Settings) -> str:
    """What a count depends on beside the commit: the settings that checkers go by, their versions, and ours."""
    s = without_secrets(settings)
    said = (
        *(s.checkers, s.own_checkers, s.configured_only, s.tools, s.files, s.ignores, s.error_types, s.severity),
        *(s.baseline, s.per_path, s.scope, s.unsafe_fixes, s.tests.pythonpath, s.environment.python, __version__),
    )
    versions = [_version(name, repository.top, settings) for name in settings.checkers]
    return hashlib.sha256(repr((said, versions)).encode()).hexdigest()[:16]


def _version(name: str, top: Path, settings: Settings) -> str:
    own = {one.name: one for one in settings.own_checkers}
    try:
        program = find_command(own[name].command, top, settings)[0] if name in own else ""
        program = program or find_tool(name, top, settings.tool(name), settings.environment.python).path
    except StomperError:
        return ""
    return noted_version(program, Path(program).name)
