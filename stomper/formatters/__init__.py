"""Keep files formatted that were: find a project's formatters, and format what becomes of the files that are clean.

On floor 7: every folder on a higher floor may import it.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stomper.errors import StomperError, ToolError
from stomper.formatters.configured import configured
from stomper.formatters.formatter import Formatter
from stomper.formatters.presets import BLACK, PRESETS, RUFF
from stomper.formatters.staying import entry_of
from stomper.git.trees import Entry
from stomper.project.find_tools import Tool, find_tool
from stomper.settings import AUTO, Settings

OWN = re.compile(r"project |configured$")
"""The origin of a program that is there for this project."""


@dataclass(frozen=True, slots=True)
class Formatters:
    """The formatters of a project, in the order in which they format a file. `notes` say why one is not among them."""

    found: tuple[Formatter, ...] = ()
    notes: tuple[str, ...] = ()


def find_formatters(settings: Settings, top: Path, entries: Iterable[Entry]) -> Formatters:
    """The formatters that the settings name, or that a commit with these entries configures.

    If it configures none that decides on all of the layout, black of the project's own environment and ruff are
    guessed at. Raises ToolError for one that the settings name and that is not there, and ConfigError for a configured
    path that is no program.
    """
    if AUTO not in settings.formatters:
        return Formatters(tuple(_make(name, _find(name, settings, top)) for name in _ordered(settings.formatters)))
    names = configured(top, entries)
    found: list[Formatter] = []
    notes: list[str] = []
    for name in _ordered(names):
        try:
            found.append(_make(name, _find(name, settings, top)))
        except ToolError as error:
            instead = list(_stand_in(name, settings, top))
            found += instead
            notes.append(_missing(name, error, bool(instead)))
    if not any(PRESETS[name].lays_out for name in names):
        found += _guessed(settings, top)
    return Formatters(tuple(found), tuple(notes))


def _ordered(names: Collection[str]) -> list[str]:
    return [name for name in PRESETS if name in names]


def _find(name: str, settings: Settings, top: Path) -> Tool:
    own = settings.environment
    return find_tool(name, top, settings.tool(name), own.python, own.inside, own.made)


def _make(name: str, tool: Tool, *, guessed: bool = False, stands_for: str = "") -> Formatter:
    module = PRESETS[name].module
    entry = entry_of(tool.path, module) if module else None
    return Formatter(name, tool.path, entry, guessed=guessed, stands_for=stands_for)


def _stand_in(name: str, settings: Settings, top: Path) -> Iterator[Formatter]:
    """ruff in the place of black, which lays out nearly all files as it does."""
    if name == BLACK:
        try:
            yield _make(RUFF, _find(RUFF, settings, top), stands_for=BLACK)
        except ToolError:
            return


def _missing(name: str, error: ToolError, stands_in: bool) -> str:
    if stands_in:
        return f"{error.message}: ruff format lays out files as the settings of {name} say, where it agrees with it"
    return f"{error.message}: nothing is formatted by {name}, which the project has"


def _guessed(settings: Settings, top: Path) -> Iterator[Formatter]:
    """Give those that may be in use although nothing says so."""
    for name in (BLACK, RUFF):
        try:
            tool = _find(name, settings, top)
        except StomperError:
            continue
        if name == RUFF or OWN.match(tool.origin):
            yield _make(name, tool, guessed=True)
