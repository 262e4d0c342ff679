"""Decide which checkers a command uses: configured or named ones, mypy if the project has it, less refused ones."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from stomper.checkers.mypy_config import CONFIG_NAMES, has_mypy_config
from stomper.errors import ToolError
from stomper.git.trees import tracked_named
from stomper.globs import matches
from stomper.project.find_tools import find_tool
from stomper.settings import Settings

SWITCHES = ("ruff", "mypy", "pytest", "drill-sergeant")
"""The checkers with an option of their own, --NAME/--no-NAME, in the order they are used."""


def choose_checkers(settings: Settings, switches: Mapping[str, bool], top: Path) -> tuple[Settings, str]:
    """The settings with the checkers that are meant, and what the user should hear about it ('' for nothing).

    `switches` says for some of SWITCHES whether they are wanted. If nobody named checkers, mypy is
    one if the project at `top`, or one of the projects in it, configures it; where only inner ones do, it looks at
    their files alone.
    """
    names, note, only = list(settings.checkers), "", settings.configured_only
    if not settings.checkers_asked and "mypy" not in switches and (config := mypy_configured(settings, top)):
        if _has_mypy(settings, top):
            names.append("mypy")
            only = ("mypy",) if PurePosixPath(config).parent.name else ()
        else:
            note = f"mypy is configured in {config} but was not found: it is left out. Install it, or say --no-mypy"
    names += [name for name in SWITCHES if switches.get(name) and name not in names]
    names = [name for name in dict.fromkeys(names) if switches.get(name) is not False]
    return dataclasses.replace(settings, checkers=tuple(names), configured_only=only), note


def wanted_checkers(settings: Settings, switches: Mapping[str, bool], top: Path) -> frozenset[str]:
    """All checkers that `choose_checkers` may come to, found out without starting anything but git."""
    names = {*settings.checkers, *(name for name in SWITCHES if switches.get(name))}
    if not settings.checkers_asked and "mypy" not in switches and mypy_configured(settings, top):
        names.add("mypy")
    return frozenset(name for name in names if switches.get(name) is not False)


def mypy_configured(settings: Settings, top: Path) -> str:
    """The file that configures mypy: at the top, else the first in a folder that git tracks and that is not left out.

    '' if there is none.
    """
    if config := has_mypy_config(top):
        return config
    left_out = (*settings.files.exclude, *settings.ignores.files)
    folders = {str(PurePosixPath(p).parent) for p in tracked_named(top, CONFIG_NAMES) if not matches(p, left_out)}
    return has_mypy_config(top, sorted(folders))


def _has_mypy(settings: Settings, top: Path) -> bool:
    """Raises ConfigError for a configured path that is none."""
    try:
        find_tool("mypy", top, settings.tool("mypy"), settings.environment.python, settings.environment.inside)
    except ToolError:
        return False
    return True
