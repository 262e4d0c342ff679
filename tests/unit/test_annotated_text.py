"""Types of a copy that another program has annotated, by the names of the module itself."""

import ast
import sys
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper

from stomper.fixers.annotate.annotated_text import read_types
from stomper.fixers.annotate.anything import AnythingProposer
from stomper.fixers.annotate.draft import Draft
from stomper.fixers.annotate.proposals import Proposal, Question, ranked
from stomper.fixers.annotate.scope import LOCAL, module_name, read_scope
from stomper.fixers.annotate.slots import RETURN, SlotFinder
from stomper.fixers.annotate.types import Type


def question(text: str, root: Path = Path("/nowhere")) -> Question:
    wrapper, finder = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True), SlotFinder()
    wrapper.visit(finder)
    slots = {slot for function in finder.functions for slot in function.slots}
    slots |= {slot for variable in finder.variables for slot in variable.slots}
    facts = (wrapper.module, finder.functions, finder.variables, read_scope(ast.parse(text), "pkg.a"), frozenset(slots))
    return Question(root, "pkg/a.py", text, *facts, sys.executable, (".",), root, 60.0)


def test_functions_are_found_by_class_name_and_number() -> None:
    text = "class A:\n    def f(self, x): ...\ndef f(x): ...\ndef f(x, y): ...\n"
    copy = "import b\n" + text.replace("self, x", "self, x: int").replace("f(x, y)", "f(x, y: str) -> None")
    asked = question(text)
    assert read_types(asked, copy) == {(0, "x"): Type("int"), (2, "y"): Type("str"), (2, RETURN): Type("None")}


def test_containers_are_read_in_parts() -> None:
    text = "class A:\n    def f(self):\n        self.x = {}\n        self.y = None\n"
    copy = text.replace("self.x", "self.x: dict[str, int]").replace("self.y", "self.y: int | None")
    found = read_types(question(text), copy)
    assert found == {(-1, "key"): Type("str"), (-1, "value"): Type("int"), (-2, "value"): Type("int")}


@pytest.mark.parametrize(
    ("imports", "words", "expected"),
    [
        ("from ast import AST", "AST", Type("ast.AST")),
        ("import ast as tree", "tree.AST", Type("ast.AST")),
        ("from pkg.b import Thing", "Thing", Type("pkg.b.Thing")),
        ("", "Own", Type(LOCAL + "Own")),
        ("", "'Own'", Type(LOCAL + "Own")),
        ("from typing import Self", "Self", None),
        ("from types import NotImplementedType", "NotImplementedType | bool", Type("bool")),
        ("from typing import Any", "Any", None),
        ("from typing import Any", "dict[str, Any]", None),
        ("", "Nobody", None),
        (
            "from collections.abc import Callable",
            "Callable[[int], str]",
            Type("collections.abc.Callable", (Type("[]", (Type("int"),)), Type("str"))),
        ),
    ],
)
def test_names_are_those_of_the_module(imports: str, words: str, expected: Type | None) -> None:
    text = "class Own: ...\ndef f(): ...\n"
    found = read_types(question(text), f"{imports}\n" + text.replace("f()", f"f() -> {words}"))
    assert found.get((0, RETURN)) == expected


def test_a_method_that_gives_itself_gives_its_class() -> None:
    text = "class Own:\n    def f(self): ...\n"
    copy = "from typing import Self\n" + text.replace("(self)", "(self) -> Self")
    assert read_types(question(text), copy) == {(0, RETURN): Type(LOCAL + "Own")}


def test_a_copy_that_does_not_parse_is_none() -> None:
    with pytest.raises(SyntaxError):
        read_types(question("def f(): ...\n"), "def f() -> : ...\n")


@pytest.mark.parametrize(
    ("body", "proposed"),
    [
        ("print(x)", True),
        ("return isinstance(x, str)", True),
        ("return x is None or not x", True),
        ("return x.name", False),
        ("return x[0]", False),
        ("return x + 1", False),
        ("return x < 1", False),
        ("return 1 in x", False),
        ("return [y for y in x]", False),
        ("x()", False),
        ("pass", False),
    ],
)
def test_what_is_asked_for_nothing_may_be_anything(body: str, proposed: bool) -> None:
    found = AnythingProposer().propose(question(f"def f(x):\n    {body}\n"))
    assert found == ([Proposal((0, "x"), Type("object"), "anything")] if proposed else [])


def test_the_next_proposal_follows_one_that_is_refused() -> None:
    slot = (0, "x")
    one, two = (Proposal(slot, Type(name), name) for name in ("int", "str"))
    draft = Draft(ranked([one, one, two, Proposal((1, "y"), Type("int"), "int")], frozenset({slot})))
    assert draft.types == {slot: Type("int")}
    assert draft.refused({slot}).types == {slot: Type("str")}
    assert draft.refused({slot}).proposers() == {"str": 1}
    assert draft.refused({slot}).refused({slot}).types == {}


def test_a_module_has_the_name_of_its_packages(tmp_path: Path) -> None:
    (tmp_path / "src" / "pkg").mkdir(parents=True)
    (tmp_path / "src" / "pkg" / "__init__.py").touch()
    assert module_name(tmp_path, "src/pkg/a.py") == "pkg.a"
    assert module_name(tmp_path, "src/pkg/__init__.py") == "pkg"
    assert module_name(tmp_path, "src/b.py") == "b"
