"""Annotations in the time that there is: what is verified by its end is written, nothing else.

Time is counted in looks at mypy: each takes LOOK seconds of a clock that stands still meanwhile.
"""

import ast
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper

from stomper.checkers.mypy import MypyChecker
from stomper.fixers import FixRequest
from stomper.fixers.annotate import AnnotateFixer
from stomper.fixers.annotate.ask_mypy import LateError, Oracle
from stomper.fixers.annotate.draft import Draft
from stomper.fixers.annotate.inference import Inference
from stomper.fixers.annotate.python_version import Target
from stomper.fixers.annotate.scope import read_scope
from stomper.fixers.annotate.slots import RETURN, SlotFinder
from stomper.fixers.annotate.types import NONE_TYPE, Type
from stomper.fixers.annotate.verify import Settler
from stomper.models import Diagnostic
from tests.kit.warm_mypy import PROGRAM, WarmMypy

MYPY = WarmMypy(PROGRAM, sys.executable)
LOOK = 1000.0
SOURCE = "def f(x=1):\n    print(x)\n"
ANNOTATED = "def f(x: int = 1) -> None:\n    print(x)\n"
TWO = "def f(x):\n    pass\n\n\ndef g(y):\n    pass\n"


@dataclass(frozen=True, slots=True)
class Counting(Oracle):
    """The real mypy; each look makes `looks` longer."""

    looks: list[str] = field(default_factory=list)

    def ask(self, text: str) -> list[str]:
        lines = Oracle.ask(self, text)
        self.looks.append(text)
        return lines


@dataclass(frozen=True, slots=True)
class Scripted(Oracle):
    """Says what is written down for it, then that it is too late."""

    answers: list[list[str]] = field(default_factory=list)

    def ask(self, text: str) -> list[str]:
        if not self.answers:
            raise LateError("late")
        return self.answers.pop(0)


def counting(tmp_path: Path, looks: float) -> Counting:
    (tmp_path / "a.py").write_text(SOURCE)
    made: list[str] = []
    place = tmp_path / "place"
    place.mkdir()
    return Counting(MYPY, tmp_path, "a.py", (), place, looks * LOOK, lambda: len(made) * LOOK, looks=made)


@pytest.mark.parametrize(
    ("looks", "taken", "text"), [(99, 4, ANNOTATED), (3, 3, ANNOTATED), (2, 2, SOURCE), (1, 1, SOURCE)]
)
def test_half_of_the_time_is_for_the_proof(tmp_path: Path, looks: int, taken: int, text: str) -> None:
    oracle = counting(tmp_path, looks)
    assert Inference(oracle, SOURCE).annotated(frozenset({1})).text == text
    assert len(oracle.looks) == taken


def test_without_time_mypy_is_not_asked(tmp_path: Path) -> None:
    oracle = replace(counting(tmp_path, 0), mypy=MypyChecker("/no/such/program", sys.executable))
    with pytest.raises(LateError):
        Inference(oracle, SOURCE).annotated(frozenset({1}))
    assert oracle.looks == []


def settler(tmp_path: Path, *answers: list[str]) -> Settler:
    oracle = Scripted(MYPY, tmp_path, "a.py", ("b.py",), tmp_path, answers=list(answers))
    wrapper, finder = MetadataWrapper(cst.parse_module(TWO), unsafe_skip_copy=True), SlotFinder()
    wrapper.visit(finder)
    scope = read_scope(ast.parse(TWO), "a")
    return Settler(oracle, TWO, wrapper.module, finder.functions, [], scope, [], Target(True, True))


def test_the_parts_that_were_looked_at_in_time_are_kept(tmp_path: Path) -> None:
    types = {(0, "x"): Type("int"), (1, "y"): Type("str")}
    draft = Draft.of_one({**types, (0, RETURN): NONE_TYPE, (1, RETURN): NONE_TYPE}, "one")
    nobody = ["b.py:1: error: Strange  [misc]"]
    settled = settler(tmp_path, nobody, []).settle(draft)
    assert settled is not None
    assert settled.text == TWO.replace("def f(x)", "def f(x: int) -> None")
    assert settler(tmp_path, nobody).settle(draft) is None


def test_a_try_that_is_over_at_once_is_no_problem_and_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SOURCE)
    found = Diagnostic("mypy", "no-untyped-def", "Function is missing a type annotation", "a.py", 1, 1)
    request = FixRequest(tmp_path, "a.py", (found,), None, tmp_path, timeout=1e-9)
    reply = AnnotateFixer(MYPY).fix(request)
    assert (reply.problem, reply.log) == ("", "annotate: no change: the time for this file is over")
    assert AnnotateFixer(MYPY).fix(request).log == ""
    assert (tmp_path / "a.py").read_text() == SOURCE


@dataclass(frozen=True, slots=True)
class Strict(Oracle):
    """Has an error in another file, about nothing in particular, where one of these texts is written."""

    guilty: tuple[str, ...] = ()
    looks: list[str] = field(default_factory=list)

    def ask(self, text: str) -> list[str]:
        self.looks.append(text)
        return [f"b.py:{n}: error: Strange {n}  [misc]" for n, one in enumerate(self.guilty, 1) if one in text]


def test_the_guilty_function_is_found_by_halves(tmp_path: Path) -> None:
    text = "\n\n".join(f"def f{number}(x):\n    pass\n" for number in range(16))
    oracle = Strict(MYPY, tmp_path, "a.py", ("b.py",), tmp_path, guilty=("f5(x: int", "f11(x: int"))
    wrapper, finder = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True), SlotFinder()
    wrapper.visit(finder)
    scope = read_scope(ast.parse(text), "a")
    settler = Settler(oracle, text, wrapper.module, finder.functions, [], scope, [], Target(True, True))
    types = {slot: NONE_TYPE if slot[1] == RETURN else Type("int") for one in finder.functions for slot in one.slots}
    settled = settler.settle(Draft.of_one(types, "one"))
    assert settled is not None
    assert [line for line in settled.text.splitlines() if line.endswith("(x):")] == ["def f5(x):", "def f11(x):"]
    assert settled.draft.proposers() == {"one": 28}
    assert len(oracle.looks) < 16


def test_files_that_a_new_import_leads_to_have_no_say(tmp_path: Path) -> None:
    draft = Draft.of_one({(0, "x"): Type("int"), (0, RETURN): NONE_TYPE}, "one")
    settled = settler(tmp_path, ["c.py:1: error: Strange  [misc]"]).settle(draft)
    assert settled is not None
    assert settled.text == TWO.replace("def f(x)", "def f(x: int) -> None")
