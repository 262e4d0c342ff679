"""The configuration of pytest: which files are one, and the folders that it names as those of the tests."""

import configparser
import tomllib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from stomper.metadata.pyproject import table

ALWAYS = ("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml")
SECTIONS = {"tox.ini": "pytest", "setup.cfg": "tool:pytest", "pytest.ini": "pytest", ".pytest.ini": "pytest"}
CONFIGS = frozenset((*ALWAYS, *SECTIONS, "pyproject.toml"))


def is_configured(name: str, content: bytes) -> bool:
    """Say whether a file of this name makes pytest take its folder for a project's."""
    return name in ALWAYS or _settings(name, content) is not None


def test_places(name: str, content: bytes) -> tuple[str, ...]:
    """The folders with tests that a configuration names, as paths or patterns from its own folder."""
    said = (_settings(name, content) or {}).get("testpaths", ())
    words = said.split() if isinstance(said, str) else [str(word) for word in said] if isinstance(said, list) else []
    return tuple(str(PurePosixPath(word)) for word in words)


test_places.__test__ = False  # type: ignore[attr-defined]  # not one of pytest's


def _settings(name: str, content: bytes) -> Mapping[str, Any] | None:
    """The settings of pytest in a file; None if it has none, or cannot be read."""
    text = content.decode("utf-8-sig", "replace")
    try:
        if not name.endswith(".toml"):
            return _ini(text, SECTIONS[name])
        whole = tomllib.loads(text)
    except (ValueError, configparser.Error):
        return None
    if name != "pyproject.toml":
        return table(whole, "pytest")
    tool = table(whole, "tool").get("pytest")
    return table(tool, "ini_options") or tool if isinstance(tool, Mapping) else None


def _ini(text: str, section: str) -> Mapping[str, str] | None:
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(text)
    return dict(parser[section]) if parser.has_section(section) else None
