"""Make an environment: in a copy of the project, outside of the checkout, and in nothing of the user's own.

The commands run code of the project (setup.py, scripts of packages): only who has agreed to its tests gets here.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from stomper import process
from stomper.disk.atomic_write import write_atomically
from stomper.disk.private_files import append_text
from stomper.disk.remove_trees import delete_folder
from stomper.environments.pythons import Base
from stomper.environments.recipe import BASE, PYTHON, VENV, Recipe, Step
from stomper.environments.store import Place
from stomper.environments.watched import require_untouched, state_of
from stomper.errors import ToolError
from stomper.git.clones import copy_commit
from stomper.git.repository import Repository
from stomper.git.trees import tracked_paths, untracked_places
from stomper.process.crash import crash_point
from stomper.project.find_environments import look_for_environment
from stomper.project.made_environment import RECORD, SOURCE, Made
from stomper.project.made_environment import VENV as VENV_FOLDER

TIMEOUT = 1800.0
SHOWN = 600
MADE = (".py", ".pyi", ".so", ".pyd", ".dylib")
Say = Callable[[str], None]


def make(
    repository: Repository,
    commit: str,
    recipe: Recipe,
    base: Base | None,
    place: Place,
    say: Say,
    limit: float = TIMEOUT,
) -> Made:
    """Carry a recipe out for a commit; `base` is the interpreter for Python, `say` hears of each command.

    `limit` is in seconds, for each of them.

    What is there of an earlier try is removed. Raises ToolError if a command fails, hangs, or writes into the checkout:
    then nothing is left but the log.
    """
    place.clear()
    before = state_of(repository)
    try:
        source = place.folder / SOURCE
        copy_commit(repository.top, commit, source)
        scratch = place.folder / "tmp"
        scratch.mkdir()
        for step in (step for part in recipe.parts for step in part.steps):
            _carry_out(step, place, base, say, limit)
        crash_point("environment-half")
        require_untouched(repository, before, recipe.text)
        made = _made(place, recipe, source)
        delete_folder(source / ".git")
        delete_folder(scratch)
        write_atomically(place.folder / RECORD, made.record(), private=True)
        return made
    except BaseException:
        for name in (RECORD, SOURCE, VENV_FOLDER, "tmp"):
            delete_folder(place.folder / name)
        raise


def _carry_out(step: Step, place: Place, base: Base | None, say: Say, limit: float) -> None:
    """Run one command, or what it is without a network. Raises ToolError if it fails."""
    venv = place.folder / VENV_FOLDER
    places = {VENV: str(venv), PYTHON: str(venv / "bin" / "python"), BASE: base.program if base else "python3"}
    say(f"environment: {step.text}")
    tries = [_run(one, place, limit) for one in step.filled(places)[:1]]
    if tries[0].returncode and tries[0].ended and step.offline:
        say("environment: that failed; once more from the cache, without a network")
        tries += [_run(one, place, limit) for one in step.filled(places)[1:]]
    if not any(done.ended and not done.returncode for done in tries):
        done = tries[0]
        raise ToolError(
            f"setting the environment up failed: `{step.text}`: {done.how()}: {done.words(SHOWN)}",
            f"The whole output is in {place.log}. To do without: --no-setup.",
        )


def _run(step: Step, place: Place, limit: float) -> process.Completed:
    done = process.run(
        step.words, cwd=place.folder / SOURCE, env=variables(place.folder), timeout=limit, contained=True
    )
    words = (done.stdout + done.stderr).decode("utf-8", "backslashreplace")
    append_text(place.log, f"$ {step.text}\n{words}\n{done.how()}\n")
    return done


def variables(folder: Path) -> dict[str, str]:
    """The variables of set-up commands: what they install goes into the environment, whatever else is active."""
    venv, source = folder / VENV_FOLDER, folder / SOURCE
    return {
        "VIRTUAL_ENV": str(venv),
        "PATH": os.pathsep.join([str(venv / "bin"), str(source / "node_modules" / ".bin"), process.search_path()]),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": "",
        "PYTHONNOUSERSITE": "1",
        "PIP_USER": "0",
        "PIP_TARGET": "",
        "PIP_PREFIX": "",
        "PIP_ROOT": "",
        "PIP_REQUIRE_VIRTUALENV": "1",
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_PROJECT_ENVIRONMENT": str(venv),
        "UV_PYTHON_DOWNLOADS": "never",
        "POETRY_VIRTUALENVS_CREATE": "false",
        "POETRY_NO_INTERACTION": "1",
        "npm_config_update_notifier": "false",
        "npm_config_global": "false",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _made(place: Place, recipe: Recipe, source: Path) -> Made:
    python = place.folder / VENV_FOLDER / "bin" / "python"
    if recipe.has("own") and (own := look_for_environment(source)) is not None and not own.fault:
        python = own.folder / "bin" / "python"
    links = tuple(link for part in recipe.parts for link in part.links if (source / link).is_dir())
    return Made(
        place.folder,
        python=str(python) if recipe.has_python and python.is_relative_to(place.folder) else "",
        copies=tuple(sorted(_beside_sources(source))),
        links=links,
    )


def _beside_sources(source: Path) -> Iterator[str]:
    """The modules that the set-up made beside the project's own, compiled or written."""
    folders = {PurePosixPath(path).parent for path in tracked_paths(source) if path.endswith((".py", ".pyi"))}
    for path in untracked_places(source):
        if path.endswith(MADE) and PurePosixPath(path).parent in folders:
            yield path
