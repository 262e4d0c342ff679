"""Asks for programs: of the checkout by the user's own search path, and those that the repository's settings name."""

import itertools
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stomper.checkers.enabled import known_checkers
from stomper.disk.atomic_write import is_inside
from stomper.project.find_environments import MANAGERS, named_places
from stomper.project.find_tools import users_folders
from stomper.settings import AUTO, FORMATTERS, Settings
from stomper.trust.needs import Use
from stomper.trust.origins import Origins
from stomper.trust.request import Ask, make_ask
from stomper.trust.tree import Tree

if TYPE_CHECKING:
    from stomper.fixers.agents.base import AgentClient

NODE = "node_modules/.bin"
PYTHONS = ("python3", "python")
OF_MODULE = re.compile(r"-(?:[A-Za-z]*?m|p)(.*)", re.DOTALL)
PART = re.compile(r"[^\s=;|&()<>'\"`$@:,{}]+")


def program_asks(
    tree: Tree, settings: Settings, origins: Origins, use: Use, clients: "Iterable[AgentClient]"
) -> Iterator[Ask]:
    """The asks of programs that would be found in the checkout, or are named by the repository's settings."""
    yield from _configured(tree, settings, origins)
    for path in dict.fromkeys(_found(tree, _names(settings, use, clients))):
        yield make_ask("program", path, "this program is started", [], tree.contents(path))


def _configured(tree: Tree, settings: Settings, origins: Origins) -> Iterator[Ask]:
    named = {"environment.python": settings.environment.python, **{f"tools.{n}": path for n, path in settings.tools}}
    for key, path in named.items():
        if path and ((file := origins.of(key)) or is_inside(path, tree.top)):
            where = f"{file or 'your settings'}: {key}"
            inner = tree.inner(path)
            contents = tree.contents(inner) if inner else ()
            yield make_ask("program", where, f"starts {inner or path}", [inner or path], contents)


def _names(settings: Settings, use: Use, clients: "Iterable[AgentClient]") -> Iterator[str]:
    """The names of programs that are looked for."""
    yield from ("ruff", "mypy", *PYTHONS, *(command[0] for command in MANAGERS.values()))
    if use.fixers:
        yield from FORMATTERS if AUTO in settings.formatters else settings.formatters
    commands = [own.command for own in known_checkers(settings) if own.name in use.checkers]
    commands += [own.command for own in settings.commands if own.name in use.fixers]
    yield from (command[0] for command in commands if os.sep not in command[0])
    for client in clients:
        yield from client.programs


def _found(tree: Tree, names: Iterable[str]) -> Iterator[str]:
    """The paths, from the top, of programs that folders of the checkout have; environments are asks of their own."""
    known = [place for _, place in named_places(tree.top)]
    folders = [str(tree.top / NODE), *(folder for _, folder in users_folders())]
    folders = [folder for folder in folders if not any(is_inside(folder, place) for place in known)]
    for name in dict.fromkeys(names):
        for folder in folders:
            place = Path(folder) / name
            if os.path.lexists(place) and is_inside(place, tree.top):
                yield tree.inner(place) or tree.inner(os.path.realpath(place))


def files_in(tree: Tree, words: Sequence[str]) -> frozenset[str]:
    """The ids of all files of the checkout that the words of a command name: by a path, or as a module of `-m`.

    By a path also within a word: `--config=tools/x.toml`, `sh -c "exec tools/x"`.
    """
    words = [word for word in words if word and "\0" not in word]
    parts = dict.fromkeys([*words, *(part for word in words for part in PART.findall(word))])
    named = [place for part in parts for place in (part, f"{part}/__main__.py")]
    modules = [module.replace(".", "/") for module in _modules(words)]
    named += [f"{module}{end}" for module in modules for end in (".py", "/__init__.py", "/__main__.py")]
    paths = filter(None, map(tree.inner, named))
    files = (path for path in paths if not os.path.isdir(tree.top / path))  # noqa: PTH112  # also for words of any length
    return frozenset(one for path in files for one in tree.contents(path))


def _modules(words: Sequence[str]) -> Iterator[str]:
    """List words that may name a module: to Python by `-m tools.fix`, `-mtools.fix`, `-Im tools.fix`, or `-p`."""
    for word, following in itertools.pairwise([*words, ""]):
        if match := OF_MODULE.match(word):
            yield from filter(None, [match[1] or following])


def shown(words: Sequence[str]) -> str:
    """A command as a person would type it."""
    return shlex.join(words)
