"""What is known of the lines of the base commit, carried over to what earlier attempts made of a file."""

import pytest

from stomper.proof.carried_lines import carry_over
from stomper.proof.statements import judge_lines

BASE = "import os\ndef f(a):\n    if a:\n        b = 1\n    else:\n        b = 2\n    return b\n"
RUNS = {3: {"one", "two"}, 4: {"one"}, 6: {"two"}, 7: {"one", "two"}}


def test_lines_move() -> None:
    runs, imported = carry_over(BASE, "import re\n" + BASE, RUNS, {1, 2})
    assert dict(runs) == {4: {"one", "two"}, 5: {"one"}, 7: {"two"}, 8: {"one", "two"}}
    assert (set(imported), len(runs)) == ({2, 3}, 4)


def test_a_line_in_the_place_of_another_counts_as_that() -> None:
    now = BASE.replace("b = 1", "b = int(1)")
    runs, imported = carry_over(BASE, now, RUNS, {1, 2})
    assert judge_lines(now, now.replace("int(1)", "(1)"), runs, imported).tests == {"one"}


def test_a_line_in_the_place_of_several_counts_by_the_tests_that_run_all() -> None:
    now = "import os\ndef f(a):\n    b = 1 if a else 2\n    return b\n"
    runs, _ = carry_over(BASE, now, RUNS, {1, 2})
    assert 3 not in runs or runs[3] == frozenset()
    assert runs[4] == {"one", "two"}


MERGED = [
    (
        (
            "def f(x, y):\n    if x:\n        return 1\n    else:\n"
            "        if y:\n            return y == None\n        return 3\n"
        ),
        "def f(x, y):\n    if x:\n        return 1\n    if y:\n        return y == None\n    return 3\n",
        (2, 3, 5, 7),
    ),
    (
        "def f(x, y):\n    if x:\n        z = 1\n    else:\n        z = y == None\n    return z\n",
        "def f(x, y):\n    z = 1 if x else y == None\n    return z\n",
        (2, 3, 6),
    ),
]


@pytest.mark.parametrize(("base", "now", "run"), MERGED)
def test_what_was_merged_with_a_branch_that_no_test_takes_is_not_run(base: str, now: str, run: tuple[int, ...]) -> None:
    after = now.replace("== None", "is None")
    runs = {line: {"one"} for line in run}
    assert not judge_lines(now, after, *carry_over(base, now, runs, {1})).is_tested
    every = {line: {"one"} for line, text in enumerate(base.split("\n"), 1) if text and "else" not in text}
    assert judge_lines(now, after, *carry_over(base, now, every, {1})).is_tested


def test_new_lines_are_not_run() -> None:
    now = BASE.replace("    return b\n", "    print(b)\n    return b\n")
    runs, imported = carry_over(BASE, now, RUNS, {1, 2})
    assert judge_lines(now, now.replace("print(b)", "print(b, 1)"), runs, imported).unrun == (7,)


def test_nothing_moves_where_nothing_changed() -> None:
    assert carry_over(BASE, BASE, RUNS, {1}) == (RUNS, {1})
