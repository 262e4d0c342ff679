"""Find out which formatters a project has, by files of a commit: configuration, pre-commit's hooks, requirements."""

import configparser
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from stomper.formatters.presets import PRESETS, RUFF
from stomper.git.blobs import read_blobs
from stomper.git.trees import GITLINK, SYMLINK, Entry
from stomper.metadata.pyproject import table

HOOKS = ".pre-commit-config.yaml"
# pre-commit wants each hook to be an entry with an id, and no text in quotes or comment has a line like that.
HOOK = re.compile(r"^[ \t]*-[ \t]+(?:\{[ \t]*)?id:[ \t]*[\"']?(?P<id>[\w.-]+)", re.MULTILINE)
LISTS = re.compile(r"(?:^|/)(?:[\w.-]*requirements?[\w.-]*|requirements/[\w.-]+)\.(?:txt|in)$")
INI = ("setup.cfg", "tox.ini", ".isort.cfg", ".style.yapf", ".flake8", "setup.ini")
RUFFS = ("ruff.toml", ".ruff.toml")
GROUPS = (("project", "optional-dependencies"), ("dependency-groups",), ("tool", "pdm", "dev-dependencies"))
MOST_FILES = 500
MOST_BYTES = 1_000_000
# Whoever needs ruff may need it as a linter; the others do nothing but format.
BY_NEED = frozenset(PRESETS) - {RUFF}


def configured(top: Path, entries: Iterable[Entry]) -> frozenset[str]:
    """The names of the formatters that a commit with these entries configures, runs by pre-commit, or requires."""
    wanted = [entry for entry in entries if entry.mode not in (SYMLINK, GITLINK) and _reader(entry.path)]
    found = set[str]()
    for entry, content in read_blobs(top, wanted[:MOST_FILES]):
        reader = _reader(entry.path)
        if reader is not None and len(content) < MOST_BYTES:
            found.update(reader(content.decode("utf-8-sig", "replace")))
    return frozenset(found)


Reader = Callable[[str], Iterator[str]]


def _reader(path: str) -> Reader | None:
    """Give the reader of formatters' names in the text of a file; None for a file that says nothing of them."""
    name = PurePosixPath(path).name
    own = next((preset.name for preset in PRESETS.values() if name in preset.files), "")
    if own:
        return lambda text: iter((own,))
    if name == "pyproject.toml":
        return _by_pyproject
    if name in RUFFS:
        return lambda text: iter((RUFF,) if "format" in _toml(text) else ())
    if name in INI:
        return _by_sections
    if name == HOOKS:
        return _by_hooks
    return _by_list if LISTS.search(path) else None


def _by_pyproject(text: str) -> Iterator[str]:
    whole = _toml(text)
    for preset in PRESETS.values():
        if any(_has_table(whole, name.split(".")) for name in preset.tables):
            yield preset.name
    yield from _needed(_requirements(whole))


def _toml(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def _has_table(whole: Mapping[str, Any], names: list[str]) -> bool:
    return names[-1] in table(whole, *names[:-1])


def _requirements(whole: Mapping[str, Any]) -> Iterator[str]:
    """The requirements for work on the project: extras, groups, those of Poetry, PDM and Hatch."""
    for names in GROUPS:
        for words in table(whole, *names).values():
            yield from (word for word in words if isinstance(word, str)) if isinstance(words, list) else ()
    poetry = table(whole, "tool", "poetry")
    yield from table(poetry, "dev-dependencies")
    for group in table(poetry, "group").values():
        yield from table(group, "dependencies")
    for environment in table(whole, "tool", "hatch", "envs").values():
        words = table({"": environment}, "").get("dependencies")
        yield from (word for word in words if isinstance(word, str)) if isinstance(words, list) else ()


def _by_sections(text: str) -> Iterator[str]:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    sections = set(parser.sections())
    yield from (preset.name for preset in PRESETS.values() if sections.intersection(preset.sections))


def _by_hooks(text: str) -> Iterator[str]:
    ids = {match["id"] for match in HOOK.finditer(text)}
    yield from (preset.name for preset in PRESETS.values() if ids.intersection(preset.hooks))


def _by_list(text: str) -> Iterator[str]:
    yield from _needed(line.partition("#")[0].strip() for line in text.splitlines())


def _needed(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        try:
            name = canonicalize_name(Requirement(word.partition(" --hash")[0].strip()).name)
        except InvalidRequirement:
            continue
        if name in BY_NEED:
            yield name
