"""A change that no program can tell is told from one that some program can."""

import pytest

from stomper.proof.same_program import same_program

SAME = {
    "a comment": ("x = 1\n", "x = 1  # one\n"),
    "white space": ("x=( 1,2 )\n", "x = (1, 2)\n"),
    "quotes": ("x = 'a'\n", 'x = "a"\n'),
    "redundant parentheses": ("if (x):\n    pass\n", "if x:\n    pass\n"),
    "texts in a row": ("x = 'a' 'b'\n", "x = 'ab'\n"),
    "an encoding": ("# coding: latin-1\nx = 'a'\n", "x = 'a'\n"),
    "a comment in a script": ("#!/bin/sh\r\nx = 1\r\n", "#!/bin/sh\nx = 1  # one\n"),
    "line ends": ("x = 1\r\n", "x = 1\n"),
}
OTHER = {
    "an operator": ("x == None\n", "x is None\n"),
    "a docstring": ('"""One."""\n', '"""Two."""\n'),
    "an annotation": ("def f(): ...\n", "def f() -> None: ...\n"),
    "an order": ("import a\nimport b\n", "import b\nimport a\n"),
    "a kind of number": ("x = 1\n", "x = 1.0\n"),
    "a truth": ("x = 1\n", "x = True\n"),
    "the program that runs it": ("#!/usr/bin/python2\nx = 1\n", "#!/usr/bin/python3\nx = 1\n"),
    "a program that ran it not": ("\n#!/usr/bin/python\nx = 1\n", "#!/usr/bin/python\nx = 1\n"),
    "the packages it runs with": ("# /// script\n# dependencies = ['a']\n# ///\n", "# /// script\n# ///\n"),
    "something that does not parse": ("x = (\n", "x = ((\n"),
}


@pytest.mark.parametrize("what", SAME)
def test_the_same(what: str) -> None:
    before, after = SAME[what]
    assert same_program("a.py", before.encode(), after.encode())


@pytest.mark.parametrize("what", OTHER)
def test_another(what: str) -> None:
    before, after = OTHER[what]
    assert not same_program("a.py", before.encode(), after.encode())


@pytest.mark.parametrize(("path", "same"), [("a.pyi", True), ("a.md", True), ("a.txt", False), ("a.toml", False)])
def test_files_that_are_not_programs(path: str, same: bool) -> None:
    assert same_program(path, b"x: int\n", b"x: str\n") is same
