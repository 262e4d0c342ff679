"""Decide which checkers a command uses: configured or named ones, mypy if the project has it, less refused ones."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from stomper.checkers.mypy_config import has_mypy_config
from stomper.errors import ToolError
from stomper.project.find_tools import find_tool
from stomper.settings import Settings

SWITCHES = ("ruff", "mypy", "pytest", "drill-sergeant")
"""The checkers with an option of their own, --NAME/--no-NAME, in the order they are used."""


def choose_checkers(settings: Settings, switches: Mapping[str, bool], top: Path) -> tuple[Settings, str]:
    """The settings with the checkers that are meant, and what the user should hear about it ('' for nothing).

    `switches` says for some of SWITCHES whether they are wanted. If nobody named checkers, mypy is
    one if the project at `top` configures it.
    """
    names, note = list(settings.checkers), ""
    if not settings.checkers_asked and "mypy" not in switches and (config := has_mypy_config(top)):
        if _has_mypy(settings, top):
            names.append("mypy")
        else:
            note = f"mypy is configured in {config} but was not found: it is left out. Install it, or say --no-mypy"
    names += [name for name in SWITCHES if switches.get(name) and name not in names]
    names = [name for name in dict.fromkeys(names) if switches.get(name) is not False]
    return dataclasses.replace(settings, checkers=tuple(names)), note


def wanted_checkers(settings: Settings, switches: Mapping[str, bool], top: Path) -> frozenset[str]:
    """All checkers that `choose_checkers` may come to, found out without starting anything."""
    names = {*settings.checkers, *(name for name in SWITCHES if switches.get(name))}
    if not settings.checkers_asked and has_mypy_config(top):
        names.add("mypy")
    return frozenset(name for name in names if switches.get(name) is not False)


def _has_mypy(settings: Settings, top: Path) -> bool:
    """Raises ConfigError for a configured path that is none."""
    try:
        find_tool("mypy", top, settings.tool("mypy"), settings.environment.python, settings.environment.inside)
    except ToolError:
        return False
    return True
