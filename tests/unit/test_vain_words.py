"""What is left of a file, and no attempt says why: who was there for it, and what nobody is there for."""

import pytest

from stomper.attempts import Attempt, AttemptResult, CodeTally
from stomper.worker.vain_words import why_nobody_fixed

KEPT = AttemptResult.KEPT


def tried(fixer: str, *left: str, result: AttemptResult = AttemptResult.NO_CHANGE) -> Attempt:
    return Attempt(fixer, result, 3, 3, 0.1, left_codes=left, codes=(CodeTally("t", "A", 2, int(result is KEPT)),))


CASES = {
    "nobody": ([], ["B", "A"], "no fixer has a fix for A, B"),
    "for something else": ([tried("ruff", "C")], ["A"], "no fixer has a fix for A"),
    "one": ([tried("annotate", "A")], ["A"], "A left; annotate found no fix for A"),
    "two of the same": (
        [tried("annotate", "A"), tried("annotate-used", "A"), tried("annotate", "A")],
        ["A"],
        "A left; annotate, annotate-used found no fix for A",
    ),
    "some of it": (
        [tried("ruff", "A", result=KEPT)],
        ["A", "B"],
        "A, B left; ruff fixed only some of A; no fixer has a fix for B",
    ),
    "something else only": ([tried("eslint", "B", result=KEPT)], ["B"], "B left; eslint found no fix for B"),
    "some of it, and then nothing": (
        [tried("ruff", "A", result=KEPT), tried("ruff", "A")],
        ["A"],
        "A left; ruff found no fix for A",
    ),
    "many": (
        [tried(str(n), f"{n}") for n in range(5)],
        [f"{n}" for n in range(5)],
        ("0, 1, 2, 3, 4 left; 0 found no fix for 0; 1 found no fix for 1; 2 found no fix for 2 and 2 more"),
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_words(what: str) -> None:
    attempts, left, words = CASES[what]
    assert why_nobody_fixed(left, attempts) == words


def test_what_broke_tests_before_was_not_without_a_fix() -> None:
    barred = frozenset({("ruff", "A"), ("other", "C"), ("agent", "")})
    words = "A, B left; ruff broke tests by A and is not tried again; no fixer has a fix for B"
    assert why_nobody_fixed(["A", "B"], [], barred) == words
