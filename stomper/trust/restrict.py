"""Restrict settings to what executes nothing that the repository says, and name what that leaves out."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from stomper.config import load_settings
from stomper.config.keys import BUILT_IN_FIXERS
from stomper.disk.atomic_write import is_inside
from stomper.errors import UsageError
from stomper.settings import EnvironmentSettings, Settings
from stomper.trust.needs import RUN_TESTS, Use
from stomper.trust.origins import Origins, executes
from stomper.trust.request import Ask

CODEMODS = "codemods/"
BY_CHECKERS = "sarif"
BY_SERVERS = "lsp"


def load_untrusted(top: Path, options: Mapping[str, object]) -> Settings:
    """The settings without what the repository has executed: no key for that of its file, no program of its own."""
    return outside(top, load_settings(top, options, dropped=executes))


def outside(top: Path, settings: Settings) -> Settings:
    """The settings without tests, set-up, hooks, the repository's words to agents, and programs in the checkout."""
    return dataclasses.replace(
        settings,
        workflow=dataclasses.replace(settings.workflow, test_validation="none"),
        tests=dataclasses.replace(settings.tests, command=None, env=(), asked=False),
        environment=_outer(top, settings.environment),
        git=dataclasses.replace(settings.git, hooks=False),
        prompts=dataclasses.replace(settings.prompts, own=False),
        tools=tuple((name, path) for name, path in settings.tools if not is_inside(path, top)),
    )


def _outer(top: Path, environment: EnvironmentSettings) -> EnvironmentSettings:
    python = environment.python
    kept = None if python is None or is_inside(python, top) else python
    return dataclasses.replace(environment, python=kept, setup=(), env=(), inside=False, automatic=False)


def restrict(settings: Settings, use: Use, origins: Origins, asks: Sequence[Ask]) -> Settings:
    """Such settings less the checkers and fixers that `asks` are about, and those that run tests.

    Raises UsageError if no checker is left.
    """
    refused = {
        *RUN_TESTS,
        *(ask.name for ask in asks),
        *(["mypy"] if any(a.kind == "plugin" and not a.name for a in asks) else []),
    }
    checkers = tuple(name for name in settings.checkers if name not in refused and _is_there(name, settings))
    if not checkers:
        raise UsageError(
            "--untrusted leaves no checker", "Name one that runs nothing of the repository: --checker ruff"
        )
    fixers = (name for name in settings.fixers if name not in refused and _may_fix(name, settings, use, origins))
    own = tuple(one for one in settings.own_checkers if one.name not in refused)
    return dataclasses.replace(settings, checkers=checkers, fixers=tuple(fixers), own_checkers=own)


def _is_there(name: str, settings: Settings) -> bool:
    return name in ("ruff", "mypy") or name in {one.name for one in settings.own_checkers}


def _may_fix(name: str, settings: Settings, use: Use, origins: Origins) -> bool:
    """Say whether a fixer is ours, or the user's own; one that the repository chooses is asked only if it is ours."""
    if name == BY_CHECKERS:
        return any(one.format == "sarif" for one in settings.enabled_own_checkers)
    if name.partition("/")[0] == BY_SERVERS:
        return any(one.format == BY_SERVERS for one in settings.enabled_own_checkers)
    if name in BUILT_IN_FIXERS or name.startswith(CODEMODS) or name in {one.name for one in settings.commands}:
        return True
    return settings.agent(name) is not None and (name in use.named or not origins.of("fixers"))


def without_programs_inside(settings: Settings, asks: Sequence[Ask]) -> Settings:
    """The settings of one who has agreed to all `asks`: if none is about a program in the checkout, none is used."""
    inside = any(ask.kind in ("environment", "program") for ask in asks)
    return dataclasses.replace(settings, environment=dataclasses.replace(settings.environment, inside=inside))
