"""Find what the configuration of tools names outside of the repository by a full path.

What a relative path names there lies around a worktree (`stomper.workspace.configuration_above`). A full path leads a
tool there by itself: `extend = "/etc/ruff.toml"`, `mypy_path = "~/stubs"`.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from stomper.disk.parse import parse_toml
from stomper.metadata.config_files import QUOTED, Text, read_text

FULL = ("/", "~", "$")
WORD = re.compile(r"[\w.+@/~${}-]+")
MOST_FILES = 100


def without_ours(text: Text) -> str:
    """The text of a configuration file without Stomper's own tables, whose paths are settings and for no other tool."""
    name = text.path.rpartition("/")[2]
    if name == "stomper.toml":
        return ""
    if name != "pyproject.toml" or "tool.stomper" not in text.content:
        return text.content
    try:
        tables = parse_toml(text.content)
        return repr({**tables, "tool": {**tables["tool"], "stomper": None}})
    except (ValueError, KeyError, TypeError):
        return text.content


def named_by(texts: Iterable[str], top: Path) -> tuple[Path, ...]:
    """Give the files and folders outside of `top` that these texts name, and those that the files among them name."""
    found: dict[Path, None] = {}
    pending = list(texts)
    while pending and len(found) < MOST_FILES:
        for place in _places(pending.pop(), top):
            if place not in found:
                found[place] = None
                pending += [read_text(place)] if place.is_file() else []
    return tuple(sorted(found))


def _places(text: str, top: Path) -> Iterator[Path]:
    for word in sorted({*QUOTED.findall(text), *WORD.findall(text)}):
        if not word.startswith(FULL):
            continue
        place = os.path.normpath(_expanded(word))
        if place.strip("/") and os.path.isabs(place) and _is_there(place) and not Path(place).is_relative_to(top):  # noqa: PTH117  # text, as given
            yield Path(place)


def _expanded(word: str) -> str:
    """A word with the user's variables and home folder in it, as tools read it."""
    return os.path.expanduser(os.path.expandvars(word))  # noqa: PTH111  # text, as given


def _is_there(place: str) -> bool:
    try:
        return os.path.lexists(place)
    except ValueError:
        return False
