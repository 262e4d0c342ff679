"""Asks for code that tools run by the word of their configuration: plugins, hooks, and what is itself a program."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from stomper.checkers.configured import read_table
from stomper.checkers.enabled import known_checkers
from stomper.globs import matches
from stomper.settings import CheckerSettings, CommandSettings, Settings
from stomper.trust.needs import Use
from stomper.trust.request import Ask, make_ask
from stomper.trust.tree import Tree


def code_asks(tree: Tree, settings: Settings, use: Use) -> Iterator[Ask]:
    """An ask for each file by which a tool of this use runs code of the repository."""
    tools: list[CheckerSettings | CommandSettings] = [
        one for one in known_checkers(settings) if one.name in use.checkers
    ]
    tools += [one for one in settings.commands if one.name in use.fixers]
    for tool in tools:
        for path in sorted(set(tree.paths)) if tool.executes else ():
            yield from _asks(tree, tool, path)


def _asks(tree: Tree, tool: CheckerSettings | CommandSettings, path: str) -> Iterator[Ask]:
    """The ask of one file: of a shared one only the tables of the tool count."""
    globs = [(glob, words) for glob, words in tool.executes if matches(path, (glob,))]
    words = [word for _, some in globs for word in some]
    said = [_own_text(tool, path, text) for text in tree.texts(path)] if globs else []
    saying = [text for text in said if not words or any(word in text for word in words)]
    if saying:
        named = ", ".join(word for word in dict.fromkeys(words) if any(word in text for text in saying))
        what = f"{tool.name} runs code: {named}" if named else f"{tool.name} runs code: what is in this file"
        yield make_ask("plugin", path, what, [tool.name], saying, tool.name)


def _own_text(tool: CheckerSettings | CommandSettings, path: str, content: bytes) -> str:
    """What a file says to a tool: the tool's own table, as far as that is known and can be read, or all of it."""
    text, name = content.decode("utf-8", "backslashreplace"), PurePosixPath(path).name
    places = [place.partition(":") for place in tool.configured_by]
    tables = [table for file, _, table in places if file == name and table]
    if not tables:
        return text
    try:
        return repr([read_table(name, text, table) for table in tables])
    except ValueError:
        return text
