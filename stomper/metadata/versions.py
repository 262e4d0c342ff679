"""Pythons by a condition on their version, as PEP 440 or Poetry write it."""

import re
from typing import TypeAlias

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

Python: TypeAlias = tuple[int, int]
"""Major and minor version."""
Condition: TypeAlias = tuple[SpecifierSet, ...]
"""Alternatives, of which one must hold."""

NEWEST: Python = (3, 15)
KNOWN: tuple[Python, ...] = ((2, 7), *((3, minor) for minor in range(NEWEST[1] + 1)))
UNREADABLE: Python = (3, 7)
"""Who says something that cannot be read may mean any Python: what is written for this one is right in all after it."""
PATCHES = range(31)
CARET, TILDE = re.compile(r"^\^\s*([\d.]+)$"), re.compile(r"^~\s*(\d[\d.]*)$")
PLAIN = re.compile(r"^\d[\d.]*(\*)?$")


def read_condition(text: str) -> Condition | None:
    """A condition as PEP 440 has it; None for a text that is none."""
    try:
        return (SpecifierSet(text),)
    except InvalidSpecifier:
        return None


def read_poetry(text: str) -> Condition | None:
    """A condition as Poetry has it (`^3.9`, `~3.8`, `3.10.*`, `~2.7 || ^3.6`); None for a text that is none."""
    found: list[SpecifierSet] = []
    for alternative in re.split(r"\|\|?", text):
        words = [word for word in re.split(r",|\s+(?=[\^~<>=!])", alternative.strip()) if word.strip()]
        try:
            found.append(SpecifierSet(",".join(_pep440(word.strip()) for word in words)))
        except (InvalidSpecifier, InvalidVersion):
            return None
    return tuple(found)


def _pep440(word: str) -> str:
    if word == "*":
        return ""
    if caret := CARET.match(word):
        version = Version(caret[1])
        above = f"{version.major + 1}" if version.major else f"0.{version.minor + 1}"
        return f">={version},<{above}"
    if tilde := TILDE.match(word):
        version = Version(tilde[1])
        return f">={version},<{version.major}.{version.minor + 1}" if "." in tilde[1] else f">={version},<{version}.99"
    return f"=={word}" if PLAIN.match(word) else word


def admitted(condition: Condition) -> tuple[Python, ...]:
    """The Pythons of which some release meets a condition, the oldest first."""
    return tuple(python for python in KNOWN if any(_admits(one, python) for one in condition))


def _admits(specifiers: SpecifierSet, python: Python) -> bool:
    return any(specifiers.contains(f"{python[0]}.{python[1]}.{patch}", prereleases=True) for patch in PATCHES)


def is_open(condition: Condition) -> bool:
    """Say whether a condition sets no lower bound: it says nothing of old Pythons."""
    return any(one.contains("2.0") for one in condition)


def read_python(text: str) -> Python | None:
    """One Python as a tool's setting names it: `3.9`, `py39`, `3.9.18`; None for anything else."""
    match = re.match(r"^\s*(?:py)?(\d)\.?(\d+)(?:\.\d+)?\s*$", text)
    return (int(match[1]), int(match[2])) if match else None
