"""Annotations evaluate in the project's Python, and in the oldest that the project is for; else they are quoted."""

import re
import sys
from pathlib import Path

import pytest

from stomper.fixers.annotations.evaluation import Interpreter, Question
from stomper.fixers.annotations.modules import Modules
from stomper.fixers.annotations.runtime import Runtime, Written
from stomper.fixers.annotations.safe_rewrite import Judge
from stomper.fixers.annotations.surroundings import Surroundings, UnsoundError
from stomper.metadata.supported_pythons import Promise
from stomper.metadata.versions import KNOWN, Python

THIS: Python = (sys.version_info[0], sys.version_info[1])


def promise(oldest: Python) -> Promise:
    return Promise(tuple(python for python in KNOWN if python >= oldest))


def holds(root: Path, source: str, expression: str, oldest: Python = THIS) -> bool:
    """Say whether an expression evaluates below a source, by the Python that runs this test."""
    (root / "other.py").write_text("class Thing: ...\nALIAS = 'Thing'\n")
    modules = Modules(root)
    module = modules.read("a.py", source)
    assert module is not None
    line = source.count("\n") + 1
    return Runtime(modules, module, Interpreter(sys.executable, root), promise(oldest)).holds(
        [Written(expression, line)]
    )[0]


@pytest.mark.parametrize(
    ("source", "expression", "evaluates"),
    [
        ("", "int | None", True),
        ("", "list[int]", True),
        ("", "int[str]", False),
        ("", "missing", False),
        ("", "'text' | None", False),
        ("", "'text'", True),
        ("import threading\n", "threading.RLock | None", THIS >= (3, 14)),
        ("import threading\n", "threading.Event | None", True),
        ("import multiprocessing\n", "multiprocessing.Lock | None", False),
        ("import os\n", "os.PathLike[str]", True),
        ("from queue import Queue\n", "Queue[int]", True),
        ("import subprocess\n", "subprocess.Popen[bytes] | None", True),
        ("import functools\n", "functools.partial[int]", True),
        ("import logging\n", "logging.LoggerAdapter[logging.Logger]", THIS >= (3, 11)),
        ("import xml.etree.ElementTree as ET\n", "ET.Element | None", True),
        ("from collections.abc import Callable\n", "Callable[[int], str] | None", True),
        ("import typing as t\n", "t.Optional[t.List[int]]", True),
        ("from decimal import getcontext\n", "getcontext | None", False),
        ("class A: ...\n", "A | None", True),
        ("class A: ...\n", "A[int]", False),
        ("class M(type): ...\nclass A(metaclass=M): ...\n", "A | None", False),
        ("import abc\nclass A(metaclass=abc.ABCMeta): ...\n", "A | None", True),
        ("from other import Thing\n", "Thing | None", True),
        ("from other import ALIAS\n", "ALIAS | None", False),
        ("import other\n", "other.Thing", False),
        ("A = int\n", "A | None", False),
        ("def f(): ...\n", "f | None", False),
        ("if x:\n    from decimal import Decimal\n", "Decimal", False),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from decimal import Decimal\n", "Decimal", False),
        ("try:\n    import json\nexcept ImportError:\n    json = None\n", "json.JSONEncoder | None", False),
        ("from click import Context\n", "Context | None", True),
        ("from not_installed import Thing\n", "Thing", False),
        ("from _typeshed import StrPath\n", "StrPath", False),
    ],
)
def test_what_evaluates_in_the_interpreter(tmp_path: Path, source: str, expression: str, evaluates: bool) -> None:
    assert holds(tmp_path, source, expression) is evaluates


def test_what_is_further_down_is_not_there_yet(tmp_path: Path) -> None:
    modules = Modules(tmp_path)
    module = modules.read("a.py", "def f(): ...\nclass A: ...\n")
    assert module is not None
    runtime = Runtime(modules, module, Interpreter(sys.executable, tmp_path), promise(THIS))
    assert runtime.holds([Written("A", 1), Written("A", 4), Written("A", 4, frozenset({"A"}))]) == [False, True, False]


@pytest.mark.parametrize(
    ("expression", "oldest", "evaluates"),
    [
        ("int | None", (3, 9), False),
        ("int | None", (3, 10), True),
        ("list[int]", (3, 8), False),
        ("list[int]", (3, 9), True),
        ("re.Pattern[str]", (3, 8), False),
        ("queue.Queue[int]", (3, 8), False),
        ("os.PathLike[str]", (3, 8), False),
        ("collections.abc.Iterator[int]", (3, 8), False),
        ("typing.Iterator[int]", (3, 8), True),
        ("typing.Optional[int]", (3, 7), True),
        ("typing.Self", (3, 10), False),
        ("logging.LoggerAdapter[int]", (3, 10), False),
        ("pathlib.Path | None", (3, 10), True),
        ("threading.Lock | None", (3, 10), False),
        ("types.EllipsisType", (3, 9), False),
    ],
)
def test_what_evaluates_in_an_older_python(tmp_path: Path, expression: str, oldest: Python, evaluates: bool) -> None:
    source = "import collections.abc, logging, os, pathlib, queue, re, threading, types, typing\n"
    assert holds(tmp_path, source, expression, oldest) is evaluates


def test_code_of_the_project_is_not_run(tmp_path: Path) -> None:
    """An editable install makes it importable; it would write a file."""
    package = tmp_path / "mine.py"
    package.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Thing: ...\n")
    site = tmp_path / "lib" / "site-packages"
    site.mkdir(parents=True)
    (site / "mine.pth").write_text(f"{tmp_path}\n")
    program = tmp_path / "python"
    start = f"import site, sys\nsite.addsitedir({str(site)!r})\nexec(sys.argv[sys.argv.index('-c') + 1])\n"
    program.write_text(f"#!{sys.executable}\n{start}")
    program.chmod(0o755)
    question = Question("Thing", (("Thing", "mine", "Thing"),))
    assert Interpreter(str(program), tmp_path).holds([question, Question("int")]) == [False, True]
    assert not (tmp_path / "ran").exists()


def test_an_interpreter_that_does_not_answer_says_no(tmp_path: Path) -> None:
    silent = Interpreter("/bin/false", tmp_path)
    assert (silent.holds([Question("int")]), silent.version) == ([False], None)
    assert Interpreter("/no/such/python", tmp_path).holds([Question("int")]) == [False]


def test_it_is_asked_once(tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\necho x >> {tmp_path}/calls\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)
    before = "import queue\nimport threading\n\n\nclass A:\n    def f(self, x, y=None): ...\n"
    (tmp_path / "a.py").write_text(before)
    judge = Judge(tmp_path, "a.py", before, Surroundings(str(program)), tmp_path)
    after = before.replace(
        "(self, x, y=None)", "(self, x: queue.Queue[int], y: Optional[threading.Lock] = None) -> None"
    )
    for _ in range(2):
        assert judge.sound(f"from typing import Optional\n{after}")
    assert (tmp_path / "calls").read_text() == "x\n"


OLD = '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.9"\n'


def sound(root: Path, before: str, after: str, project: str = OLD) -> str:
    (root / "pyproject.toml").write_text(project)
    (root / "a.py").write_text(before)
    return Judge(root, "a.py", before, Surroundings(), root).sound(after)


@pytest.mark.parametrize(
    ("after", "quoted"),
    [
        ("def f(x: int | None = None): ...\n", 'def f(x: "int | None" = None): ...\n'),
        ('def f(x: "A | None" = None): ...\n', 'def f(x: "A | None" = None): ...\n'),
        ("def f(x: int = 1) -> int | str: ...\n", 'def f(x: int = 1) -> "int | str": ...\n'),
        ('def f(x: Optional["A"] = None): ...\n', 'def f(x: "Optional[A]" = None): ...\n'),
        ("def f(x: list[\n    int | None\n]): ...\n", 'def f(x: "list[int | None]"): ...\n'),
        ("é: A = 1\ndef f(x): ...\n", 'é: "A" = 1\ndef f(x): ...\n'),
        ("def f(x):\n    y: A = 1\n", "def f(x):\n    y: A = 1\n"),
    ],
)
def test_what_does_not_evaluate_is_quoted(tmp_path: Path, after: str, quoted: str) -> None:
    assert sound(tmp_path, "def f(x): ...\n", after) == quoted
    lazy = "from __future__ import annotations\n"
    assert sound(tmp_path, f"{lazy}def f(x): ...\n", lazy + after) == lazy + after


def test_a_base_cannot_be_quoted(tmp_path: Path) -> None:
    lazy = "from __future__ import annotations\n"
    with pytest.raises(UnsoundError, match=re.escape("`dict[str, int | None]` does not evaluate in every Python")):
        sound(tmp_path, f"{lazy}class A(dict): ...\n", f"{lazy}class A(dict[str, int | None]): ...\n")
    after = "class A(dict[str, int]): ...\n"
    assert sound(tmp_path, "class A(dict): ...\n", after) == after


def test_an_import_that_is_not_in_all_pythons(tmp_path: Path) -> None:
    before = "class A:\n    def f(self): ...\n"
    after = "from typing import override\nclass A:\n    @override\n    def f(self): ...\n"
    with pytest.raises(UnsoundError, match=re.escape("`typing.override` cannot be imported in every Python")):
        sound(tmp_path, before, after)
    assert sound(tmp_path, before, after, OLD.replace("3.9", "3.12")) == after


def test_what_something_may_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsoundError, match=re.escape("an annotation of f may be read by app.get, its decorator")):
        sound(tmp_path, "@app.get('/')\ndef f(x): ...\n", "@app.get('/')\ndef f(x: int): ...\n")
    # Another than the one of that name which is read.
    both = "@app.get('/')\ndef f(x): ...\ndef f(y): ...\n"
    assert sound(tmp_path, both, both.replace("y", "y: int")) == both.replace("y", "y: int")


def test_what_was_there_is_not_asked_about(tmp_path: Path) -> None:
    before = "@app.get('/')\ndef f(x: missing): ...\n\n\ny = 1\n"
    assert sound(tmp_path, before, before.replace("1", "2")) == before.replace("1", "2")


def test_the_interpreter_of_another_python_does_not_speak(tmp_path: Path) -> None:
    """An interpreter that is older than the project promises knows less than the project may use."""
    modules = Modules(tmp_path)
    module = modules.read("a.py", "")
    assert module is not None
    later = Promise(((3, THIS[1] + 1), (3, THIS[1] + 2)))
    runtime = Runtime(modules, module, Interpreter(sys.executable, tmp_path), later)
    assert runtime.has([("typing", "NotThereYet")]) == [True]
