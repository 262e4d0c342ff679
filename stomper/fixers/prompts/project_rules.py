"""Read the rules that an edit must keep from the configuration: line length, Python version, docstrings, mypy."""

import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stomper.fixers.prompts.source import folders_above, is_python, read_inside

RUFF_FILES = (".ruff.toml", "ruff.toml", "pyproject.toml")
MYPY_FILES = ("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg")
FLAKE8_FILES = (".flake8", "setup.cfg", "tox.ini")
RUFF_LINE_LENGTH = 88
MOST_EXTENDED = 5
# What a key may say is sent to a model: numbers, and words of a few letters.
WORDS = re.compile(r"[\w.,<>=!~ *-]{1,60}")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the configuration says, and the file that says it; '' if nothing does, and it is a default."""

    name: str
    value: str
    source: str


def read_facts(root: Path, path: str) -> tuple[Fact, ...]:
    """Give the rules for the Python file `path`, by the nearest configuration; none for other files."""
    if not is_python(path):
        return ()
    ruff, ruff_file = _ruff(root, path)
    facts = [
        _line_length(root, path, ruff, ruff_file),
        _python_version(root, path, ruff, ruff_file),
        _docstrings(ruff, ruff_file),
        _strict(root, path),
    ]
    return tuple(fact for fact in facts if fact is not None and WORDS.fullmatch(fact.value))


def _line_length(root: Path, path: str, ruff: Mapping[str, Any], ruff_file: str) -> Fact | None:
    own = _at(ruff, "lint", "pycodestyle", "max-line-length") or ruff.get("line-length")
    if own is not None:
        return Fact("line length", str(own), ruff_file)
    for file, tables in _tables(root, path, ("pyproject.toml",)):
        if found := _at(tables, "tool", "black", "line-length"):
            return Fact("line length", str(found), file)
    for file, tables in _tables(root, path, FLAKE8_FILES):
        if found := _at(tables, "flake8", "max-line-length") or _at(tables, "flake8", "max_line_length"):
            return Fact("line length", str(found), file)
    return Fact("line length", str(RUFF_LINE_LENGTH), ruff_file)


def _python_version(root: Path, path: str, ruff: Mapping[str, Any], ruff_file: str) -> Fact | None:
    if target := ruff.get("target-version"):
        return Fact("Python version", re.sub(r"^py(\d)(\d+)$", r"\1.\2 or later", str(target)), ruff_file)
    for file, tables in _tables(root, path, ("pyproject.toml", "setup.cfg")):
        found = _at(tables, "project", "requires-python") or _at(tables, "options", "python_requires")
        if found := found or _at(tables, "tool", "poetry", "dependencies", "python"):
            return Fact("Python version", str(found), file)
    return None


def _docstrings(ruff: Mapping[str, Any], ruff_file: str) -> Fact | None:
    convention = _at(ruff, "lint", "pydocstyle", "convention")
    return Fact("docstring convention", str(convention), ruff_file) if convention else None


def _strict(root: Path, path: str) -> Fact | None:
    for file, tables in _tables(root, path, MYPY_FILES):
        table = _at(tables, "tool", "mypy") if file.endswith(".toml") else _at(tables, "mypy")
        if isinstance(table, Mapping):
            return Fact("mypy strict", "yes", file) if str(table.get("strict")).lower() == "true" else None
    return None


def _ruff(root: Path, path: str) -> tuple[Mapping[str, Any], str]:
    """The nearest configuration of ruff with what it extends, and its file; ruff's own rule: one file, no merging."""
    for file, tables in _tables(root, path, RUFF_FILES):
        if (own := _own_ruff(file, tables)) is not None:
            return _extended(root, file, own), file
    return {}, ""


def _own_ruff(file: str, tables: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if not file.endswith("pyproject.toml"):
        return tables
    found = _at(tables, "tool", "ruff")
    return found if isinstance(found, Mapping) else None


def _extended(root: Path, file: str, own: Mapping[str, Any]) -> Mapping[str, Any]:
    """A configuration over those that it extends, so far as they lie in the repository."""
    merged = dict(own)
    for _ in range(MOST_EXTENDED):
        named = own.get("extend")
        if not isinstance(named, str):
            break
        place = (root / file).parent / named
        try:
            file = str(place.resolve().relative_to(root.resolve()))
        except (OSError, ValueError):
            break
        own = _own_ruff(file, _read(root, file)) or {}
        merged = _over(merged, own)
    return merged


def _over(stronger: Mapping[str, Any], weaker: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**weaker, **stronger}
    for key in stronger.keys() & weaker.keys():
        if isinstance(stronger[key], Mapping) and isinstance(weaker[key], Mapping):
            merged[key] = _over(stronger[key], weaker[key])
    return merged


def _tables(root: Path, path: str, names: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The files of these names above a path that can be read, the nearest first; in one folder in the order given."""
    for folder in folders_above(path):
        for name in names:
            file = f"{folder}/{name}" if folder else name
            if tables := _read(root, file):
                yield file, tables


def _read(root: Path, file: str) -> Mapping[str, Any]:
    """The tables of a TOML or INI file; nothing if it cannot be read: that is for its own tool to say."""
    content = read_inside(root, file)
    if content is None:
        return {}
    try:
        text = content.decode("utf-8-sig")
        if file.endswith(".toml"):
            return tomllib.loads(text)
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        parser.read_string(text)
        return {name: dict(parser[name]) for name in parser.sections()}
    except (ValueError, RecursionError, configparser.Error):
        return {}


def _at(tables: Any, *keys: str) -> Any:
    """Give the value below a row of keys, None if there is none."""
    for key in keys:
        if not isinstance(tables, Mapping):
            return None
        tables = tables.get(key)
    return tables
