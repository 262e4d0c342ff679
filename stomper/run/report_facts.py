"""The circumstances of a run, for its report: its tools, its options, and the places of this machine to leave out."""

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stomper import process
from stomper.config.stored_secrets import without_secrets
from stomper.errors import StomperError
from stomper.fixers.versions import versions_of
from stomper.git.repository import require_git
from stomper.project.find_tools import find_command, find_tool
from stomper.project.tool_versions import noted_version
from stomper.run.base_tests import Tests
from stomper.run.session import Run
from stomper.run.set_up import SetUp
from stomper.settings import CheckerSettings, Settings

# Found out, and no options; and what is a plan file of its own, or too long to be of use.
NO_OPTIONS = frozenset({"checkers_asked", "configured_only", "asked", "agenda", "exit_codes", "inside", "own"})
OF_PYTEST = {"pytest": "pytest", "drill-sergeant": "pytest-drill-sergeant"}


def tools_report(made: SetUp, tests: Tests) -> dict[str, str]:
    """The report's [tools]: the version of git, and of each checker, formatter and test runner of which it is known."""
    top, settings = made.site.top, made.settings
    found = {"git": ".".join(map(str, require_git()))}
    found |= {name: _checker_version(name, made) for name in settings.checkers}
    found |= {own.name: _own_version(own, made) for own in settings.enabled_own_checkers}
    found |= {f.name: noted_version(f.program, f.name) for f in made.formatters.found}
    if tests.suite is not None and tests.suite.takes_paths:
        found["pytest"] = noted_version(made.project.python, "pytest")
    if found.get("ruff") == "":
        found["ruff"] = versions_of(settings, top)("ruff")
    return {name: version for name, version in found.items() if version}


def _checker_version(name: str, made: SetUp) -> str:
    if name in OF_PYTEST:
        return noted_version(made.project.python, OF_PYTEST[name])
    settings, own = made.settings, made.settings.environment
    try:
        tool = find_tool(
            name, made.site.top, settings.tool(name), own.python if name == "mypy" else None, own.inside, own.made
        )
    except StomperError:
        return ""  # a checker of the user's own, which is looked for by its command
    return noted_version(tool.path, name)


def _own_version(own: CheckerSettings, made: SetUp) -> str:
    program = find_command(own.command, made.site.top, made.settings)[0]
    return noted_version(program, Path(program).name)


def options_report(settings: Settings) -> dict[str, Any]:
    """The report's [options]: what is not as it is by default, whoever said it, by the names of the configuration."""
    return _differing(without_secrets(settings), Settings())


def _differing(told: Any, default: Any) -> dict[str, Any]:
    names = [field.name for field in dataclasses.fields(told) if field.name not in NO_OPTIONS]
    pairs = [(name, getattr(told, name), getattr(default, name)) for name in names]
    found = {name: _plain(value, usual) for name, value, usual in pairs if value != usual}
    return {name: value for name, value in found.items() if value is not None and value != {}}


def _plain(value: Any, usual: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return _differing(value, usual)
    if isinstance(value, tuple):
        return [_row(each) for each in value]
    return value


def _row(value: Any) -> Any:
    """An entry of a list; of a table only what differs from the defaults of its fields."""
    if not dataclasses.is_dataclass(value):
        return list(value) if isinstance(value, tuple) else value
    usual = {field.name: field.default for field in dataclasses.fields(value)}
    rows = {name: (getattr(value, name), default) for name, default in usual.items() if name not in NO_OPTIONS}
    return {name: _plain(told, default) for name, (told, default) in rows.items() if told != default}


def places_of(run: Run) -> tuple[tuple[str, str], ...]:
    """The folders of this machine that a report may speak of, the inner ones first, and what stands for each."""
    return tuple(dict(_places(run)).items())


def _places(run: Run) -> Iterator[tuple[str, str]]:
    for place, name in (
        (run.header.folder, "<worktrees>"),
        (run.header.top, ""),
        (str(run.repository.state), "<state>"),
        (process.variable("HOME") or "", "~"),
    ):
        for form in (place, os.path.realpath(place)):
            if form.strip("/") and Path(form).is_absolute():
                yield form.rstrip("/"), name
