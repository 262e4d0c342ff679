"""Decide which checkers a command uses: configured or named ones, those that the project has, less refused ones."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from stomper.checkers.configured import configuration_in, file_names
from stomper.checkers.mypy_config import CONFIG_NAMES, has_mypy_config
from stomper.config.keys import BUILT_IN_CHECKERS
from stomper.config.load_tools import preset_checker
from stomper.config.preset_names import BUILT_IN, preset_names
from stomper.errors import ToolError, UsageError
from stomper.git.trees import tracked_named
from stomper.globs import matches
from stomper.models import printable
from stomper.project.find_tools import find_command
from stomper.settings import CheckerSettings, Settings
from stomper.text.suggestions import did_you_mean

SWITCHES = ("ruff", "mypy", "pytest", "drill-sergeant")
"""The checkers with an option of their own, --NAME/--no-NAME, in the order they are used."""


def choose_checkers(settings: Settings, switches: Mapping[str, bool], top: Path) -> tuple[Settings, tuple[str, ...]]:
    """The settings with the checkers that are meant, and what the user should hear about it.

    `switches` says for some names whether they are wanted. If nobody named checkers, mypy and each built-in preset is
    one if the project at `top`, or one of the projects in it, configures it; where only inner ones do, it looks at
    their files alone. Raises UsageError for a switch of a name that no checker has.
    """
    _require_names(settings, switches)
    found, notes = [], []
    for name, config in configured_checkers(settings, switches, top).items():
        if has_checker(name, settings, top):
            found.append((name, config))
        else:
            notes.append(f"{name} is configured in {config} but was not found: it is left out. {_advice(name)}")
    names = [*settings.checkers, *(name for name, _ in found)]
    names += [name for name in SWITCHES if switches.get(name) and name not in names]
    names = [name for name in dict.fromkeys(names) if switches.get(name) is not False]
    only = (*settings.configured_only, *(name for name, config in found if PurePosixPath(config).parent.name))
    presets = tuple(_preset(name) for name, _ in found if name in BUILT_IN and name not in _own(settings))
    own = (*settings.own_checkers, *presets)
    return dataclasses.replace(settings, checkers=tuple(names), configured_only=only, own_checkers=own), tuple(notes)


def _require_names(settings: Settings, switches: Iterable[str]) -> None:
    known = {*BUILT_IN_CHECKERS, *preset_names(), *_own(settings)}
    for name in switches:
        if name not in known:
            raise UsageError(f"no checker is called {printable(name)}", did_you_mean(name, known))


def wanted_checkers(settings: Settings, switches: Mapping[str, bool], top: Path) -> frozenset[str]:
    """All checkers that `choose_checkers` may come to, found out without starting anything but git."""
    names = {*settings.checkers, *(name for name in SWITCHES if switches.get(name))}
    names.update(configured_checkers(settings, switches, top))
    return frozenset(name for name in names if switches.get(name) is not False)


def known_checkers(settings: Settings) -> tuple[CheckerSettings, ...]:
    """The checkers that are programs: those of the settings, then the built-in presets that `choose_checkers` adds."""
    return (*settings.own_checkers, *(_preset(name) for name in BUILT_IN if name not in _own(settings)))


def _own(settings: Settings) -> frozenset[str]:
    return frozenset(one.name for one in settings.own_checkers)


def _preset(name: str) -> CheckerSettings:
    checker = preset_checker(name)
    assert checker is not None, "each of the built-in ones is a checker"
    return checker


def _advice(name: str) -> str:
    return f"Install it, or say {f'--no-{name}' if name in SWITCHES else f'--skip-checker {name}'}"


def configured_checkers(settings: Settings, switches: Mapping[str, bool], top: Path) -> dict[str, str]:
    """The checkers that nobody named and the project configures, each with the file that does."""
    if settings.checkers_asked:
        return {}
    wanted = [one for one in known_checkers(settings) if one.name in BUILT_IN and one.name not in switches]
    names = dict.fromkeys(name for one in wanted for name in file_names(one.configured_by))
    inner = _tracked(tuple(dict.fromkeys((*CONFIG_NAMES, *names))), settings, top)
    found = {"mypy": _mypy_in(inner, top) if "mypy" not in switches else ""}
    found |= {one.name: _configuration(one, inner, top) for one in wanted}
    return {name: config for name, config in found.items() if config}


def _configuration(checker: CheckerSettings, inner: Sequence[PurePosixPath], top: Path) -> str:
    """The file that configures a tool: at the top, else the first of those in a folder that could."""
    for folder in ("", *_folders(inner, file_names(checker.configured_by))):
        if found := configuration_in(top / folder, checker.configured_by):
            return str(PurePosixPath(folder) / found.name)
    return ""


def _mypy_in(inner: Sequence[PurePosixPath], top: Path) -> str:
    return has_mypy_config(top) or has_mypy_config(top, _folders(inner, CONFIG_NAMES))


def _folders(inner: Sequence[PurePosixPath], names: Collection[str]) -> list[str]:
    return sorted({str(path.parent) for path in inner if path.name in names})


def _tracked(names: Sequence[str], settings: Settings, top: Path) -> list[PurePosixPath]:
    """The files of these names that git tracks, less those in folders that are left out."""
    left_out = (*settings.files.exclude, *settings.ignores.files)
    return [PurePosixPath(path) for path in tracked_named(top, names) if not matches(path, left_out)]


def mypy_configured(settings: Settings, top: Path) -> str:
    """The file that configures mypy: at the top, else the first in a folder that git tracks and that is not left out.

    '' if there is none.
    """
    return has_mypy_config(top) or _mypy_in(_tracked(CONFIG_NAMES, settings, top), top)


def has_checker(name: str, settings: Settings, top: Path) -> bool:
    """Say whether a tool is there. Raises ConfigError for a configured path that is none."""
    program = next((one.command[0] for one in known_checkers(settings) if one.name == name), name)
    try:
        find_command([program], top, settings)
    except ToolError:
        return False
    return True
