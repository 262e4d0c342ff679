"""Annotate what somebody may read who is given it: nothing but tests that run both say that it makes no difference."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stomper.fixers.annotate.fixer import CLAIMS, AnnotateFixer
from stomper.models import Diagnostic

if TYPE_CHECKING:
    from stomper.fixers.annotations.safe_rewrite import Judge

NAME = "annotate-used"


@dataclass(frozen=True, slots=True)
class AnnotateUsedFixer(AnnotateFixer):
    """Annotates as `annotate` does, but only what that leaves because something may read it that tests can run.

    That is whoever is given a function, and code of the project that reads annotations. Decorators, base classes and
    checks that the configuration asks for stay readers. No word of ours stands behind it.
    """

    name: str = NAME

    @property
    def lenient(self) -> bool:
        return True

    def guesses(self, diagnostics: Sequence[Diagnostic]) -> tuple[frozenset[tuple[str, str]], ...]:
        return (CLAIMS,)

    def _unread(self, judge: "Judge", wanted: list[Diagnostic], kept: list[str]) -> list[Diagnostic]:
        strict = replace(judge, lenient=False, _readers=None)
        return [one for one in wanted if strict.readers.at(one.line) and not judge.readers.at(one.line)]
