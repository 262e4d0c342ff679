"""Say what is known of a fix before it is made: its grade by our words about the fixer, or what would prove it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from stomper.fixers.base import Fixer, is_ours
from stomper.grades import Grade
from stomper.models import Diagnostic
from stomper.proof.grader import ORDER
from stomper.proof.levels import is_enough, level_for
from stomper.proof.ruff_needs import A_TEST
from stomper.proof.words import Word, word_for
from stomper.settings import ProofLevel, ProofSettings


@dataclass(frozen=True, slots=True)
class Foresight:
    """The grade of a fixer's fixes at some diagnostics; None if only what `needs` says can give one.

    It is `sure` if nothing about the change itself can speak against it. `lands` is False if the run asks for more at
    each of the diagnostics.
    """

    grade: Grade | None
    needs: str = ""
    sure: bool = True
    lands: bool = True


def foresee(fixer: Fixer, found: Sequence[Diagnostic], proof: ProofSettings) -> Foresight:
    """Say what is known of the fixes of a fixer at these diagnostics, of which there is at least one."""
    words = [_word(fixer, one) for one in found] if is_ours(fixer) else [Word(None, needs=A_TEST)]
    return weigh(words, {level_for(proof, one.path, one.code) for one in found})


def _word(fixer: Fixer, found: Diagnostic) -> Word:
    return word_for(fixer.name, found.tool, found.code, "safe" if found.fixable else "unsafe")


def weigh(words: Sequence[Word], levels: Collection[ProofLevel]) -> Foresight:
    """Take our words about several places together: the weakest counts. `levels` are asked for at these places."""
    if open_ := [word for word in words if word.grade is None]:
        return Foresight(None, next((word.needs for word in open_ if word.needs), A_TEST))
    grade = max((word.grade for word in words if word.grade is not None), key=ORDER.index)
    sure = not any(word.checks for word in words)
    return Foresight(grade, sure=sure, lands=any(is_enough(grade, level) for level in levels))
