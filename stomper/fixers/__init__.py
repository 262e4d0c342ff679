"""The fixers, by name. A new one: a module with a class that is a `Fixer`, and a line in MAKERS."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from stomper.errors import ConfigError
from stomper.fixers.base import Fixer, FixReply, FixRequest
from stomper.fixers.command import CommandFixer
from stomper.fixers.demo import DemoFixer
from stomper.fixers.ruff import RuffFixer
from stomper.names import nearest
from stomper.settings import Settings
from stomper.tools import find_tool

Maker: TypeAlias = Callable[[Settings, Path], Fixer]


def _ruff(settings: Settings, top: Path) -> RuffFixer:
    return RuffFixer(find_tool("ruff", top, settings.tool("ruff")).path, unsafe_fixes=settings.unsafe_fixes)


def _demo(settings: Settings, top: Path) -> DemoFixer:
    return DemoFixer(_ruff(settings, top))


MAKERS: dict[str, Maker] = {"ruff": _ruff, "demo": _demo}


def make_fixers(settings: Settings, top: Path) -> tuple[Fixer, ...]:
    """The chain of fixers, in the order they are tried.

    Raises ConfigError for an unknown name, ToolError for a missing tool.
    """
    commands = {c.name: CommandFixer(c.name, c.command, c.timeout) for c in settings.commands}
    for name in settings.fixers:
        if name not in MAKERS and name not in commands:
            raise ConfigError(
                f"unknown fixer '{name}'",
                nearest(name, {*MAKERS, *commands} - {"demo"})
                + f" Or define it: [tool.stomper.fixer.{name}] command = ['program', '{{file}}']",
            )
    return tuple(commands.get(name) or MAKERS[name](settings, top) for name in settings.fixers)


__all__ = ["FixReply", "FixRequest", "Fixer", "make_fixers"]
