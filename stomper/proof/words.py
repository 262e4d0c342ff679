"""What is known about a guess by its fixer and code alone."""

from dataclasses import dataclass

from stomper.grades import Grade


@dataclass(frozen=True, slots=True)
class Word:
    """What stands behind a guess, and `why`. Without a `grade` only types or tests can; `needs` says what would."""

    grade: Grade | None
    why: str = ""
    needs: str = ""


def word_for(fixer: str, tool: str, code: str, applicability: str = "") -> Word:
    """Give what is known about the guesses of a fixer at a code."""
    if fixer in ("ruff", "ruff-format", "suppress") or fixer.startswith("codemods/"):
        return Word(Grade.SAFE)
    return Word(None, needs="a test that runs the line")
