"""The words about a guess that its fixer and code alone decide."""

from dataclasses import dataclass
from functools import cache

from stomper.grades import Grade
from stomper.proof.fixer_rows import FIXERS
from stomper.proof.rows import Check, Row, by_code
from stomper.proof.ruff_needs import A_TEST, NEEDS
from stomper.proof.ruff_safe import PROVED, SAFE

BY_RUFF = frozenset({"ruff", "ruff-unsafe", "ruff-format", "demo"})
UNKNOWN = "nothing is known about what it changes"
OTHERS = "ruff calls this fix unsafe, and nothing has looked at the place"


@dataclass(frozen=True, slots=True)
class Word:
    """The ground of a guess, and `why`. Without a `grade` only types or tests can; `needs` says what would.

    A grade counts only if all `checks` hold of the change (`stomper.proof.checks`).
    """

    grade: Grade | None
    why: str = ""
    needs: str = ""
    checks: frozenset[Check] = frozenset()


def word_for(fixer: str, tool: str, code: str, applicability: str = "") -> Word:
    """Give what is known about the guesses of a fixer at a tool's code, an unknown one included.

    `applicability` is ruff's own word about a fix, if it is known: "unsafe" is what `--unsafe-fixes` makes.
    """
    if fixer in FIXERS:
        return _word(FIXERS[fixer])
    row = ruff_rows().get(code) if fixer in BY_RUFF and tool == "ruff" else None
    if row is None:
        return Word(None, UNKNOWN, A_TEST)
    alone = fixer in ("ruff", "demo")
    if (alone and row.guarded) or (applicability == "unsafe" and Check.RUFF in row.checks):
        return Word(None, OTHERS, A_TEST)
    return _word(row)


def _word(row: Row) -> Word:
    return Word(row.grade, row.why, row.needs, row.checks)


@cache
def ruff_rows() -> dict[str, Row]:
    """Give the row of each code that ruff has a fix for."""
    return by_code((*SAFE, *PROVED, *NEEDS))
