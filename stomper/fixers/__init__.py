"""The fixers, by name. A new one: a module with a class that is a `Fixer`, and a line in MAKERS."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, get_args

from stomper.checkers import make_own_checkers
from stomper.checkers.pytest_run import make_runner
from stomper.errors import ConfigError, ToolError
from stomper.fixers.agents import make_agent
from stomper.fixers.base import Fixer, FixReply, FixRequest
from stomper.fixers.command import CommandFixer
from stomper.fixers.demo import DemoFixer
from stomper.fixers.drill_sergeant import DrillSergeantFixer
from stomper.fixers.ruff import RuffFixer
from stomper.fixers.sarif import SarifFixer
from stomper.names import nearest
from stomper.settings import Client, CommandSettings, Settings
from stomper.tools import find_command, find_tool

Maker: TypeAlias = Callable[[Settings, Path], Fixer]


def _ruff(settings: Settings, top: Path) -> RuffFixer:
    return RuffFixer(find_tool("ruff", top, settings.tool("ruff")).path, unsafe_fixes=settings.unsafe_fixes)


def _drill_sergeant(settings: Settings, top: Path) -> DrillSergeantFixer:
    return DrillSergeantFixer(make_runner(settings, top))


def _demo(settings: Settings, top: Path) -> DemoFixer:
    return DemoFixer(_ruff(settings, top))


def _sarif(settings: Settings, top: Path) -> SarifFixer:
    checkers = tuple(c for c in make_own_checkers(settings, top) if c.settings.format == "sarif")
    if not checkers:
        raise ConfigError(
            "the fixer 'sarif' has nothing to apply: no enabled checker has format = 'sarif'",
            "Name one in `checkers`, or take 'sarif' out of `fixers`.",
        )
    return SarifFixer(checkers)


def _command(fixer: CommandSettings, settings: Settings, top: Path) -> CommandFixer:
    """A missing program is no error here: whether it is needed shows when there is something for it to fix."""
    try:
        command = find_command(fixer.command, top, settings)
    except ToolError:
        command = fixer.command
    return CommandFixer(fixer.name, command, fixer.timeout, include=fixer.include, exit_codes=fixer.exit_codes)


MAKERS: dict[str, Maker] = {"ruff": _ruff, "drill-sergeant": _drill_sergeant, "sarif": _sarif, "demo": _demo}


def make_fixers(settings: Settings, top: Path) -> tuple[Fixer, ...]:
    """The chain of fixers, in the order they are tried.

    Raises ConfigError for an unknown name, ToolError for a missing tool.
    """
    return tuple(_make_fixer(name, settings, top) for name in settings.fixers)


def _make_fixer(name: str, settings: Settings, top: Path) -> Fixer:
    commands = {command.name: command for command in settings.commands}
    if name in commands:
        return _command(commands[name], settings, top)
    if name in MAKERS:
        return MAKERS[name](settings, top)
    if agent := settings.agent(name):
        return make_agent(agent, settings, top)
    known = {*MAKERS, *commands, *get_args(Client), *(agent.name for agent in settings.agents)} - {"demo"}
    raise ConfigError(
        f"unknown fixer '{name}'",
        f"{nearest(name, known)} Or define it: [tool.stomper.fixer.{name}] command = ['program', '{{file}}']",
    )


__all__ = ["FixReply", "FixRequest", "Fixer", "make_fixers"]
