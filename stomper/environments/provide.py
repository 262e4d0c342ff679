"""Provide what `setup = "auto"` promises: look what a run would make, make it if it is not there, put it to use."""

import dataclasses
import functools
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper import process
from stomper.environments.find_recipe import Wanted, find_recipe
from stomper.environments.make import Say, make
from stomper.environments.project_files import files_of
from stomper.environments.pythons import Base, find_base, machine
from stomper.environments.recipe import Recipe
from stomper.environments.store import Place, place_for, trim
from stomper.errors import StomperError
from stomper.git.repository import Repository, read_head
from stomper.git.trees import tree_entries
from stomper.process.guardian import guardian, start_tracker
from stomper.project.find_environments import named_places
from stomper.project.made_environment import Made
from stomper.settings import CommandSettings, EnvironmentSettings, Settings

FORMAT = "1"
OF_NODE = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".vue", ".svelte", ".css", ".scss", ".less")
NODES = frozenset({"node", "npm", "npx", "pnpm", "yarn"})


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a run on `commit` would make, and where; `made` if that is there."""

    commit: str
    recipe: Recipe
    base: Base | None
    place: Place
    made: Made | None


def provide(repository: Repository, settings: Settings, say: Say, makes: bool = True) -> Settings:
    """The settings with the project's made environment, if they ask for one and there is something to make.

    Not `makes`: only one that is there is used. Raises ToolError if a command fails, ConfigError if no Python will do.
    """
    settings = forget(settings)
    if not settings.environment.automatic or (found := look(repository, settings)) is None:
        return settings
    if found.made is None and makes:
        for note in found.recipe.notes:
            say(f"environment: {note}")
        _make(repository, found, say)
    return _with(settings, found.place.use())


def recipe_here(repository: Repository, settings: Settings) -> Recipe:
    """The recipe for the last commit. Nothing of the repository is run."""
    try:
        commit = read_head(repository).commit
    except StomperError:  # there is none yet
        return Recipe()
    return _recipe(repository.top, commit, wanted_by(settings, repository.top))


def look(repository: Repository, settings: Settings) -> Prospect | None:
    """What would be made for the last commit, None if nothing. Raises ConfigError if no Python will do."""
    recipe = recipe_here(repository, settings)
    if not recipe.parts:
        return None
    commit = read_head(repository).commit
    base = _base(repository.top, commit) if recipe.has_python else None
    place = place_for(repository.common, _key(repository, commit, recipe, base))
    return Prospect(commit, recipe, base, place, place.made())


def wanted_by(settings: Settings, top: Path) -> Wanted:
    """The languages that a run has a use for: Python where the project has no environment, others where asked about."""
    own = any(named_places(top)) or os.path.lexists(top / ".pdm-python") or settings.environment.python is not None
    globs = [*settings.included, *(pattern for fixer in _commands(settings) for pattern in fixer.include)]
    ends = {PurePosixPath(glob).suffix for glob in globs}
    programs = {PurePosixPath(words[0]).name for words in _started(settings)}
    return Wanted(
        python=not own,
        node=bool(ends & set(OF_NODE) or programs & NODES) and not os.path.lexists(top / "node_modules"),
        rust=".rs" in ends or "cargo" in programs,
        go=".go" in ends or "go" in programs,
    )


def _commands(settings: Settings) -> list[CommandSettings]:
    return [one for one in settings.commands if one.name in settings.all_fixers]


def _started(settings: Settings) -> Iterator[tuple[str, ...]]:
    yield from (checker.command for checker in settings.enabled_own_checkers)
    yield from (fixer.command for fixer in _commands(settings))
    yield from [settings.tests.command] if settings.tests.command else []


@functools.lru_cache(maxsize=8)
def _recipe(top: Path, commit: str, wanted: Wanted) -> Recipe:
    with files_of(top, tree_entries(top, commit)) as files:
        return find_recipe(files, wanted, _is_there)


def _is_there(program: str) -> bool:
    return shutil.which(program, path=process.search_path()) is not None


@functools.lru_cache(maxsize=8)
def _base(top: Path, commit: str) -> Base:
    with files_of(top, tree_entries(top, commit)) as files:
        return find_base(top, files)


def _key(repository: Repository, commit: str, recipe: Recipe, base: Base | None) -> Iterator[str]:
    """All that an environment depends on, as words: the files that it is made from, commands, interpreter, machine."""
    entries = tree_entries(repository.top, commit)
    yield from (FORMAT, str(repository.common), *machine(), *(base.facts if base else ()))
    yield from (word for part in recipe.parts for step in part.steps for word in (part.kind, *step.words))
    yield from (word for path in recipe.reads if path in entries for word in (path, entries[path].blob))


def _make(repository: Repository, found: Prospect, say: Say) -> None:
    """Make it, if no other process has done so meanwhile; a kill of this one ends what it had started."""
    mark = f"environment-{os.getpid()}"
    with found.place.alone() as mine:
        if not mine:
            return
        start_tracker()
        process.mark_own_environment(mark)
        try:
            with guardian(mark, process.unpacked_folder()) as at_post:
                at_post()
                make(repository, found.commit, found.recipe, found.base, found.place, say)
        finally:
            process.unmark_own_environment()
    trim()


def forget(settings: Settings) -> Settings:
    """The settings as they were before an environment was provided: a record of a run has a path of that time."""
    return _with(settings, None)


def _with(settings: Settings, made: Made | None) -> Settings:
    """The settings with an environment that was made, or without any; a configured interpreter stays."""
    environment = settings.environment
    python = None if _is_of(environment) else environment.python
    if made is None:
        plain = dataclasses.replace(environment, made="", python=python)
        return dataclasses.replace(settings, environment=plain)
    python = python or made.python or None
    return dataclasses.replace(
        settings, environment=dataclasses.replace(environment, made=str(made.folder), python=python)
    )


def _is_of(environment: EnvironmentSettings) -> bool:
    """Say whether the interpreter is that of an environment which was made."""
    inner = bool(environment.made and environment.python)
    return inner and Path(str(environment.python)).is_relative_to(environment.made)
