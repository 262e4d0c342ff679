"""Generic types without arguments: where they are, what they get, and who is to blame for a wrong one."""

import ast
import sys
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper

from stomper.fixers import FixRequest
from stomper.fixers.annotate import AnnotateFixer
from stomper.fixers.annotate.bare_generics import Opening, find_openings
from stomper.fixers.annotate.blame import Blame, Sources
from stomper.fixers.annotate.complaints import Complaint
from stomper.fixers.annotate.draft import Draft
from stomper.fixers.annotate.python_version import Target
from stomper.fixers.annotate.scope import read_scope
from stomper.fixers.annotate.slots import Function, Slot, SlotFinder
from stomper.fixers.annotate.types import Type, read_type
from stomper.fixers.annotate.writing import Spelling, annotate
from tests.kit.warm_mypy import PROGRAM, WarmMypy

NEW, OLD = Target(unions=True, generics=True), Target(unions=False, generics=False)
LAZY = "from __future__ import annotations\n"


def opened(text: str) -> tuple[cst.Module, list[Function], list[Opening]]:
    wrapper, finder = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True), SlotFinder()
    wrapper.visit(finder)
    return wrapper.module, finder.functions, find_openings(wrapper, range(1, 100))


def written(text: str, target: Target = NEW, **types: str) -> str:
    """The text with these types for the parts of all that is open in it."""
    module, functions, openings = opened(text)
    scope = read_scope(ast.parse(text), "m")
    known = {part: scope.resolve(one) for part, printed in types.items() if (one := read_type(printed))}
    draft = {slot: one for opening in openings for slot in opening.slots if (one := known.get(slot[1]))}
    return annotate(
        module, functions, openings, Draft.of_one(draft, "one"), Spelling(scope, text.startswith(LAZY), target)
    )


@pytest.mark.parametrize(
    "text",
    [
        "x: list[list]",
        "def f(a: 'str', *b: typing.Iterable) -> None: ...",
        "class A(Base, metaclass=list, other=dict): x: Deque = 1",
        "x: Callable[[Queue], None]",
    ],
)
def test_each_bare_one_is_found_where_a_type_is_meant(text: str) -> None:
    (opening,) = opened(text)[2]
    assert (opening.line, opening.base) == (1, False)


@pytest.mark.parametrize("text", ["x = list", "list(1)", "def f(x=dict): ...", "x: list[int]", "y: 'list' = 1", "x: A"])
def test_nothing_else_is(text: str) -> None:
    assert opened(text)[2] == []


def test_all_parts_or_none() -> None:
    assert written("x: dict", key="str", value="int") == "x: dict[str, int]"
    assert written("x: dict", key="str") == "x: dict"


@pytest.mark.parametrize(
    ("text", "target", "after"),
    [
        ("class A(list): ...", NEW, "class A(list[int | None]): ..."),
        ("class A(list): ...", Target(unions=False, generics=True), "class A(list[Optional[int]]): ..."),
        (f"{LAZY}class A(list): ...", Target(unions=False, generics=True), "class A(list[Optional[int]]): ..."),
        (f"{LAZY}x: list", OLD, "x: list[int | None]"),
        ("x: list", OLD, "x: list"),
        (f"{LAZY}class A(list): ...", OLD, "class A(list): ..."),
    ],
)
def test_what_is_evaluated_is_written_for_the_oldest_python(text: str, target: Target, after: str) -> None:
    assert written(text, target, item="int | None").splitlines()[-1] == after


def test_a_class_that_is_not_there_yet_is_quoted() -> None:
    text = "class A(list): ...\nclass B: ...\n"
    assert written(text, item="m.B").startswith('class A(list["B"]): ...')
    assert written(f"{LAZY}{text}", item="m.B").startswith(f'{LAZY}class A(list["B"]): ...')


def test_one_that_leads_to_an_error_in_its_function_or_where_that_is_called_is_taken_back() -> None:
    text = "def f(a: list) -> None:\n    print(1)\n\n\ndef g(b: set) -> None: ...\n\n\nx: list = []\n"
    _, functions, openings = opened(text)
    slots: list[Slot] = [opening.slots[0] for opening in openings]
    draft = Draft.of_one(dict.fromkeys(slots, Type("int")), "one")
    blame = Blame(Sources(Path(), "a.py", text), functions, openings)
    assert blame.of(Complaint("a.py", 2, "misc", "Bad"), draft) == {slots[0]}
    assert blame.of(Complaint("b.py", 2, "arg-type", 'Argument 1 to "g" is bad'), draft) == {slots[1]}
    assert blame.of(Complaint("a.py", 8, "assignment", "Bad"), draft) == {slots[2]}


@pytest.mark.thorough
def test_below_lines_that_annotations_have_brought(tmp_path: Path) -> None:
    """Functions first, by themselves; a generic type is found again where an import moved it."""
    made = "def made(name='1'):\n    return getcontext().create_decimal(name)\n"
    before = f"from decimal import getcontext\n\n\n{made}\n\nnames: list = ['a']\n"
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = True\n")
    (tmp_path / "a.py").write_text(before)
    mypy, scratch = WarmMypy(PROGRAM, sys.executable), tmp_path / "scratch"
    scratch.mkdir()
    found = mypy.check(tmp_path, ["a.py"], scratch)
    assert [d.code for d in found] == ["no-untyped-def", "type-arg"]
    AnnotateFixer(mypy).fix(FixRequest(tmp_path, "a.py", found, None, scratch))
    after = (tmp_path / "a.py").read_text()
    assert "def made(name: str = '1') -> Decimal:" in after
    assert after.index("import Decimal") < after.index("names: list[str] = ['a']")
