"""A change judged by the record of lines. The record is that of real tests, made by a tracer of a few lines."""

import sys
import types
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import stomper
from stomper.proof.pieces import is_code
from stomper.proof.statements import Run, judge_lines

NAME = "module_under_test"
SOURCE = '''\
"""Text of the module."""
import os
import re as regex

LIMIT = 3
TWICE = LIMIT * 2
UNREAD = 4


def first(a, b=LIMIT):
    """Text of the function."""
    if a == None:
        return 1
    elif a == 2:
        b = 5
    else:
        b = [
            a,
            TWICE,
        ]
    return b


def never(c=UNREAD):
    return os.sep == c


def on_one_line(d): return d == None


class Box:
    """Text of the class."""

    size = 1
    kind = "box"

    def open(self):
        for n in range(2):
            if n: pass
            if n > 5: self.size = 9
        try:
            return regex.compile("x")
        except ValueError:
            return None


class Shut:
    size = 1


if UNREAD:
    BOUND = 7
else:
    BOUND = 8


def last():
    global BOUND
    x: int
    def inner():
        return 3
    return BOUND
'''
Record = tuple[Mapping[int, frozenset[str]], frozenset[int]]


def trace(do: Callable[[], object]) -> set[int]:
    """The lines of the module that run while something is done."""
    lines = set[int]()

    def local(frame: types.FrameType, event: str, _: Any) -> Any:
        if event == "line":
            lines.add(frame.f_lineno)
        return local

    before = sys.gettrace()
    sys.settrace(lambda frame, *_: local if frame.f_code.co_filename == NAME else None)
    try:
        do()
    finally:
        sys.settrace(before)
    return lines


@pytest.fixture(scope="module")
def record() -> Record:
    module: dict[str, Any] = {"__name__": NAME}
    imported = trace(lambda: exec(compile(SOURCE, NAME, "exec"), module))  # the source is above
    tests = {
        "one": lambda: module["first"](1),
        "two": lambda: module["first"](2),
        "line": lambda: module["on_one_line"](2),
        "box": lambda: module["Box"]().open(),
        "last": lambda: module["last"](),
    }
    runs: dict[int, set[str]] = defaultdict(set)
    for name, test in tests.items():
        for line in trace(test):
            runs[line].add(name)
    return {line: frozenset(names) for line, names in runs.items()}, frozenset(imported)


def judge(record: Record, old: str, new: str) -> Run:
    assert SOURCE.count(old) == 1, f"{old!r} is there {SOURCE.count(old)} times"
    return judge_lines(SOURCE, SOURCE.replace(old, new), *record)


@pytest.mark.parametrize(
    ("old", "new", "tests"),
    [
        pytest.param("a == None:", "a is None:", "one two", id="header of a branch"),
        pytest.param("a == 2", "a == 2.0", "one two", id="elif"),
        pytest.param("b = 5", "b = 6", "two", id="branch"),
        pytest.param("    else:\n        b = [", "    else:\n        b = list[", "one", id="else"),
        pytest.param("            a,\n", "            a + 0,\n", "one", id="inside of a statement"),
        pytest.param("            TWICE,\n", "            TWICE,\n            1,\n", "one", id="added to a statement"),
        pytest.param("b=LIMIT", "b=(LIMIT)", "one two", id="default argument"),
        pytest.param("def first(a,", "def first(a: int,", "one two", id="annotation"),
        pytest.param("def first", "@cache\ndef first", "one two", id="decorator"),
        pytest.param("Text of the function.", "Text.", "one two", id="docstring of a function"),
        pytest.param("Text of the class.", "Text.", "box", id="docstring of a class"),
        pytest.param("LIMIT = 3", "LIMIT = 4", "one two", id="name that a default reads"),
        pytest.param("TWICE = LIMIT * 2", "TWICE = 6", "one", id="name that a function reads"),
        pytest.param("import re as regex", "import re, sys as regex", "box", id="import"),
        pytest.param("class Box:", "class Box(object):", "box", id="bases of a class"),
        pytest.param('kind = "box"', "kind = 'box'", "box", id="field of a class with a method"),
        pytest.param("    def open", "    @cached\n    def open", "box", id="decorator of a method"),
        pytest.param("range(2)", "range(3)", "box", id="header of a loop"),
        pytest.param("        try:\n", "        try:  # now\n            pass\n", "box", id="first in a try"),
        pytest.param("if UNREAD:", "if UNREAD is not None:", "last", id="header on the level of the module"),
        pytest.param("BOUND = 7", "BOUND = 70", "last", id="branch on the level of the module"),
        pytest.param("x: int", "x: str", "last", id="statement without code"),
        pytest.param("    return BOUND", "    y = 1\n    return BOUND", "last", id="insertion"),
        pytest.param("    return b\n", "    return b  # so\n    print()\n", "one two", id="insertion at the end"),
        pytest.param("return d == None", "return d is None", "line", id="function on one line"),
    ],
)
def test_tested(old: str, new: str, tests: str, record: Record) -> None:
    run = judge(record, old, new)
    assert (run.unrun, run.tests, run.is_tested) == ((), frozenset(tests.split()), True)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        pytest.param("return 1", "return 1.0", "return 1", id="branch that is not taken"),
        pytest.param("        return 1\n", "        print()\n        return 1\n", "return 1", id="insertion there"),
        pytest.param("os.sep == c", "os.sep is c", "os.sep", id="function that is not called"),
        pytest.param("c=UNREAD", "c=None", "def never", id="its default argument"),
        pytest.param("import os\n", "from os import path as os\n", "import os", id="import for it"),
        pytest.param("UNREAD = 4", "UNREAD: int = 4", "", id="name that nothing reads, but for a branch"),
        pytest.param("Shut:\n    size", "Shut:\n    length", "Shut:\n    size", id="field that no method stands by"),
        pytest.param("self.size = 9", "self.size = 10", "if n > 5", id="branch on the line of its header"),
        pytest.param("except ValueError:", "except Exception:", "except", id="handler that is not entered"),
        pytest.param("            return None", "            return 0", "            return None", id="in a handler"),
        pytest.param("BOUND = 8", "BOUND = 80", "BOUND = 8", id="other branch of the module"),
        pytest.param("return 3", "return 4", "return 3", id="function in a function"),
        pytest.param("def inner():", "def inner(*a):", "def inner", id="header of that"),
        pytest.param('"""Text of the module."""', '"""Text."""', '"""Text of the module', id="docstring of a module"),
    ],
)
def test_untested(old: str, new: str, line: str, record: Record) -> None:
    run = judge(record, old, new)
    if not line:  # BOUND depends on it
        assert run.tests == {"last"}
        return
    at = SOURCE[: SOURCE.index(line) + len(line)].count("\n") + 1
    assert (run.unrun, run.is_tested) == ((at,), False)


def test_a_change_of_comments_has_no_statements(record: Record) -> None:
    assert judge(record, "LIMIT = 3\n", "# one\nLIMIT = 3\n\n# two\n") == Run()
    assert judge_lines("x = 1\n# old\n", "x = 1\n# new\n", {}, ()) == Run()


def test_no_change() -> None:
    assert judge_lines(SOURCE, SOURCE, {}, ()) == Run()


@pytest.mark.parametrize(("before", "after"), [("x = (\n", "x = 1\n"), ("x = 1\n", "x = (\n"), ("", "x = 1\n")])
def test_what_cannot_be_read_is_not_run(before: str, after: str) -> None:
    assert judge_lines(before, after, {1: {"a"}}, {1}).unrun == (1,)


def test_a_local_name_hides_that_of_the_module() -> None:
    source = "X = 1\ndef f(X):\n    return X\ndef g():\n    return X\n"
    runs = {3: {"hidden"}, 5: {"seen"}}
    assert judge_lines(source, source.replace("X = 1", "X = 2"), runs, {1, 2, 4}).tests == {"seen"}


def test_one_statement_that_is_not_run_is_named_beside_those_that_are(record: Record) -> None:
    after = SOURCE.replace("== None", "is None").replace("os.sep == c", "os.sep is c")
    run = judge_lines(SOURCE, after, *record)
    assert run.tests == {"one", "two", "line"}
    assert run.unrun == (SOURCE[: SOURCE.index("os.sep")].count("\n") + 1,)


def test_whether_any_of_it_runs_outside_of_tests(record: Record) -> None:
    assert judge(record, "LIMIT = 3", "LIMIT = 4").outside
    assert judge(record, "def first(a,", "def first(a: int,").outside
    assert not judge(record, "a == None:", "a is None:").outside


def test_a_lambda_on_the_level_of_a_module_counts_by_its_name() -> None:
    source = "KEY = lambda y: (\n    y == None)\ndef f():\n    return KEY(1)\n"
    change = source.replace("y == None", "y is None")
    assert judge_lines(source, change, {2: {"t"}, 4: {"t"}}, {1, 3}).is_tested
    assert not judge_lines(source, change, {}, {1, 3}).is_tested


@pytest.mark.parametrize("file", sorted(Path(stomper.__file__).parent.glob("proof/p*.py")), ids=lambda file: file.name)
def test_every_line_of_code_can_be_changed(file: Path) -> None:
    text = file.read_text()
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if is_code(line):
            less, more = [*lines[:number], *lines[number + 1 :]], [*lines[:number], line + "  ", *lines[number + 1 :]]
            assert judge_lines(text, "\n".join(less), {}, ()).unrun
            judge_lines(text, "\n".join(more), {}, ())


def test_an_import_that_nobody_reads_is_run_with_its_file() -> None:
    before = "import requests\n\n\ndef f():\n    return 1\n"
    after = before.replace("import requests\n", "")
    assert judge_lines(before, after, {5: {"one"}}, {1, 4}).is_tested
    assert not judge_lines(before, after, {}, {1, 4}).is_tested
    assert not judge_lines(before, after, {5: {"one"}}, {4}).is_tested


BRANCH = "def f(x):\n    if x:\n        a()\n    else:\n        b()\n    return x\n"


@pytest.mark.parametrize(
    ("after", "is_tested"),
    [
        (BRANCH.replace("else:", "elif q():"), False),
        (BRANCH.replace("    else:\n", "    elif q():\n        c()\n    else:\n"), False),
        (BRANCH.replace("    return x\n", "    c()\n    return x\n"), True),
    ],
)
def test_a_branch_that_is_added_is_run_by_no_test(after: str, is_tested: bool) -> None:
    runs = {line: {"test"} for line in (2, 3, 6)}
    assert judge_lines(BRANCH, after, runs, {1}).is_tested is is_tested


def test_what_is_added_behind_a_branch_need_not_be_reached() -> None:
    before = "def f(x):\n    if x:\n        return 1\n"
    runs = {line: {"test"} for line in (2, 3)}
    assert not judge_lines(before, before + "    return c()\n", runs, {1}).is_tested
