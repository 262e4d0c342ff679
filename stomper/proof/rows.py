"""The rows of the table of words: codes about which the same is known, and what has to be looked at for each change."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from stomper.grades import Grade


class Check(StrEnum):
    """A condition that must hold of a change before a word about its code counts. The value says it to a person."""

    CODE = "the syntax tree is the same"
    DOCS = "nothing reads the docstring"
    ANNOTATIONS = "nothing reads the annotation, and it can be evaluated"
    MEANINGS = "nothing but annotations changes, and nothing reads them"
    IMPORTS = "the imports that go, come or move are those of the list, and nobody asks for their names"
    BUILTINS = "no `import *` gives a built-in name another meaning"
    NAMES = "no code looks at names by their text"
    RUFF = "the project has not told ruff to call more fixes safe"
    BASES = "`object` is the only base, and the class has no keywords"
    SUPER = "the class has no decorator, and its name no other meaning"
    WORDS = "each text that may become a name is in the form in which Python reads names"
    FORMAT = "all arguments but one are constants, or all are constants and names"


@dataclass(frozen=True, slots=True)
class Row:
    """Codes with one reason. `grade` is None where only types or tests stand behind a fix, and `needs` says what.

    `guarded`: it holds for fixers of ours that look at each place, and not for ruff by itself.
    """

    why: str
    codes: frozenset[str]
    grade: Grade | None = None
    needs: str = ""
    checks: frozenset[Check] = frozenset()
    guarded: bool = False


def safe(why: str, codes: str, *checks: Check) -> Row:
    """Make the row of codes whose fixes no program can tell."""
    return Row(why, frozenset(codes.split()), Grade.SAFE, checks=frozenset(checks))


def proved(why: str, codes: str, *checks: Check, guarded: bool = False) -> Row:
    """Make the row of codes of which what could differ is ruled out, by ruff, the fixer or these checks."""
    return Row(why, frozenset(codes.split()), Grade.PROVED, checks=frozenset(checks), guarded=guarded)


def needs(needs: str, why: str, codes: str) -> Row:
    """Make the row of codes behind which nothing but types or tests stand."""
    return Row(why, frozenset(codes.split()), needs=needs)


def by_code(rows: Iterable[Row]) -> dict[str, Row]:
    """Give the row of each code. Raises ValueError for a code that is in two."""
    found: dict[str, Row] = {}
    for row in rows:
        if twice := row.codes & found.keys():
            raise ValueError(f"two rows for {', '.join(sorted(twice))}")
        found |= dict.fromkeys(row.codes, row)
    return found
