"""Run checkers and read their output as diagnostics. To add one: a module with a `Checker`, a line in `MAKERS`.

On floor 6: every folder on a higher floor may import it.
"""

import dataclasses
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from stomper.checkers.base import Checker
from stomper.checkers.clean_start import undisturbed
from stomper.checkers.completeness import Looks
from stomper.checkers.scope import Scoped
from stomper.config.places import place_of
from stomper.errors import ConfigError
from stomper.models import Diagnostic, in_order
from stomper.project.find_tools import find_command, find_tool, python_of, tool_of, users_path, without_shim
from stomper.settings import CheckerSettings, Settings
from stomper.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from stomper.checkers.command import CommandChecker
    from stomper.checkers.language_server import LanguageServerChecker
    from stomper.checkers.mypy import MypyChecker

# A checker's module is loaded when that checker is made: each start of a program would pay for all of them.
Maker: TypeAlias = Callable[[Settings, Path], Checker]
PYTEST = "pytest"
BUILT_IN = ("ruff", "mypy")
DRILL_SERGEANT = "drill-sergeant"
SERVER = "lsp"


def _ruff(settings: Settings, top: Path) -> Checker:
    from stomper.checkers.ruff import RuffChecker

    program = tool_of(settings, "ruff", top).path
    checker = RuffChecker(program, settings.unsafe_fixes, settings.checker_timeout)
    if not settings.scope.remove_stale:
        return checker
    from stomper.checkers.stale_suppressions import UNUSED_NOQA, WithStale

    return WithStale(checker, dataclasses.replace(checker, extra=(UNUSED_NOQA,)))


def make_mypy(settings: Settings, top: Path) -> "MypyChecker":
    """Make mypy as the project has it. Raises ToolError if it has none."""
    from stomper.checkers.mypy import MypyChecker
    from stomper.checkers.mypy_stays_start import staying
    from stomper.checkers.pytest_run import import_roots

    own = settings.environment
    python = python_of(settings, top)
    program = find_tool("mypy", top, settings.tool("mypy"), own.python, own.inside, own.made).path
    extra = ("--warn-unused-ignores",) if settings.scope.remove_stale else ()
    path = tuple(filter(None, users_path("MYPYPATH", top).split(os.pathsep)))
    roots, timeout = import_roots(settings, top), settings.checker_timeout
    checker = MypyChecker(program, python, roots, timeout, extra=extra, path=path, variables=undisturbed(top))
    only = "mypy" in settings.configured_only
    return dataclasses.replace(checker, stays=staying(program), configured_only=only)


def _pytest(settings: Settings, top: Path) -> Checker:
    from stomper.checkers.pytest import PytestChecker
    from stomper.checkers.pytest_run import make_runner

    return PytestChecker(make_runner(settings, top), quiet_sergeant="drill-sergeant" in settings.checkers)


def _drill_sergeant(settings: Settings, top: Path) -> Checker:
    from stomper.checkers.drill_sergeant import DrillSergeantChecker
    from stomper.checkers.pytest_run import make_runner

    return DrillSergeantChecker(make_runner(settings, top))


MAKERS: dict[str, Maker] = {"ruff": _ruff, "mypy": make_mypy, PYTEST: _pytest, DRILL_SERGEANT: _drill_sergeant}


def make_checkers(settings: Settings, top: Path) -> tuple[Checker, ...]:
    """The enabled checkers for the project at `top`.

    Raises ConfigError for an unknown name, ToolError for a missing tool.
    """
    if not settings.checkers:
        raise ConfigError(
            "no checker is enabled", f"Nothing could be called clean. Name one: checkers = ['ruff'] {place_of(top)}"
        )
    own = {checker.name for checker in settings.own_checkers}
    for name in settings.checkers:
        if name not in MAKERS and name not in own:
            raise ConfigError(
                f"unknown checker '{name}'",
                did_you_mean(name, {*MAKERS, *own})
                + f" Or define it: `command = ['program']` and `format = 'sarif'` {place_of(top, f'checker.{name}')}",
            )
    files = settings.files.include
    own_made: list[CommandChecker | LanguageServerChecker] = [*make_own_checkers(settings, top)]
    own_made += make_servers(settings, top)
    mine = {c.name: Scoped(c, c.settings.include or files, notebooks=bool(c.settings.include)) for c in own_made}
    made = tuple(mine.get(name) or _built_in(name, settings, top) for name in settings.checkers)
    return with_stale(made, top) if settings.scope.remove_stale else made


def with_stale(checkers: Sequence[Checker], top: Path) -> tuple[Checker, ...]:
    """The same checkers; those that cannot be told to name comments which silence nothing look for them by trial."""
    from stomper.checkers.tried_without import TriedWithout
    from stomper.suppressions.dialects import BY_TOOL

    def tried(one: Checker) -> Checker:
        if one.name not in BY_TOOL or one.name in BUILT_IN:
            return one
        others = tuple(c for c in checkers if c is not one and c.name in BY_TOOL[one.name].tools)
        return TriedWithout(one, top, others)

    return tuple(map(tried, checkers))


def make_own_checkers(settings: Settings, top: Path) -> "tuple[CommandChecker, ...]":
    """Make the enabled checkers that are programs: the user's own, and presets. Raises ToolError for a missing one."""
    return tuple(_own(one, settings, top) for one in settings.enabled_own_checkers if one.format != SERVER)


def _own(own: CheckerSettings, settings: Settings, top: Path) -> "CommandChecker":
    from stomper.checkers.command import CommandChecker
    from stomper.checkers.command_words import PYTHON, needs_roots
    from stomper.checkers.pytest_run import import_roots

    command = find_command(own.command, top, settings)
    if any(PYTHON in word for word in command):
        python = without_shim(python_of(settings, top), top)
        command = tuple(word.replace(PYTHON, python) for word in command)
    roots = import_roots(settings, top) if needs_roots(own) else ()
    return CommandChecker(own, command, roots, own.name in settings.configured_only)


def make_servers(settings: Settings, top: Path) -> "tuple[LanguageServerChecker, ...]":
    """Make the enabled checkers that are language servers. Raises ToolError for a missing program."""
    servers = [own for own in settings.enabled_own_checkers if own.format == SERVER]
    if not servers:
        return ()
    from stomper.checkers.language_server import LanguageServerChecker

    return tuple(LanguageServerChecker(own, find_command(own.command, top, settings)) for own in servers)


def _built_in(name: str, settings: Settings, top: Path) -> Checker:
    """One of MAKERS, which beside checkers of other languages is not shown their files."""
    checker = MAKERS[name](settings, top)
    claimed = tuple(pattern for own in settings.enabled_own_checkers for pattern in own.include)
    return Scoped(checker, claimed=claimed) if claimed else checker


def take_turns(checkers: Sequence[Checker], lock: Path) -> tuple[Checker, ...]:
    """The same checkers; those that run tests do it one at a time, over all who have this lock."""
    return tuple(_in_turn(checker, lock) for checker in checkers)


def _in_turn(checker: Checker, lock: Path) -> Checker:
    if isinstance(checker, Scoped):
        return dataclasses.replace(checker, checker=_in_turn(checker.checker, lock))
    if checker.name != PYTEST:
        return checker
    from stomper.checkers.pytest import PytestChecker

    assert isinstance(checker, PytestChecker), "no checker of the user's own may be called so"
    return dataclasses.replace(checker, runner=dataclasses.replace(checker.runner, lock=lock))


def runs_tests(checker: Checker) -> bool:
    """Return whether a checker calls the project's own code."""
    return checker.name in (PYTEST, DRILL_SERGEANT)


def check_files(
    checkers: Sequence[Checker], root: Path, paths: Sequence[str], scratch: Path | None = None
) -> tuple[Diagnostic, ...]:
    """Give all checkers' diagnostics of `paths` by path and place. Raises CheckerError if one gave no result."""
    found = [diagnostic for checker in checkers for diagnostic in checker.check(root, paths, scratch)]
    return in_order(found)


def look_at_files(checkers: Sequence[Checker], root: Path, paths: Sequence[str], scratch: Path | None = None) -> Looks:
    """The same, and how much each checker saw of them. Raises CheckerError if one gave no result."""
    return Looks(tuple((checker.name, checker.look(root, paths, scratch)) for checker in checkers))


__all__ = ["Checker", "check_files", "look_at_files", "make_checkers", "make_mypy", "runs_tests", "take_turns"]
