"""The fixers, by name. A new one: a module with a class that is a `Fixer`, and a line in MAKERS."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from stomper.checkers import make_own_checkers
from stomper.checkers.pytest_run import make_runner
from stomper.errors import ConfigError, ToolError
from stomper.fixers.base import Fixer, FixReply, FixRequest
from stomper.fixers.command import CommandFixer
from stomper.fixers.demo import DemoFixer
from stomper.fixers.drill_sergeant import DrillSergeantFixer
from stomper.fixers.ruff import RuffFixer
from stomper.fixers.sarif import SarifFixer
from stomper.names import nearest
from stomper.settings import CommandSettings, Settings
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
    commands = {c.name: _command(c, settings, top) for c in settings.commands if c.name in settings.fixers}
    known = {c.name for c in settings.commands}
    for name in settings.fixers:
        if name not in MAKERS and name not in known:
            raise ConfigError(
                f"unknown fixer '{name}'",
                nearest(name, {*MAKERS, *known} - {"demo"})
                + f" Or define it: [tool.stomper.fixer.{name}] command = ['program', '{{file}}']",
            )
    return tuple(commands.get(name) or MAKERS[name](settings, top) for name in settings.fixers)


__all__ = ["FixReply", "FixRequest", "Fixer", "make_fixers"]
