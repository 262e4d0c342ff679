"""Change a file so that its diagnostics go. To add one: a module with a `Fixer`, a line in `MAKERS`.

On floor 7: every folder on a higher floor may import it.
"""

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, get_args

from stomper.checkers import make_checkers, make_mypy, make_own_checkers, make_servers
from stomper.checkers.command_words import PYTHON
from stomper.config.places import place_of
from stomper.errors import ConfigError, ToolError
from stomper.fixers.annotations.surroundings import Surroundings
from stomper.fixers.base import Fixer, FixReply, FixRequest, SiteFixer, Suppressor
from stomper.fixers.codemods import CODEMODS, EXACT, LAST, PREFIX, TYPED, Codemod, CodemodFixer
from stomper.fixers.ruff import RuffFixer
from stomper.project.find_tools import find_command, find_python, python_of, tool_of, without_shim
from stomper.settings import Client, CommandSettings, Settings
from stomper.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from stomper.checkers.base import Checker
    from stomper.checkers.language_server import LanguageServerChecker
    from stomper.checkers.mypy import MypyChecker

# A fixer's module is loaded when that fixer is made: each start of a worker would pay for all of them.
Maker: TypeAlias = Callable[[Settings, Path], Fixer]
SUPPRESS = "suppress"


def _ruff(settings: Settings, top: Path) -> RuffFixer:
    return RuffFixer(tool_of(settings, "ruff", top).path, unsafe_fixes=settings.unsafe_fixes)


def _drill_sergeant(settings: Settings, top: Path) -> Fixer:
    from stomper.checkers.pytest_run import make_runner
    from stomper.fixers.drill_sergeant import DrillSergeantFixer

    return DrillSergeantFixer(make_runner(settings, top))


def _demo(settings: Settings, top: Path) -> Fixer:
    from stomper.fixers.demo import DemoFixer

    return DemoFixer(_ruff(settings, top))


def _ruff_format(settings: Settings, top: Path) -> Fixer:
    from stomper.fixers.ruff_format import RuffFormatFixer

    return RuffFormatFixer(tool_of(settings, "ruff", top).path)


def _ruff_unsafe(settings: Settings, top: Path) -> Fixer:
    from stomper.fixers.ruff_unsafe import RuffUnsafeFixer

    return RuffUnsafeFixer(tool_of(settings, "ruff", top).path, around=_around(settings, top))


def _codemod(codemod: Codemod) -> Maker:
    return lambda settings, top: CodemodFixer(
        codemod,
        _found(settings, "ruff", top),
        reason=settings.suppress.reason,
        around=_around(settings, top),
        mypy=_found_mypy(settings, top) if codemod.asks else None,
    )


def _around(settings: Settings, top: Path) -> Surroundings:
    from stomper.checkers.pytest_run import import_roots

    return Surroundings(
        _python(top, settings.environment.python, settings.environment.inside), import_roots(settings, top)
    )


@functools.lru_cache(maxsize=4)
def _python(top: Path, configured: str | None, inside: bool) -> str:
    """The project's interpreter, looked for once for all fixers: poetry takes a second to name its own."""
    return find_python(top, configured, inside)


def _found(settings: Settings, name: str, top: Path) -> str | None:
    """A tool, for those that do without it where it is missing."""
    try:
        return tool_of(settings, name, top).path
    except ToolError:
        return None


def _sarif(settings: Settings, top: Path) -> Fixer:
    from stomper.fixers.sarif import SarifFixer

    checkers = tuple(c for c in make_own_checkers(settings, top) if c.settings.format == "sarif")
    if not checkers:
        raise ConfigError(
            "the fixer 'sarif' has nothing to apply: no enabled checker has format = 'sarif'",
            "Name one in `checkers`, or take 'sarif' out of `fixers`.",
        )
    return SarifFixer(checkers)


def _server(maker: "Callable[[tuple[LanguageServerChecker, ...]], Fixer]", settings: Settings, top: Path) -> Fixer:
    servers = make_servers(settings, top)
    if not servers:
        raise ConfigError(
            "the fixer 'lsp' has nobody to ask: no enabled checker has format = 'lsp'",
            "Name one in `checkers`, or take 'lsp' out of `fixers`.",
        )
    return maker(servers)


def _quick_fix(settings: Settings, top: Path) -> Fixer:
    from stomper.fixers.language_server import QuickFixFixer

    return _server(QuickFixFixer, settings, top)


def _fix_all(settings: Settings, top: Path) -> Fixer:
    from stomper.fixers.language_server import FIX_ALL, SourceActionFixer

    return _server(lambda servers: SourceActionFixer(servers, FIX_ALL, "lsp/fix-all"), settings, top)


def _organize_imports(settings: Settings, top: Path) -> Fixer:
    from stomper.fixers.language_server import ORGANIZE_IMPORTS, SourceActionFixer

    return _server(lambda servers: SourceActionFixer(servers, ORGANIZE_IMPORTS, "lsp/organize-imports"), settings, top)


def _command(fixer: CommandSettings, settings: Settings, top: Path) -> Fixer:
    """A missing program is no error here: whether it is needed shows when there is something for it to fix."""
    from stomper.fixers.command import CommandFixer

    try:
        command = find_command(fixer.command, top, settings)
    except ToolError:
        command = fixer.command
    if any(PYTHON in word for word in command):
        command = tuple(word.replace(PYTHON, without_shim(python_of(settings, top), top)) for word in command)
    return CommandFixer(
        fixer.name,
        command,
        fixer.timeout,
        include=fixer.include,
        exit_codes=fixer.exit_codes,
        tools=fixer.takes,
        configured_by=fixer.configured_by,
    )


def _annotate(settings: Settings, top: Path) -> Fixer:
    """Projects without mypy, or that do not want it, have nothing for it to do."""
    from stomper.fixers.annotate import AnnotateFixer

    ruff, pyrefly = (_found(settings, name, top) for name in ("ruff", "pyrefly"))
    return AnnotateFixer(_asked_mypy(settings, top), ruff, pyrefly, judges=_judges(settings, top))


def _annotate_used(settings: Settings, top: Path) -> Fixer:
    from stomper.fixers.annotate.used import AnnotateUsedFixer

    ruff, pyrefly = (_found(settings, name, top) for name in ("ruff", "pyrefly"))
    return AnnotateUsedFixer(_asked_mypy(settings, top), ruff, pyrefly, judges=_judges(settings, top))


def _judges(settings: Settings, top: Path) -> "tuple[Checker, ...]":
    """The checkers of types beside mypy that are enabled."""
    from stomper.suppressions.dialects import TYPE_CHECKERS

    names = [name for name in settings.checkers if name in TYPE_CHECKERS and name != "mypy"]
    return tuple(filter(None, (_found_checker(settings, top, name) for name in names)))


def _asked_mypy(settings: Settings, top: Path) -> "MypyChecker | None":
    """mypy for what is asked about types, where the project has it and any checker of types is enabled."""
    from stomper.suppressions.dialects import TYPE_CHECKERS

    wanted = not TYPE_CHECKERS.isdisjoint(settings.checkers)
    return _found_mypy(replace(settings, checkers=("mypy",)), top) if wanted else None


def _suppress(settings: Settings, top: Path) -> Fixer:
    from stomper.fixers.suppress import SuppressFixer
    from stomper.fixers.suppress.tools import Tools
    from stomper.suppressions.dialects import BY_TOOL

    ruff = _found(settings, "ruff", top) if "ruff" in settings.checkers else None
    names = [name for name in settings.checkers if name in BY_TOOL and name != "ruff"]
    made = {name: _found_checker(settings, top, name) for name in names}
    return SuppressFixer(Tools(ruff, {name: one for name, one in made.items() if one}), settings.suppress.reason)


def _found_checker(settings: Settings, top: Path, name: str) -> "Checker | None":
    """A checker that reads comments; None where its program is missing."""
    if name == "mypy":
        return _found_mypy(settings, top)
    try:
        scope = replace(settings.scope, remove_stale=False)
        return make_checkers(replace(settings, checkers=(name,), scope=scope), top)[0]
    except ToolError:
        return None


def _found_mypy(settings: Settings, top: Path) -> "MypyChecker | None":
    """mypy, where the project has it and it is one of the checkers."""
    try:
        return make_mypy(settings, top) if "mypy" in settings.checkers else None
    except ToolError:
        return None


def _names(codemods: Sequence[Codemod]) -> list[str]:
    return [PREFIX + codemod.name for codemod in codemods]


MAKERS: dict[str, Maker] = {
    "ruff": _ruff,
    "drill-sergeant": _drill_sergeant,
    "sarif": _sarif,
    "demo": _demo,
    "ruff-format": _ruff_format,
    "ruff-unsafe": _ruff_unsafe,
    "annotate": _annotate,
    "annotate-used": _annotate_used,
    "lsp/fix-all": _fix_all,
    "lsp/quick-fix": _quick_fix,
    "lsp/organize-imports": _organize_imports,
    SUPPRESS: _suppress,
    **{PREFIX + codemod.name: _codemod(codemod) for codemod in CODEMODS},
}
GROUPS: dict[str, tuple[str, ...]] = {
    "codemods": (
        *_names(EXACT),
        "annotate",
        "annotate-used",
        *_names(TYPED),
        "ruff-format",
        "ruff-unsafe",
        *_names(LAST),
    ),
    "lsp": ("lsp/fix-all", "lsp/quick-fix", "lsp/organize-imports"),
}
"""Names that stand for several fixers, each tried apart."""


def _nameable(wrong: str) -> set[str]:
    """The names to compare a wrong one with: members of a group only if it looks like one."""
    return {name for name in MAKERS if name != "demo" and ("/" in wrong or "/" not in name)}


def make_fixers(settings: Settings, top: Path) -> tuple[Fixer, ...]:
    """The chain of fixers, in the order they are tried; after them those that only some files have in theirs.

    Raises ConfigError for an unknown name or a wrong order, ToolError for a missing tool.
    """
    names = dict.fromkeys(name for chain in settings.chains for name in _spelled_out(chain))
    return tuple(_make_fixer(name, settings, top) for name in names)


def fixers_for(path: str, fixers: Sequence[Fixer], settings: Settings) -> tuple[Fixer, ...]:
    """Those of the made fixers that are in the chain of one file, in its order."""
    if len(settings.chains) == 1:
        return tuple(fixers)
    made = {fixer.name: fixer for fixer in fixers}
    return tuple(made[name] for name in _spelled_out(settings.for_path(path).fixers) if name in made)


def _spelled_out(chain: Sequence[str]) -> tuple[str, ...]:
    """The names in a chain, each once: a codemod named before the group is not tried again within it."""
    names = dict.fromkeys(part for name in chain for part in GROUPS.get(name, (name,)))
    if SUPPRESS in list(names)[:-1]:
        raise ConfigError(
            f"the fixer '{SUPPRESS}' must be the last one: it accepts what the others leave",
            f"Name it last: fixers = {json.dumps([*(n for n in chain if n != SUPPRESS), SUPPRESS])}",
        )
    return tuple(names)


def _make_fixer(name: str, settings: Settings, top: Path) -> Fixer:
    commands = {command.name: command for command in settings.commands}
    if name in commands:
        return _command(commands[name], settings, top)
    if name in MAKERS:
        return MAKERS[name](settings, top)
    if agent := settings.agent(name):
        from stomper.fixers.agents import make_agent

        return make_agent(agent, settings, top)
    known = {*_nameable(name), *GROUPS, *commands, *get_args(Client), *(agent.name for agent in settings.agents)}
    raise ConfigError(
        f"unknown fixer '{name}'",
        f"{did_you_mean(name, known)} Or define it: command = ['program', '{{file}}'] {place_of(top, f'fixer.{name}')}",
    )


__all__ = ["FixReply", "FixRequest", "Fixer", "SiteFixer", "Suppressor", "make_fixers"]
