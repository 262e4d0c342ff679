"""Proof by the code of a file itself: what ruff changes at a place, and annotations that nobody reads."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from stomper.fixers.annotations.surroundings import Surroundings
from stomper.fixers.place_doubts import CODES, doubts_of
from stomper.models import Diagnostic
from stomper.proof import by_evaluation

RUFFS = frozenset({"ruff", "ruff-unsafe"})
"""The fixers that make what ruff proposes."""


def doubts_at(fixer: str, root: Path, path: str, text: str, places: Sequence[Diagnostic]) -> Mapping[Diagnostic, str]:
    """Say of places that ruff would change what a program could tell, '' if nothing; nothing of those not known."""
    known = [found for found in places if fixer in RUFFS and found.tool == "ruff" and found.code in CODES]
    doubts = doubts_of(text, root, path) if known else None
    return {found: doubts.why_not(found.code, found.line) for found in known} if doubts else {}


def is_proved(
    fixer: str,
    root: Path,
    path: str,
    texts: tuple[str, str],
    about: Sequence[Diagnostic],
    around: Surroundings,
    scratch: Path,
) -> bool:
    """Say whether a change by ruff, from one text to another, is known to change nothing that a program can tell.

    `about` are the diagnostics that it took away, `around` and `scratch` what annotations are evaluated in.
    """
    codes = {found.code for found in about if found.tool == "ruff"}
    if fixer not in RUFFS or len(codes) == 0 or any(found.tool != "ruff" for found in about):
        return False
    before, after = texts
    if codes <= by_evaluation.CODES:
        return by_evaluation.why_not(root, path, before, after, around, scratch) == ""
    doubts = doubts_at(fixer, root, path, before, about)
    return all(doubts.get(found) == "" for found in about)
