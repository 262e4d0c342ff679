"""What is known of the lines of the base commit, carried over to what earlier attempts made of a file."""

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


def test_new_lines_are_not_run() -> None:
    now = BASE.replace("    return b\n", "    print(b)\n    return b\n")
    runs, imported = carry_over(BASE, now, RUNS, {1, 2})
    assert judge_lines(now, now.replace("print(b)", "print(b, 1)"), runs, imported).unrun == (7,)


def test_nothing_moves_where_nothing_changed() -> None:
    assert carry_over(BASE, BASE, RUNS, {1}) == (RUNS, {1})
