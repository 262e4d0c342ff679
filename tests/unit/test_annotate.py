"""Annotations: types as mypy prints them, what it says of probes, and how they are written."""

import ast
from pathlib import Path

import pytest

from stomper.fixers.annotate.class_members import match_shapes, read_shapes
from stomper.fixers.annotate.complaints import added, old_lines, read_complaints
from stomper.fixers.annotate.evidence import Findings, pairs, read_findings
from stomper.fixers.annotate.fixer import without_idle_imports
from stomper.fixers.annotate.python_version import Target, read_target
from stomper.fixers.annotate.scope import read_scope
from stomper.fixers.annotate.types import Type, join, read_type, render
from stomper.fixers.annotate.writing import Spelling

P1, P2 = "Probe_1_Stomper", "Probe_2_Stomper"


def written(text: str, unions: bool = True) -> str | None:
    one = read_type(text)
    return render(one, lambda name: name, unions) if one else None


@pytest.mark.parametrize(
    ("printed", "annotation"),
    [
        ("builtins.str", "str"),
        ("Literal['a, b]']?", "str"),
        ("Literal[1, 'a']", "int | str"),
        ("None | int", "int | None"),
        ("Union[builtins.int, None]", "int | None"),
        ("int | float | bool", "float"),
        ("builtins.list[tuple[builtins.str, ...]]", "list[tuple[str, ...]]"),
        ("typing.Generator[int, None, None]", "collections.abc.Generator[int, None, None]"),
        ("_io.TextIOWrapper[_io._WrappedBuffer]", "io.TextIOWrapper"),
        ("Match[str]", "re.Match[str]"),
    ],
)
def test_types_that_can_be_written(printed: str, annotation: str) -> None:
    assert written(printed) == annotation


@pytest.mark.parametrize(
    "printed",
    [
        "Optional[()]",
        "Any",
        "list[Any]",
        "dict[str, object]",
        "list[Never]",
        "def (x: int) -> str",
        "int | str | bytes | None | list[int]",
        "_thread.lock",
        '<subclass of "A" and "B">',
        "T`1",
        "",
    ],
)
def test_types_that_say_nothing_are_not_read(printed: str) -> None:
    assert read_type(printed) is None


def test_unions_of_an_old_python() -> None:
    assert written("int | None", unions=False) == "typing.Optional[int]"
    assert written("int | str | None", unions=False) == "typing.Optional[typing.Union[int, str]]"


def test_none_comes_last_and_once() -> None:
    assert join([Type("None"), Type("A"), Type("None")]) == Type("|", (Type("A"), Type("None")))


def findings(*messages: str) -> Findings:
    return read_findings([f"a.py:3:1: {message}" for message in messages], "a.py")


def test_calls_and_defaults_are_what_comes() -> None:
    found = findings(
        f'error: Argument 1 to "f" has incompatible type "str"; expected "{P1}"  [arg-type]',
        f'error: Incompatible default for parameter "x" (default has type "int", parameter has type "{P1}")  [a]',
        f'error: Argument 1 to "f" has incompatible type "*list[bytes]"; expected "{P1}"  [arg-type]',
    )
    assert found.probes[P1].came == ["str", "int", "bytes"]


def test_uses_are_what_is_wanted() -> None:
    found = findings(
        f'error: Argument 1 to "len" has incompatible type "{P1}"; expected "Sized"  [arg-type]',
        f'error: "{P1}" has no attribute "lower"  [attr-defined]',
        f'error: Unsupported operand types for + ("int" and "{P1}")  [operator]',
        f'error: No overload variant of "match" matches argument types "str", "{P2}"  [call-overload]',
        "note:     def match(pattern: str | Pattern[str], string: str, flags: int = ...) -> Match[str] | None",
    )
    assert found.probes[P1].wanted == ["Sized"]
    assert found.probes[P1].attributes == {"lower"}
    assert found.probes[P1].compared == ["int"]
    assert found.probes[P2].wanted == ["str"]


def test_what_goes_into_a_container() -> None:
    found = findings(
        f'error: Argument 1 to "extend" of "list" has incompatible type "list[str]"; expected "Iterable[{P1}]"  [a]',
        f'error: Invalid index type "bytes" for "dict[{P2}, {P1}]"; expected type "{P2}"  [index]',
    )
    assert (found.probes[P1].came, found.probes[P2].came) == (["str"], ["bytes"])
    assert pairs("dict[str, int]", f"Mapping[{P1}, {P2}]")[1:] == [("str", P1), ("int", P2)]


def test_returns_have_the_number_of_their_function() -> None:
    found = findings(
        'note: Revealed type is "tuple[Literal[7]?, list[m.A]]"',
        'note: Revealed type is "tuple[Literal[8]?, int] | tuple[Literal[8]?, str]"',
        'note: Revealed type is "def () -> pkg.m.Probe_X_Stomper"',
    )
    assert (found.given, found.module) == ({7: ["list[m.A]"], 8: ["int", "str"]}, "pkg.m")


def test_a_class_is_known_by_what_it_has() -> None:
    shapes = read_shapes(ast.parse("class A:\n def run(self): self.left = 1\nclass B(A):\n def stop(self): ...\n"))
    left = findings(f'error: "{P1}" has no attribute "left"  [attr-defined]').probes
    assert match_shapes(left, shapes) == {P1: Type(".A")}
    passed_on = findings(
        f'error: Argument 1 to "f" has incompatible type "{P1}"; expected "{P2}"  [arg-type]',
        f'error: "{P2}" has no attribute "stop"  [attr-defined]',
    ).probes
    assert match_shapes(passed_on, shapes) == {P1: Type(".B"), P2: Type(".B")}
    plain = findings(f'error: "{P1}" has no attribute "append"  [attr-defined]').probes
    assert match_shapes(plain, shapes) == {}


SOURCE = "import os\nfrom a.b import Name\nstr_ = 1\nclass Early: ...\ndef f(): ...\nclass Late:\n class In: ...\n"


@pytest.mark.parametrize(
    ("printed", "annotation"),
    [
        ("m.Early", "Early"),
        ("m.Late", '"Late"'),
        ("m.Late.In", '"Late.In"'),
        ("a.b.Name", "Name"),
        ("os.PathLike[str]", '"os.PathLike[str]"'),
        ("decimal.Decimal", "Decimal"),
        ("other.Thing", '"Thing"'),
        ("m.missing", None),
        ("Unheard", None),
    ],
)
def test_names_in_a_module(printed: str, annotation: str | None) -> None:
    scope = read_scope(ast.parse(SOURCE), "m")
    one = read_type(printed)
    one = scope.resolve(one) if one else None
    spelling = Spelling(scope, lazy=False, target=Target(unions=True, generics=True))
    assert (spelling.words(one, 5) if one else None) == annotation


@pytest.mark.parametrize(
    ("source", "annotation"),
    [
        ("from typing import Optional, Union", "Optional[Union[int, str]]"),
        ("from typing import Union as U, Optional as O", "O[U[int, str]]"),
        ("import typing", "typing.Optional[typing.Union[int, str]]"),
        ("", "Optional[Union[int, str]]"),
        ("Optional = 1", None),
        ("Union = 1", None),
    ],
)
def test_old_unions_by_the_names_that_are_there(source: str, annotation: str | None) -> None:
    spelling = Spelling(read_scope(ast.parse(source), "m"), lazy=False, target=Target(unions=False, generics=True))
    assert spelling.words(Type("|", (Type("int"), Type("str"), Type("None"))), 5) == annotation
    assert bool(spelling.imports) == (source == "")


def test_a_module_that_is_called_like_its_class() -> None:
    scope = read_scope(ast.parse("import datetime\nfrom decimal import Decimal"), "m")
    spelling = Spelling(scope, lazy=False, target=Target(unions=True, generics=True))
    found = [scope.resolve(Type(name)) for name in ("datetime", "Decimal", "Path")]
    assert [spelling.words(one, 5) for one in found if one] == ["datetime.datetime", "Decimal", "Path"]
    assert spelling.imports == {("pathlib", "Path")}


@pytest.mark.parametrize(
    ("requires", "target"),
    [
        (">=3.8", Target(unions=False, generics=False)),
        (">=3.11,<4", Target(unions=True, generics=True)),
        (">=3.9", Target(unions=False, generics=True)),
        (">=3.5", Target(unions=False, generics=False, variables=False)),
        (">=2.7", Target(unions=False, generics=False, functions=False, variables=False)),
    ],
)
def test_the_python_that_a_file_is_for(tmp_path: Path, requires: str, target: Target) -> None:
    (tmp_path / "setup.cfg").write_text(f"[options]\npython_requires = {requires}\n")
    assert read_target(tmp_path, "pkg/a.py") == target


def test_only_new_errors_count_wherever_they_moved() -> None:
    before = read_complaints(["a.py:1: error: Bad 1  [x]", "a.py:5: error: Bad 2  [x]"])
    after = read_complaints(["a.py:1: error: Bad 1  [x]", "a.py:1: error: Bad 1  [x]", "a.py:5: error: Bad 2  [x]"])
    assert added(before, before[::-1]) == []
    assert [complaint.line for complaint in added(before, after)] == [1, 1]


def test_lines_are_found_again() -> None:
    before = "import a\n\ndef f():\n    return 1\n\nx = 1"
    after = "import a\nfrom b import c\n\ndef f() -> int:\n    return 1\n    return None\n\nx = 1"
    assert old_lines(before, after) == {1: 1, 2: 1, 3: 2, 4: 3, 5: 4, 6: 4, 7: 5, 8: 6}


def test_lines_below_a_block_of_imports_are_found_again() -> None:
    after = "import a\n\nif TYPE_CHECKING:\n    from b import c\n\nx = 1"
    assert old_lines("import a\n\nx = 1", after)[6] == 3


def test_nothing_is_imported_for_a_type_without_a_spelling() -> None:
    scope = read_scope(ast.parse("Clash = 1"), "m")
    spelling = Spelling(scope, lazy=False, target=Target(unions=True, generics=True))
    assert spelling.words(Type("|", (Type("decimal.Decimal"), Type("other.Clash"))), 5) is None
    assert not spelling.imports
    assert not spelling.type_imports


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("from typing import Optional\nx: int | None\n", "x: int | None\n"),
        ("from typing import Optional, TextIO\n", "from typing import TextIO\n"),
        ("from typing import TextIO, Union\n", "from typing import TextIO\n"),
        ("from typing import Optional\nx: Optional[int]\n", "from typing import Optional\nx: Optional[int]\n"),
    ],
)
def test_old_unions_that_were_written_anew_are_not_imported(text: str, left: str) -> None:
    assert without_idle_imports("", text) == left
    assert without_idle_imports(text, text) == text


def test_classes_that_have_one_name_in_the_module_are_written_once() -> None:
    one = join([Type("pkg.mod.Tree"), Type("Tree")])
    assert one is not None
    for unions in (True, False):
        assert render(one, lambda name: name.rpartition(".")[2], unions) == "Tree"
