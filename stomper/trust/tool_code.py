"""Asks for code that tools run by the word of their configuration: plugins, hooks, and what is itself a program."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from stomper.checkers.configured import read_value
from stomper.checkers.enabled import known_checkers
from stomper.config.load_tools import preset_checker, preset_fixer
from stomper.config.preset_names import preset_names
from stomper.globs import matches
from stomper.settings import CheckerSettings, CommandSettings, Settings
from stomper.settings.tools import Lists
from stomper.trust.needs import Use
from stomper.trust.request import Ask, make_ask
from stomper.trust.spellings import says, shown_words
from stomper.trust.tree import Tree


def code_asks(tree: Tree, settings: Settings, use: Use) -> Iterator[Ask]:
    """An ask for each file by which a tool of this use runs code of the repository."""
    tools: list[CheckerSettings | CommandSettings] = [
        one for one in known_checkers(settings) if one.name in use.checkers
    ]
    tools += [one for one in settings.commands if one.name in use.fixers]
    for tool in tools:
        executes = (*tool.executes, *_known(tool))
        for path in sorted(set(tree.paths)) if executes else ():
            yield from _asks(tree, tool, executes, path)


def _known(tool: CheckerSettings | CommandSettings) -> Lists:
    """The files of the preset of this name: whatever a repository says of a tool, these have it run code."""
    if tool.name not in preset_names():
        return ()
    preset = preset_checker(tool.name) or preset_fixer(tool.name)
    return preset.executes if preset else ()


def _asks(tree: Tree, tool: CheckerSettings | CommandSettings, executes: Lists, path: str) -> Iterator[Ask]:
    """The ask of one file: of a shared one only the tables of the tool count."""
    globs = [(glob, words) for glob, words in executes if matches(path.casefold(), (glob.casefold(),))]
    words = [word for _, some in globs for word in some]
    said = [_own_text(tool, path, text) for text in tree.texts(path)] if globs else []
    saying = [text for text in said if not words or says(text, words)]
    if saying:
        named = shown_words("\n".join(saying), words)
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
        values = [read_value(name, text.removeprefix("\ufeff"), table) for table in tables]
    except ValueError:
        return text
    return next((value for value in values if isinstance(value, str)), repr(values))
