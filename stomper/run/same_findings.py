"""Proof that tools see in a worktree what they see in the user's checkout: the same settings, the same findings.

What is above the checkout and what git does not have was brought along by rules; here the tools themselves are
asked in both places. ruff costs next to nothing, mypy little with the cache of the survey, pytest's own words two
starts of it. Checkers of the user's own are not asked: nobody knows what they cost and write.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from stomper.checkers import Checker
from stomper.checkers.caches import cache_folder, own_place, warm_caches
from stomper.checkers.effective_configuration import pytest_sight, ruff_settings
from stomper.checkers.mypy import MypyChecker
from stomper.checkers.ruff import RuffChecker
from stomper.checkers.ruff_files import forget_files
from stomper.checkers.sandboxed import Kept
from stomper.checkers.scope import Scoped
from stomper.checkers.stale_suppressions import WithStale
from stomper.checkers.tried_without import TriedWithout
from stomper.config.places import place_of
from stomper.disk.regular_files import read_regular
from stomper.errors import CheckerError
from stomper.git.trees import dirty_paths, untracked_places
from stomper.metadata.config_files import may_name_places
from stomper.models import Diagnostic, blind_spots
from stomper.project.environment import Project
from stomper.project.find_tools import project_environment
from stomper.text.counts import shorten
from stomper.workspace.worktree import Worktree

SHOWN = 4
PYTHON = (".py", ".pyi")
RUFF_NAMES = ("ruff.toml", ".ruff.toml", "pyproject.toml")
Look: TypeAlias = Callable[[Checker, Sequence[str], Path], tuple[Diagnostic, ...]]


@dataclass(frozen=True, slots=True)
class Twins:
    """The user's checkout, and a worktree of the commit that it has checked out with its surroundings.

    `paths` are the files that were looked at; `changed` those of the checkout that are not as in the commit.
    """

    project: Project
    tree: Worktree
    paths: tuple[str, ...]
    changed: frozenset[str]

    @property
    def top(self) -> Path:
        return self.project.top

    @property
    def levels(self) -> int:
        return self.project.around.levels if self.project.around else 0

    def look(self, checker: Checker, paths: Sequence[str], place: Path) -> tuple[Diagnostic, ...]:
        """Give what a checker says of files of the checkout."""
        return checker.check(self.top, paths, place)

    def same(self, path: str) -> bool:
        """Say whether a file is now the same in both."""
        try:
            return read_regular(self.top / path) == read_regular(self.tree.root / path)
        except OSError:
            return False


def twins(project: Project, tree: Worktree, paths: Sequence[str]) -> Twins:
    """The checkout of the project beside a worktree of its commit."""
    there = tuple(path for path in paths if (project.top / path).is_file())
    return Twins(project, tree, there, dirty_paths(project.top))


def prove_alike(
    pair: Twins, checkers: Sequence[Checker], found: Sequence[Diagnostic], tests: bool, look: Look | None = None
) -> str:
    """Compare what the checkers `found` in the worktree, and their settings, with the checkout; pytest too for `tests`.

    `look` has a checker look at the checkout, and proves that it changes nothing there.
    Returns what the user should hear ('' for nothing): settings of the checkout that are not committed, or what the
    user's own set-up commands make of a worktree. Raises CheckerError, which names the files, for other differences.
    """
    differences = list(_differences(pair, checkers, found, tests, look or pair.look))
    if not differences:
        return ""
    if pair.project.setup:
        return f"the set-up commands make a difference to your checkout: {shorten(differences, 1)}"
    edited = sorted(path for path in pair.changed if may_name_places(path) and not pair.same(path))
    if edited:
        return f"{shorten(edited, SHOWN)}: changes that are not committed, and the run goes without them"
    raise CheckerError(
        f"a worktree does not show what your checkout shows: {'; '.join(differences[:SHOWN])}{_suspects(pair)}",
        f"Commit what is needed, or name it: copy = ['PATH'] {place_of(pair.top, 'environment')}.",
    )


def _suspects(pair: Twins) -> str:
    """Give what is in the checkout and not in the worktree."""
    missing = [path for path in untracked_places(pair.top) if not (pair.tree.root / path).exists()]
    missing = [path for path in missing if not path.startswith(".")]
    return f"; not in git: {shorten(missing, SHOWN)}" if missing else ""


def _differences(
    pair: Twins, checkers: Sequence[Checker], found: Sequence[Diagnostic], tests: bool, look: Look
) -> Iterator[str]:
    inner = [(checker, _inner(checker)) for checker in checkers]
    for checker, kind in inner:
        if isinstance(kind, RuffChecker):
            # Of a file whose configuration cannot be read there are no settings to compare.
            blind = {path for tool, path in blind_spots(found) if tool == kind.name}
            seen = replace(pair, paths=tuple(path for path in pair.paths if path not in blind))
            yield from _settings(seen, kind.program)
        if isinstance(kind, RuffChecker) or (isinstance(kind, MypyChecker) and not _touched(pair)):
            yield from _rows(pair, checker, found, look)
    if tests:
        yield from _tests(pair)


def _inner(checker: Checker) -> Checker:
    match checker:
        case Scoped() | WithStale() | TriedWithout() | Kept():
            return _inner(checker.checker)
        case _:
            return checker


def _touched(pair: Twins) -> bool:
    """Say whether the checkout has work in progress: mypy then speaks of it in other files too."""
    return any(path.endswith(PYTHON) or may_name_places(path) for path in pair.changed)


def _rows(pair: Twins, checker: Checker, found: Sequence[Diagnostic], look: Look) -> Iterator[str]:
    """The findings that only one of the two has."""
    with own_place(None, pair.tree.scratch.parent) as place:
        warm_caches(cache_folder(pair.tree.scratch), place)
        forget_files(place)  # which ones ruff looks at here is to be seen here
        here = Counter(_row(d, pair.top) for d in look(checker, pair.paths, place))
    wanted = set(pair.paths)
    there = Counter(_row(d, pair.tree.root) for d in found if d.tool == checker.name and d.path in wanted)
    for rows, where in ((here - there, "the checkout"), (there - here, "the worktree")):
        for path, line, code, message in sorted(rows):
            if pair.same(path):
                yield f"{checker.name} finds {code} in line {line} of {path} only in {where} ({message})"


def _row(found: Diagnostic, root: Path) -> tuple[str, int, str, str]:
    message = "" if found.unchecked else found.message.replace(f"{root}/", "")
    return found.path, found.line, found.code, message


def _settings(pair: Twins, program: str) -> Iterator[str]:
    """Files for which ruff has other settings in the worktree: one for each folder that has a configuration."""
    for path in _representatives(pair):
        roots = (pair.top, pair.tree.root)
        here, there = (ruff_settings(program, root, path, pair.levels).splitlines() for root in roots)
        if here != there:
            lines = next(((a, b) for a, b in zip(here, there, strict=False) if a != b), (here[-1], there[-1]))
            yield f"ruff has other settings for {path}: {lines[0].strip()} in the checkout, {lines[1].strip()} there"


def _representatives(pair: Twins) -> list[str]:
    """The first of the files below each configuration of ruff."""
    first: dict[PurePosixPath, str] = {}
    known: dict[PurePosixPath, bool] = {}
    for path in pair.paths:
        if path.endswith(PYTHON):
            folder = next((f for f in PurePosixPath(path).parents if _configures(pair, f, known)), PurePosixPath())
            first.setdefault(folder, path)
    return list(first.values())


def _configures(pair: Twins, folder: PurePosixPath, known: dict[PurePosixPath, bool]) -> bool:
    if folder not in known:
        known[folder] = any((root / folder / n).is_file() for root in (pair.top, pair.tree.root) for n in RUFF_NAMES)
    return known[folder]


def _tests(pair: Twins) -> Iterator[str]:
    """Another root folder or configuration of pytest."""
    with ThreadPoolExecutor(2) as threads:
        here, there = threads.map(_sight(pair), (pair.top, pair.tree.root))
    if here != there:
        yield f"pytest goes by {_named(here)} in the checkout, and by {_named(there)} in the worktree"


def _sight(pair: Twins) -> Callable[[Path], tuple[str, str, bytes] | None]:
    project = pair.project

    def look(root: Path) -> tuple[str, str, bytes] | None:
        with own_place(None, pair.tree.scratch.parent) as place:
            env = project_environment(root, place, project.python, project.roots, project.variables)
            return pytest_sight(project.python, root, place, env)

    return look


def _named(sight: tuple[str, str, bytes] | None) -> str:
    if sight is None:
        return "nothing"
    return f"{sight[1] or 'no configuration'} with the root {sight[0]}"
