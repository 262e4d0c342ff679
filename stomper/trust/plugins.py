"""Asks for plugins of mypy: Python that it imports by the word of a configuration, wherever that is in the checkout."""

import configparser
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from stomper.checkers.read_only_options import MYPY_FILES
from stomper.trust.request import Ask, make_ask
from stomper.trust.tree import Tree, as_words

UNREADABLE = "that cannot be read"


def plugin_asks(tree: Tree) -> Iterator[Ask]:
    """An ask for each configuration that names plugins, in any of its contents on disk and in git."""
    for path in configurations(tree):
        for text in tree.texts(path):
            tables = tables_of(path, text)
            if names := plugins_in(tables):
                contents = [one for name in names for one in as_words(_files(tree, path, name))]
                what = f"mypy plugin {', '.join(names)}"
                yield make_ask("plugin", path, what, [*names, *_facts(tables)], contents)


def configurations(tree: Tree) -> list[str]:
    """The paths of all files that can configure mypy for a file of the checkout, whatever that file is called.

    `include` may show mypy any file, and mypy goes by the configuration nearest to it.
    """
    folders = {parent for path in tree.paths for parent in PurePosixPath(path).parents}
    folders.add(PurePosixPath())
    places = [(folder / name).as_posix() for folder in folders for name in MYPY_FILES]
    return sorted(place for place in places if place in tree.tracked or os.path.lexists(tree.top / place))


def tables_of(path: str, text: bytes) -> Mapping[str, Mapping[str, Any]]:
    """The tables of mypy and of its plugins in a file. One that cannot be read may name plugins."""
    try:
        return _toml(text) if path.endswith(".toml") else _ini(text)
    except (ValueError, RecursionError, configparser.Error):
        words = re.search(rb"plugins", text, re.IGNORECASE) and re.search(rb"mypy", text + path.encode())
        return {"mypy": {"plugins": UNREADABLE}} if words else {}


def _toml(text: bytes) -> dict[str, dict[str, Any]]:
    tools = tomllib.loads(text.decode("utf-8-sig")).get("tool", {})
    tables = tools.items() if isinstance(tools, dict) else ()
    return {name: table for name, table in tables if isinstance(table, dict) and ("mypy" in name or "stubs" in name)}


def _ini(text: bytes) -> dict[str, dict[str, Any]]:
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(text.decode("utf-8-sig"))
    wanted = (name for name in parser.sections() if name == "mypy" or name.startswith("mypy.plugins"))
    return {name: dict(parser[name]) for name in wanted}


def plugins_in(tables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The plugins that the table of mypy names, as words."""
    said = tables.get("mypy", {}).get("plugins", [])
    words = re.split(r"[,\n]", said) if isinstance(said, str) else said if isinstance(said, list) else [str(said)]
    return [str(word).strip() for word in words if str(word).strip()]


def _facts(tables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """List the settings of plugins: some name a module to import."""
    return [f"{name} {sorted(table.items(), key=repr)}" for name, table in sorted(tables.items()) if name != "mypy"]


def _files(tree: Tree, config: str, plugin: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The files of the checkout that a plugin is: a path from its configuration, or a module in some folder."""
    name = plugin.partition(":")[0]
    if name.endswith(".py"):
        path = tree.inner(tree.top / PurePosixPath(config).parent / name)
        yield from [(path, tree.contents(path))] if path else []
        return
    ends = tuple(name.replace(".", "/") + end for end in (".py", "/__init__.py"))
    yield from (
        (path, ids) for path, ids in sorted(tree.tracked.items()) if f"/{path}".endswith(tuple(f"/{e}" for e in ends))
    )
