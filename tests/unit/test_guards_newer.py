"""The guards on files of newer Pythons than ours, and on those that nobody can read."""

import dataclasses
import json

import pytest

from stomper.guards import judge_change
from stomper.settings import GuardSettings
from tests.kit.newer import NEWER, UNREADABLE

STRICT = GuardSettings()
TEST = """import os

import pytest

x = pytest


def test_one():
    total = 1
    assert total == 1
    assert total == 1.0


def test_two():
    assert x
"""
CHEATS = {
    "deletes assertions": (("    assert total == 1.0\n", ""), "removes 1 assertion"),
    "empties a test": (("    assert total == 1\n    assert total == 1.0\n", "    pass\n"), "removes 2 assertions"),
    "skips": (("def test_two", "@pytest.mark.skip\ndef test_two"), "skips a test: skip"),
    "removes": (("def test_two", "def check_two"), "removes a test: test_two"),
    "noqa": (("import os\n", "import os  # noqa: F401\n"), "adds a suppression: noqa[F401]"),
    "ignore": (("x = pytest", "x = pytest  # type: ignore"), "adds a suppression: type: ignore"),
}


def said(path: str, before: bytes, after: bytes, settings: GuardSettings = STRICT) -> list[tuple[str, str]]:
    return [(refusal.policy, refusal.text) for refusal in judge_change(path, before, after, settings)]


@pytest.mark.parametrize("syntax", NEWER)
@pytest.mark.parametrize("path", ["test_a.py", "a.py"])
def test_cheats_in_newer_syntax_are_seen(path: str, syntax: str) -> None:
    before = f"{TEST}\n\n{NEWER[syntax]}"
    for (old, new), words in CHEATS.values():
        seen = said(path, before.encode(), before.replace(old, new).encode())
        assert [text for policy, text in seen if policy == "reject" and text.startswith(words)], words


@pytest.mark.parametrize("syntax", NEWER)
def test_an_honest_fix_in_newer_syntax_lands(syntax: str) -> None:
    before = f"{TEST}\n\n{NEWER[syntax]}"
    assert said("test_a.py", before.encode(), before.replace("import os\n", "").encode()) == []


@pytest.mark.parametrize("syntax", NEWER)
def test_a_fix_that_brings_newer_syntax_is_judged(syntax: str) -> None:
    after = f"{TEST}\n\n{NEWER[syntax]}"
    assert said("test_a.py", TEST.encode(), after.encode()) == []
    hidden = after.replace("    assert total == 1\n", "")
    assert said("test_a.py", TEST.encode(), hidden.encode()) == [("reject", "removes 1 assertion from a test file")]


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_before_or_after_is_refused(name: str) -> None:
    data, why = UNREADABLE[name]
    for before, after, side in ((data, b"x = 1\n", "before"), (b"x = 1\n", data, "after")):
        policy, text = said("a.pyi", before, after)[-1]
        assert policy == "reject"
        assert text.startswith(f"cannot be judged: {side} the change, ")
        assert why in text


def test_the_strictest_of_those_who_would_read_it_decides() -> None:
    policies = [
        name for name, policy in dataclasses.asdict(STRICT).items() if policy == "reject" and name != "deletion"
    ]
    guards = {**dict.fromkeys(policies, "allow"), "suppressions": "warn"}
    mild = dataclasses.replace(STRICT, **guards)  # type: ignore[arg-type]
    assert [policy for policy, _ in said("a.py", b"print 'x'\n", b"print 'y'\n", mild)] == ["warn"]
    none = dataclasses.replace(mild, suppressions="allow")
    assert said("a.py", b"print 'x'\n", b"print 'y'\n", none) == []


def notebook(*sources: str) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": [source]} for source in sources]}).encode()


def test_notebooks_are_judged_by_their_cells() -> None:
    before = notebook("%time f()", "import os\nassert x")
    assert said("a.ipynb", before, notebook("%time f()", "assert x")) == []
    cheat = said("a.ipynb", before, notebook("%time f()", "import os  # noqa\nassert x"))
    assert cheat == [("reject", "adds a suppression: noqa")]
    assert said("test_a.ipynb", before, notebook("%time f()", "x")) == [
        ("reject", "removes 1 assertion from a test file")
    ]
    assert said("a.ipynb", before, b"{")[-1] == ("reject", "cannot be judged: after the change, it is no notebook")


def wide(name: str) -> str:
    """A name in other letters, which Python reads as the same."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in name)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("def test_two", f"@pytest.mark.{wide('skip')}\ndef test_two", "skips a test: skip"),
        ("x = pytest", f"x = {wide('cast')}({wide('Any')}, pytest)", "adds a suppression: cast(Any"),
    ],
)
def test_names_in_other_letters_are_what_python_reads(old: str, new: str, words: str) -> None:
    assert said("test_a.py", TEST.encode(), TEST.replace(old, new).encode()) == [("reject", words)]


def test_assertions_and_tests_in_other_letters_are_counted() -> None:
    before = f"def {wide('test')}_a():\n    {wide('raises')}(x)\n    self.{wide('assert')}True(x)\n"
    assert said("a.py", before.encode(), b"def ok(): ...\n") == [("reject", "removes a test: test_a")]
    assert said("test_a.py", before.encode(), b"def test_a():\n    print(x)\n") == [
        ("reject", "removes 2 assertions from a test file")
    ]


def test_comments_of_cython_are_judged() -> None:
    before = b"cdef int x = 1\nprint <int> x, 'a # noqa'\n"
    assert said("a.pyx", before, before.replace(b"1", b"2")) == []
    assert said("a.pyx", before, before + b"y = 1  # noqa\n") == [("reject", "adds a suppression: noqa")]


def test_words_that_silence_other_tools_are_found_in_wide_characters() -> None:
    before, after = ("let x\n".encode("utf-16"), "// eslint-disable-line\nlet x\n".encode("utf-16"))
    assert said("a.ts", before, after) == [("reject", "adds a suppression: eslint-disable-line")]
