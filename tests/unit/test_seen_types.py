"""Types that tests showed, as proposals."""

import sys
from pathlib import Path

import pytest
from libcst.metadata import MetadataWrapper

from stomper.fixers.annotate.joined_types import fewer, join_seen
from stomper.fixers.annotate.proposals import Question
from stomper.fixers.annotate.scope import read_scope
from stomper.fixers.annotate.seen_types import SeenProposer
from stomper.fixers.annotate.slots import SlotFinder
from stomper.fixers.annotate.types import read_type, render
from stomper.fixers.base import SeenTypes
from stomper.python import parse_module, read_tree

CODE = """\
from pkg.other import Known

class Thing:
    def method(self, a, b=None): return a
    @property
    @staticmethod
    def made(): return 1

def method(x, *rest, **more):
    for one in rest: yield one
async def later(x: int): return x
"""
Functions = dict[tuple[int, str], dict[str, tuple[str, ...]]]
LATER = CODE.replace("class Thing:", '"""A text that\n\nmoved all."""\n\n\nclass Thing:')


def question(text: str) -> Question:
    wrapper = MetadataWrapper(parse_module(text), unsafe_skip_copy=True)
    finder = SlotFinder()
    wrapper.visit(finder)
    wanted = frozenset(slot for function in finder.functions for slot in function.slots)
    facts = (wrapper.module, finder.functions, finder.variables, read_scope(read_tree(text), "pkg.mod"), wanted)
    return Question(Path(), "pkg/mod.py", text, *facts, sys.executable, (), Path(), 1.0)


def proposed(seen: Functions, text: str = CODE) -> dict[tuple[int, str], str]:
    found = SeenProposer(SeenTypes(CODE.encode(), seen)).propose(question(text))
    assert {one.proposer for one in found} <= {"tests"}
    return {one.slot: render(one.type, lambda name: name) or "" for one in found}


@pytest.mark.parametrize("text", [CODE, LATER])
def test_functions_are_known_by_their_place_in_the_base_commit(text: str) -> None:
    seen: Functions = {
        (4, "method"): {"self": ("pkg.mod.Thing",), "a": ("int", "str"), "b": ("bytes",), "return": ("int", "str")},
        (5, "made"): {"return": ("pkg.mod.Thing",)},
        (9, "method"): {"x": ("pkg.other.Known",), "rest": ("int",), "more": ("pkg.new.Class",), "yield": ("int",)},
        (11, "later"): {"x": ("int",), "return": ("int",)},
        (99, "method"): {"a": ("int",)},
    }
    assert proposed(seen, text) == {
        (0, "a"): "int | str",
        (0, "b"): "bytes | None",
        (0, "return"): "int | str",
        (1, "return"): ".Thing",
        (2, "x"): ".Known",
        (2, "rest"): "int",
        (2, "more"): "pkg.new.Class",
        (2, "return"): "collections.abc.Iterator[int]",
    }


@pytest.mark.parametrize(
    "texts",
    [
        ("None",),
        ("?",),
        ("list",),
        ("object",),
        ("_private.Thing",),
        ("unittest.mock.Mock", "tests.test_a.Fake", "test_a.Fake", "conftest.Fake", "pkg.tests.Fake", "_pytest.x.Y"),
        ("int", "str", "bytes", "range", "slice"),
        tuple(f"pkg.other.Class{number} < pkg.other.Base" for number in range(25)),
        ("str", "builtins.?"),
        ("str", "list[pkg.other.?]"),
        ("dict[str, ?]", "dict[str, int]"),
        ("str", "int x"),
    ],
)
def test_what_says_nothing_is_not_proposed(texts: tuple[str, ...]) -> None:
    assert proposed({(4, "method"): {"a": texts, "return": texts}}) == {}


def test_stand_ins_of_tests_do_not_count() -> None:
    doubles = "unittest.mock.Mock", "list[tests.test_a.?]", "object", "str"
    assert proposed({(4, "method"): {"a": doubles}}) == {(0, "a"): "str"}


@pytest.mark.parametrize(
    ("seen", "one"),
    [
        (("pathlib.PosixPath < pathlib.Path",), "pathlib.Path"),
        (("pathlib._local.WindowsPath",), "pathlib.Path"),
        (("pathlib.PurePosixPath", "str"), "pathlib.PurePath | str"),
        (("list[pathlib.PosixPath]",), "list[pathlib.Path]"),
    ],
)
def test_classes_of_a_machine_are_those_of_any(seen: tuple[str, ...], one: str) -> None:
    assert proposed({(4, "method"): {"a": seen}}) == {(0, "a"): one}


@pytest.mark.parametrize(
    ("seen", "one"),
    [
        ("list list[int]", "list[int]"),
        ("list[int] list[str] None", "list[int | str] | None"),
        ("dict[str,int] dict[str,list]", None),
        ("dict[str,int] dict[str,bytes]", "dict[str, int | bytes]"),
        ("tuple[int,str] tuple[int,None]", "tuple[int, str | None]"),
        ("tuple[int] tuple[int,int]", "tuple[int, ...]"),
        ("tuple[()] tuple[int,...] tuple[str,str]", "tuple[int | str, ...]"),
        ("bool int", "int"),
        ("list str", None),
        ("dict[str,list[int]] dict[str,list[str]]", "dict[str, list[int | str]]"),
    ],
)
def test_containers_of_one_kind_become_one(seen: str, one: str | None) -> None:
    joined = join_seen(read for text in seen.split() if (read := read_type(text)) is not None)
    assert (render(joined, lambda name: name) if joined else None) == one


@pytest.mark.parametrize(
    ("seen", "names"),
    [
        ("m.A<m.B m.B None", ["m.B", "None"]),
        ("m.A<m.B m.C<m.B m.D<m.B", ["m.A", "m.C", "m.D"]),
        ("m.A<m.B<m.O m.C<m.B<m.O m.D<m.B<m.O m.E<m.B<m.O str", ["m.B", "str"]),
        ("m.A<m.B<m.O m.C<m.O m.D<m.B<m.O m.O str int", ["m.O", "str", "int"]),
        ("m.A<abc.ABC m.C<abc.ABC m.D<abc.ABC m.E<abc.ABC", ["m.A", "m.C", "m.D", "m.E"]),
        ("m.A<m.X m.C<m.X m.D<m.Y m.E<m.Y", ["m.A", "m.C", "m.D", "m.E"]),
    ],
)
def test_many_classes_become_the_one_that_they_are_derived_from(seen: str, names: list[str]) -> None:
    assert fewer(text.split("<") for text in seen.split()) == names


def test_a_base_that_does_not_parse_says_nothing() -> None:
    assert SeenProposer(SeenTypes(b"def (", {(1, "f"): {"a": ("int",)}})).propose(question(CODE)) == []
