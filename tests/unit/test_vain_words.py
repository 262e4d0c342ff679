"""What is left of a file, and no attempt says why: who was there for it, and what nobody is there for."""

import pytest

from stomper.attempts import Attempt, AttemptResult
from stomper.worker.vain_words import why_nobody_fixed


def tried(fixer: str, *left: str, result: AttemptResult = AttemptResult.NO_CHANGE) -> Attempt:
    return Attempt(fixer, result, 3, 3, 0.1, left_codes=left)


KEPT = AttemptResult.KEPT
CASES = {
    "nobody": ([], ["B", "A"], "no fixer has a fix for A, B"),
    "for something else": ([tried("ruff", "C")], ["A"], "no fixer has a fix for A"),
    "one": ([tried("annotate", "A")], ["A"], "A left; annotate tried A and changed nothing"),
    "two of the same": (
        [tried("annotate", "A"), tried("annotate-used", "A"), tried("annotate", "A")],
        ["A"],
        "A left; annotate, annotate-used tried A and changed nothing",
    ),
    "some of it": (
        [tried("ruff", "A", result=KEPT)],
        ["A", "B"],
        "A, B left; ruff fixed only some of A; no fixer has a fix for B",
    ),
    "some of it, and then nothing": (
        [tried("ruff", "A", result=KEPT), tried("ruff", "A")],
        ["A"],
        "A left; ruff tried A and changed nothing",
    ),
    "many": (
        [tried(str(n), f"{n}") for n in range(5)],
        [f"{n}" for n in range(5)],
        (
            "0, 1, 2, 3, 4 left; 0 tried 0 and changed nothing; 1 tried 1 and changed nothing;"
            " 2 tried 2 and changed nothing and 2 more"
        ),
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
