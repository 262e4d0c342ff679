"""Which fix landed on which grade, what the gate took out, and how a commit says it."""

from dataclasses import replace
from typing import Any

import pytest

from stomper.grades import Credit, Dropped, Grade, Part, Withheld
from stomper.landing.credits import credits_of, fixed_grades, grades_in
from stomper.landing.not_landed import dropped_of, guilty_in, still_withheld
from stomper.models import (
    Attempt,
    AttemptResult,
    CodeTally,
    Diagnostic,
    Fixed,
    Outcome,
    Partial,
    Patch,
    Skipped,
    Step,
    Suppressed,
    Timing,
    Unchanged,
)
from tests.kit.words import commit_message

SAFE, PROVED, TESTED, UNPROVED = Grade
TIMING = Timing(0, 1, 1)
NO_PATCH = Patch(b"", ())


def seen(code: str, line: int = 1, tool: str = "ruff") -> Diagnostic:
    return Diagnostic(tool, code, f"{code} is bad", "a.py", line, 1)


def tried(fixer: str, grade: Grade | None, result: AttemptResult = AttemptResult.KEPT, **codes: int) -> Attempt:
    tallies = tuple(CodeTally("ruff", code, count + 1, count) for code, count in codes.items())
    return Attempt(fixer, result, 9, 1, 0.1, codes=tallies, grade=grade)


def credit(fixer: str, grade: Grade | None, **codes: int) -> Credit:
    return Credit(fixer, grade, tuple(("ruff", code, count) for code, count in codes.items()))


def part(fixer: str, grade: Grade, **codes: int) -> Part:
    return Part(fixer, grade, credit(fixer, grade, **codes).codes, ())


def fixed(*attempts: Attempt, parts: tuple[Part, ...] = ()) -> Fixed:
    return Fixed(path="a.py", before=(), attempts=attempts, timing=TIMING, patch=NO_PATCH, parts=parts)


# --- shared out


@pytest.mark.parametrize(
    ("counts", "credits", "expected"),
    [
        ({}, (), {}),
        ({"A1": 2}, (credit("ruff", None, A1=2),), {}),
        ({"A1": 2}, (credit("ruff", SAFE, A1=2),), {"A1": {SAFE: 2}}),
        ({"A1": 3}, (credit("a", TESTED, A1=1), credit("b", SAFE, A1=2)), {"A1": {SAFE: 2, TESTED: 1}}),
        # Comments silence the rest of what this one says: that is not fixed.
        ({"A1": 1}, (credit("a", TESTED, A1=1), credit("suppress", SAFE, A1=4)), {"A1": {TESTED: 1}}),
        # Nobody was asked for B2, and it went with one of them.
        ({"A1": 1, "B2": 1}, (credit("a", SAFE, A1=1), credit("b", PROVED)), {"A1": {SAFE: 1}, "B2": {PROVED: 1}}),
        ({"A1": 2}, (credit("a", None, A1=1), credit("b", SAFE, A1=1)), {"A1": {SAFE: 2}}),
    ],
)
def test_the_fixed_are_shared_out(
    counts: dict[str, int], credits: tuple[Credit, ...], expected: dict[str, dict[Grade, int]]
) -> None:
    assert fixed_grades(counts, credits) == expected


def test_credits_are_of_what_stays() -> None:
    attempts = (tried("ruff", SAFE, A1=2), tried("bold", UNPROVED, AttemptResult.WITHHELD, B2=1))
    assert credits_of(attempts) == (credit("ruff", SAFE, A1=2),)
    assert credits_of(attempts, (part("ruff", SAFE, A1=1),)) == (credit("ruff", SAFE, A1=1),)


# --- said in a commit


@pytest.mark.parametrize(
    ("attempts", "line"),
    [
        ((tried("ruff", None, A1=3),), "- A1 (ruff): 3"),
        ((tried("ruff", SAFE, A1=3),), "- A1 (ruff): 3"),
        ((tried("ruff", TESTED, A1=3),), "- A1 (ruff): 3, tested"),
        ((tried("ruff", SAFE, A1=2), tried("bold", TESTED, A1=1)), "- A1 (ruff): 3, of them 1 tested"),
        (
            (tried("a", PROVED, A1=1), tried("b", TESTED, A1=1), tried("c", UNPROVED, A1=1)),
            "- A1 (ruff): 3, of them 1 proved, 1 tested, 1 unproved",
        ),
    ],
)
def test_a_commit_names_the_grade_unless_all_is_safe(attempts: tuple[Attempt, ...], line: str) -> None:
    step = Step((seen("A1"), seen("A1"), seen("A1")), (), NO_PATCH, attempts)
    words = commit_message("a.py", step, "run-1", "plain").splitlines()
    assert words[2] == line
    assert words[4:] == ["Stomper-Run: run-1", *(f"Stomper-Fixer: {attempt.fixer}" for attempt in attempts)]


def test_a_commit_names_only_what_the_gate_left() -> None:
    step = Step(
        (seen("A1"), seen("B2")), (seen("B2"),), NO_PATCH, (tried("ruff", SAFE, A1=1), tried("bold", TESTED, B2=1))
    )
    words = commit_message("a.py", step, "run-1", "plain", (part("ruff", SAFE, A1=1),))
    assert words.endswith("- A1 (ruff): 1\n\nStomper-Run: run-1\nStomper-Fixer: ruff\n")


# --- taken out


BEFORE = (seen("A1", 1), seen("A1", 2), seen("B2", 3), seen("C3", 4))
LANDED = (part("a", SAFE, A1=2), part("b", TESTED, B2=1), part("c", TESTED, C3=1))


def of_three(after: tuple[Diagnostic, ...], *parts: Part) -> Fixed | Partial:
    """What three attempts led to, with this left."""
    facts: Any = {"path": "a.py", "before": BEFORE, "attempts": (), "timing": TIMING, "patch": NO_PATCH, "parts": parts}
    return Partial(**facts, after=after, reason="") if after else Fixed(**facts)


def test_a_file_that_tests_reject_in_the_worker_is_dropped_whole() -> None:
    outcome = fixed(tried("a", SAFE, A1=1), tried("b", TESTED, AttemptResult.WORSE, B2=1)).rejected("tests", ("t",))
    assert dropped_of(outcome) == (Dropped("a", (("ruff", "A1", 1),), (), ("t",), SAFE),)
    assert dropped_of(fixed(tried("a", SAFE, A1=1))) == ()


def test_an_outcome_has_the_grades_of_what_it_fixes() -> None:
    assert grades_in(of_three(BEFORE[2:3], LANDED[0], LANDED[2])) == {"A1": {SAFE: 2}, "C3": {TESTED: 1}}
    assert grades_in(of_three((), *LANDED).rejected("", ())) == {}


def test_guilt_is_known_of_a_part_and_not_of_several_that_went_together() -> None:
    guilty, fell = Dropped("a", (("ruff", "A1", 1),), (), ("t",)), Dropped("b", (("ruff", "B2", 1),), (), ())
    one, two = tried("a", SAFE, A1=1), tried("b", TESTED, B2=1)
    assert guilty_in(replace(fixed(one, two), dropped=(guilty, fell))) == (guilty,), "the other one only fell with it"
    assert [part.fixer for part in guilty_in(fixed(one).rejected("tests", ("t",)))] == ["a"]
    assert guilty_in(fixed(one, two).rejected("tests", ("t",))) == (), "one of the two did it"


# --- withheld

WITHHELD = (
    Withheld("bold", "ruff", "A1", 7, "a test"),
    Withheld("bold", "ruff", "A1", 3, "a test"),
    Withheld("bolder", "ruff", "A1", 3, "a test"),
    Withheld("bold", "ruff", "B2", 3, "a test"),
)


def test_a_guess_is_withheld_once_for_each_diagnostic_that_is_left() -> None:
    before = (seen("A1", 3), seen("A1", 7), seen("B2", 3))
    facts: Any = {"path": "a.py", "before": before, "attempts": (), "timing": TIMING, "withheld": WITHHELD}
    cases: dict[Outcome, tuple[tuple[str, int], ...]] = {
        Unchanged(**facts, reason=""): (("A1", 3), ("B2", 3), ("A1", 7)),
        Partial(**facts, after=before[2:], patch=NO_PATCH, reason=""): (("B2", 3),),
        Fixed(**facts, patch=NO_PATCH): (),
        Suppressed(**facts, suppressed=before, patch=NO_PATCH): (),
        Skipped(path="a.py", before=before, reason=""): (),
    }
    for outcome, expected in cases.items():
        assert tuple((guess.code, guess.line) for guess in still_withheld(outcome)) == expected
        assert all(guess.fixer == "bold" for guess in still_withheld(outcome))
