"""Tell addresses of git from paths, and give repositories names."""

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from stomper.errors import UsageError
from stomper.git.remotes import NAMED, SHORT, shown_remote
from stomper.text.printable import printable
from stomper.text.redact import hidden

FILE = "file://"
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
SEPARATOR = re.compile(r"[/:\\]+")
LONGEST = 80  # characters of a name, which is a folder's


def is_address(text: str) -> bool:
    """Say whether a text is an address of git, and no path of this machine."""
    return SCHEME.match(text) is not None or SHORT.fullmatch(text) is not None


def source_of(text: str, folder: Path) -> str:
    """Give an address as it is, a path as an absolute one, from `folder` on. Raises UsageError for neither."""
    if text.startswith("-") or "\0" in text or "::" in text.partition("/")[0]:
        raise UsageError(f"'{printable(text)}' is neither an address of git nor a path")
    if is_address(text):
        return text
    return os.path.abspath(folder / os.path.expanduser(text))  # noqa: PTH100, PTH111  # links must stay as they are


def shown_source(source: str) -> str:
    """Give a source as a report may show it: an address without its password, a path as it is."""
    return shown_remote(source) or hidden(source) if is_address(source) else source


def secrets_of(source: str) -> list[str]:
    """Give the words of an address that nobody else may see: a password, and a name that stands before a host."""
    if not SCHEME.match(source):
        return []
    try:
        parts = urlsplit(source)
    except ValueError:
        return []
    words = [parts.password, *([] if parts.scheme.lower() in NAMED else [parts.username])]
    return [text for word in words if word for text in (word, unquote(word))]


def names_for(sources: Sequence[str]) -> list[str]:
    """Give a name to each source: its last part, with the one before if several end so, with a number at last."""
    short = [_name(source, 1) for source in sources]
    many = Counter(map(str.lower, short))
    longer = [_name(source, 2) if many[name.lower()] > 1 else name for source, name in zip(sources, short, strict=True)]
    return numbered(longer)


def numbered(names: Sequence[str]) -> list[str]:
    """Give names of which no two are the same, also where capitals do not count."""
    taken, found = set[str](), list[str]()
    for name in names:
        number, fit = 1, name
        while fit.lower() in taken:
            number += 1
            fit = f"{name}-{number}"
        taken.add(fit.lower())
        found.append(fit)
    return found


def fit_name(text: str) -> str:
    """Make a name that a folder can have out of any text."""
    return UNFIT.sub("-", text)[:LONGEST].strip(".-") or "repository"


def _name(source: str, parts: int) -> str:
    path = source.partition("?")[0].rstrip("/").removesuffix(".git").rstrip("/")
    words = [word for word in SEPARATOR.split(path) if word]
    return fit_name("-".join(words[-parts:]))
