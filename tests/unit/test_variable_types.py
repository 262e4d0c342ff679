"""The variable that a diagnostic of mypy is about, what it is given, and the type that comes of it."""

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

from stomper.fixers.annotate.scope import read_scope
from stomper.fixers.annotate.types import Type, join, read_type
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.clashes import Clash, Missing, read_clash, read_missing
from stomper.fixers.codemods.common_bases import Bases
from stomper.fixers.codemods.container_types import type_of
from stomper.fixers.codemods.given_types import rewrite
from stomper.fixers.codemods.revealed_types import reveal
from stomper.fixers.codemods.settled_types import settled
from stomper.fixers.codemods.spelled_types import local_name
from stomper.fixers.codemods.variable_origins import Origins
from stomper.fixers.codemods.variable_uses import uses_of
from stomper.fixers.codemods.wider_variable import rewrite as widen
from stomper.fixers.codemods.written_types import Declaration, Place, with_types
from stomper.models import Diagnostic
from stomper.python import read_tree
from tests.kit.cases import CASES

ALL = [f"shop.goods.C{number}" for number in range(6)]
ASSIGNED = 'Incompatible types in assignment (expression has type "{}", variable has type "{}")'
BASE = 'Incompatible types in assignment (expression has type "str", base class "Tag" defined the type as "None")'
ITEM = 'Argument 1 to "append" of "list" has incompatible type "str"; expected "int"'


def said(message: str, line: int = 1, column: int = 1, code: str = "assignment") -> Diagnostic:
    return Diagnostic("mypy", code, message, "a.py", line, column)


def test_a_clash_has_both_types_and_says_what_they_are_of() -> None:
    whole, base, item = (read_clash(said(one)) for one in (ASSIGNED.format("str", "list[int]"), BASE, ITEM))
    assert whole == Clash(Type("list", (Type("int"),)), Type("str"), "", "")
    assert base == Clash(Type("None"), Type("str"), "", "Tag")
    assert item == Clash(Type("int"), Type("str"), "list", "")


@pytest.mark.parametrize("types", [("Any", "int"), ("str", "tuple[Any, int]"), ("def (x: int) -> str", "int")])
def test_a_type_that_says_nothing_is_no_clash(types: tuple[str, str]) -> None:
    assert read_clash(said(ASSIGNED.format(*types))) is None


def test_a_missing_type_is_a_variables_an_attributes_or_a_names() -> None:
    assert read_missing(said('Need type annotation for "a" (hint: "a: list[<type>] = ...")')) == Missing("a")
    assert read_missing(said('"Page" has no attribute "a"; maybe "b"?')) == Missing("a", "Page", undefined=True)
    assert read_missing(said('Name "a" is not defined')) == Missing("a", undefined=True)
    assert read_missing(said('"list[int]" has no attribute "a"')) is None


# The variable is the last `x` or `self.x`; the origin is on the line that says HERE.
ORIGINS = {
    "assigned twice": "x = 1  # HERE\nx = 'a'\n",
    "in a loop": "def f():\n    for x in y:  # HERE\n        pass\n    x = 1\n",
    "beside another": "def f():\n    x, y = 1, 2  # HERE\n    x = 1\n",
    "not in a comprehension": "def f():\n    y = [x for x in 'a']\n    x = 1  # HERE\n    x = 2\n",
    "of the constructor": "class A:\n  def f(self):\n    self.x = 1\n  def __init__(self):\n    self.x = 2  # HERE\n",
    "of the class": "class A:\n    x = None  # HERE\n    def f(self):\n        self.x = 1\n",
    "of a base": "class A:\n    x = None  # HERE\nclass B(A):\n    def f(self):\n        self.x = 1\n",
    "a parameter": "def f(x):\n    x = 1\n",
    "typed": "x: int = 1\nx = 2\n",
    "imported": "import x\nx = 1\n",
    "global": "def f():\n    global x\n    x = 1\n",
    "deleted": "x = 1\ndel x\nx = 2\n",
    "an exception": "try:\n    pass\nexcept A as x:\n    x = 1\n",
    "of a static method": "class A:\n    @staticmethod\n    def f(self):\n        self.x = 1\n",
    "of nobody": "def f(self):\n    self.x = 1\n",
}


@pytest.mark.parametrize("how", ORIGINS)
def test_a_variable_begins_where_mypy_reads_its_type(how: str) -> None:
    text = ORIGINS[how]
    tree = read_tree(text)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute)]
    origin = Origins(tree).of(max(filter(_is_x, nodes), key=lambda node: node.lineno))
    expected = next((n for n, line in enumerate(text.split("\n"), 1) if "HERE" in line), None)
    assert (origin.statement.lineno if origin else None) == expected


def _is_x(node: ast.Name | ast.Attribute) -> bool:
    return "x" in (getattr(node, "id", ""), getattr(node, "attr", ""))


# What each expression is of is what mypy would say.
KNOWN = {"i": "int", "s": "str", "ls": "list[str]", "d": "dict[str, int]", "u": "Any"}
GIVEN: Mapping[str, str | None] = {
    "x = []\nx.append(i)": "list[int]",
    "x = []\nx.append(i)\nx.insert(0, s)": "list[int | str]",
    "x = []\nx.extend(ls)\nx += ls": "list[str]",
    "x = {}\nx[s] = i": "dict[str, int]",
    "x = {}\nx.setdefault(s, i)\nx.update(d)": "dict[str, int]",
    "x = set()\nx.add(s)": "set[str]",
    "x = None\nx = s": "str | None",
    "x = None\nx = []\nx.append(s)": "list[str] | None",
    "x = []\nx = ls": "list[str]",
    "x = []": None,
    "x = []\nx.append(u)": None,
    "x = []\nx = {}": None,
    "x = {}\nx[s] = u": None,
    "x = None\nx = u": None,
    "x = []\nx.append(i)\nfor x in ls: pass": None,
    "x = []\nx.append(i)\nx, y = u": None,
    "x = []\nx.extend(s)": None,
}


@pytest.mark.parametrize("text", GIVEN)
def test_a_variable_has_the_type_of_all_that_it_is_given(text: str) -> None:
    tree = read_tree(text)
    uses = uses_of(tree, frozenset(node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "x"))
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in KNOWN]
    types: dict[ast.expr, Type] = {node: one for node in named if (one := read_type(KNOWN[node.id]))}
    expected = GIVEN[text]
    assert (type_of(uses, types, join) if uses else None) == (read_type(expected) if expected else None)


def test_mypy_is_asked_about_each_expression_by_its_number() -> None:
    text = "é = f(a,\n  b); g = a, 1\n"
    values = [node.value for node in read_tree(text).body if isinstance(node, ast.Assign)]
    asked: list[str] = []

    def ask(copy: str) -> list[str]:
        asked.append(copy)
        return [
            'a.py:1: note: Revealed type is "tuple[Literal[1]?, tuple[int, Literal[1]?]]"',
            'a.py:1: note: Revealed type is "tuple[Literal[0]?, Any]"',
        ]

    assert reveal(text, values, ask) == {values[1]: Type("tuple", (Type("int"), Type("int")))}
    assert asked == ["é = (reveal_type((0, (f(a,\n  b)))))[1]; g = (reveal_type((1, (a, 1))))[1]\n"]


def test_what_is_in_another_expression_is_not_asked_about() -> None:
    text, copies = "f(g(a))\n", list[str]()
    calls = [node for node in ast.walk(read_tree(text)) if isinstance(node, ast.Call)]

    def ask(copy: str) -> list[str]:
        copies.append(copy)
        return []

    assert reveal(text, calls[::-1], ask) == {}
    assert copies == ["(reveal_type((0, (f(g(a))))))[1]\n"]


# How each type is written in a module `shop.till` with these imports.
IMPORTS = "import io\nimport os.path\nfrom . import goods\nfrom .parts import Door as D\nfrom typing import Iterator\n"
NAMES = {
    "int": "int",
    "shop.goods.Book": "goods.Book",
    "shop.parts.Door": "D",
    "shop.till.Till": "Till",
    "shop.till.Till.Key": "Till.Key",
    "io.BytesIO": "io.BytesIO",
    "collections.abc.Iterator": "Iterator",
    "collections.abc.Sequence": None,
    "shop.parts.Glass": None,
    "Till": "Till",
    "D": None,
    "BytesIO": None,
    "known": None,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_type_is_written_with_the_names_of_the_module(name: str) -> None:
    tree = read_tree(f"{IMPORTS}class Till:\n    class Key: ...\nknown = 1\n")
    assert local_name(read_scope(tree, "shop.till"), name) == NAMES[name]


def test_a_base_stands_for_the_classes_that_are_derived_from_it(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    classes = "class A: ...\nclass B(A): ...\n" + "".join(f"class C{n}(B): ...\n" for n in range(6))
    (tmp_path / "shop/goods.py").write_text(classes)
    bases = Bases(Source("", "shop/till.py", tmp_path))
    a, b, none, *others = (Type(name) for name in ("shop.goods.A", "shop.goods.B", "None", *ALL))
    assert bases.join([others[0], a, none]) == join([a, none])
    assert bases.join([*others, none]) == join([b, none])
    assert bases.join(others[:2]) == join(others[:2])
    assert bases.join([*others, Type("int")]) is None


def test_types_that_bring_an_error_are_left_out() -> None:
    text = "a = 1\nb = 2\nc = 3\n"
    targets = [node.targets[0] for node in read_tree(text).body if isinstance(node, ast.Assign)]
    named = [one for one in targets if isinstance(one, ast.Name)]
    types: dict[Place, Type] = {Declaration(one.id, one.lineno, 0): Type("int") for one in named}

    def ask(copy: str) -> list[str]:
        gone = copy.count(": int")
        new = ["a.py:9: error: Worse  [misc]"] if "b: int" in copy else []
        return [*(f"a.py:{number}: error: Need type {number}" for number in range(gone, 3)), *new]

    def write(some: Mapping[Place, Type]) -> str:
        return with_types(text, dict.fromkeys(some, "int"))

    assert settled(text, types, write, ask) == "a: int\na = 1\nb = 2\nc: int\nc = 3\n"
    assert settled(text, {}, write, ask) is None


def test_a_project_for_pythons_without_annotations_of_variables_stays(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text("[options]\npython_requires = >=3.5\n")
    source = Source("x = 1\nx = 'a'\n", "a.py", tmp_path, ask=lambda _: [])
    assert widen(source, [said(ASSIGNED.format("str", "int"), 2, 5)]) is None
    assert rewrite(source, [said('Need type annotation for "x"', code="var-annotated")]) is None
    assert list(source.left.values()) == [{"assignment", "var-annotated"}]


@pytest.mark.parametrize("name", ["wider-variable", "given-types"])
def test_nothing_but_annotations_is_written(name: str) -> None:
    before, after = (ast.parse((CASES / name / f"names.{when}.py").read_text()) for when in ("before", "after"))
    assert ast.dump(before) == ast.dump(ast.fix_missing_locations(_Untyped().visit(after)))


class _Untyped(ast.NodeTransformer):
    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.Assign | None:
        return ast.Assign([node.target], node.value) if node.value else None
