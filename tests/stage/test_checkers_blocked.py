"""A file that stops a tool from looking at any other: it is named, and the others are looked at all the same."""

import sys
from pathlib import Path

import pytest

from stomper.checkers.importers import importers
from stomper.checkers.mypy import MypyChecker
from stomper.checkers.pytest import PytestChecker
from stomper.checkers.pytest_run import PytestRunner
from stomper.checkers.split_failure import Trial, culprits
from stomper.errors import CheckerError
from tests.kit.fakes import fake_tool
from tests.kit.warm_mypy import PROGRAM, WarmMypy
from tests.stage.test_checkers_look import FAILS, WRONG, lay_out

MYPY = WarmMypy(PROGRAM, sys.executable)
PYTEST = PytestChecker(PytestRunner(sys.executable))


@pytest.mark.parametrize(
    "guilty", [[], ["a"], ["h"], ["a", "b"], ["d", "g"], ["a", "h"], list("abcdefgh")], ids="".join
)
def test_exactly_the_guilty_are_found(guilty: list[str]) -> None:
    asked: list[int] = []

    def trial(files: object) -> str:
        assert isinstance(files, list)
        asked.append(len(files))
        return " ".join(file for file in files if file in guilty)

    assert sorted(path for path, _ in culprits("abcdefgh", trial)) == guilty
    assert len(asked) <= 1 + 4 * len(guilty)


def test_one_of_a_pair_that_do_not_go_together_is_left_out() -> None:
    assert [p for p, _ in culprits("abcd", lambda files: "both" if {"b", "c"} <= set(files) else "")] == ["c"]


def test_importers_are_those_that_may_have_to_do_with_a_file(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/broken.py": "",
        "pkg/direct.py": "from .broken import x\n",
        "pkg/listed.py": "from . import (\n    broken,\n)\n",
        "pkg/late.py": "def f():\n    import pkg.broken as b\n",
        "far.py": "import sys, \\\n    pkg.direct\n",
        "none.py": "import os\nbroken = 1\n",
    }
    lay_out(tmp_path, files)
    assert importers(tmp_path, ["pkg/broken.py"]) == {"pkg/direct.py", "pkg/listed.py", "pkg/late.py", "far.py"}
    assert importers(tmp_path, ["pkg/__init__.py"]) >= {"pkg/broken.py", "far.py"}


STOPS: dict[str, tuple[str, bytes, str]] = {
    "of another Python": ("two.py", b"print 'x'\n", "syntax"),
    "half a statement": ("half.py", b"def f(:\n", "syntax"),
    "nested too deep": ("deep.py", b"x = " + b"-" * 5000 + b"1\n", "syntax"),
    "not UTF-8": ("latin.py", b"x = '\xe4'\n", "not-checked"),
    "not a name of a package": ("bad-name/m.py", b"", "not-checked"),
}


@pytest.mark.parametrize("name", STOPS)
def test_what_stops_mypy_is_named_and_the_rest_is_checked(tmp_path: Path, name: str) -> None:
    path, content, code = STOPS[name]
    lay_out(tmp_path, {"good.py": WRONG, path: "", "other.py": "import good\n", "bad-name/__init__.py": ""})
    (tmp_path / path).write_bytes(content)
    look = MYPY.look(tmp_path, ["good.py", "other.py", path])
    found = {(d.path, d.code) for d in look.found}
    assert found == {(path, code), ("good.py", "assignment")}
    assert not look.beside


@pytest.mark.thorough
def test_two_that_stop_mypy_and_all_that_imports_them(tmp_path: Path) -> None:
    """Without them mypy may be wrong about those that need them, so nothing is said."""
    files = {
        "one.py": "def f(:\n",
        "two.py": "class\n",
        "user.py": "from one import f\n\nx: int = f('a')  # type: ignore\ny: int = ''\n",
        "far.py": "import user\n\nx: int = ''\n",
        "good.py": WRONG,
        "mypy.ini": "[mypy]\nstrict = True\n",
    }
    paths = sorted(path for path in lay_out(tmp_path, files).glob("*.py"))
    look = MYPY.look(tmp_path, [path.name for path in paths])
    assert {(d.path, d.code) for d in look.found} == {
        ("one.py", "syntax"),
        ("two.py", "syntax"),
        ("user.py", "not-checked"),
        ("far.py", "not-checked"),
        ("good.py", "assignment"),
    }
    (alone,) = MYPY.check(tmp_path, ["far.py"])
    assert alone.key == next(d.key for d in look.found if d.path == "far.py")


@pytest.mark.thorough
def test_what_stopped_mypy_is_not_searched_for_again_unless_it_has_changed(tmp_path: Path) -> None:
    lay_out(tmp_path / "top", {"good.py": WRONG})
    (tmp_path / "top/latin.py").write_bytes(b"x = '\xe4'\n")
    fake = fake_tool(tmp_path / "bin", "mypy", "real")
    mypy = MypyChecker(str(fake.path), sys.executable)
    first = mypy.check(tmp_path / "top", ["good.py", "latin.py"])
    before = len(fake.calls())
    assert mypy.check(tmp_path / "top", ["good.py", "latin.py"]) == first
    assert len(fake.calls()) == before + 1
    (tmp_path / "top/latin.py").write_text(WRONG)
    assert [d.code for d in mypy.check(tmp_path / "top", ["good.py", "latin.py"])] == ["assignment"] * 2


def test_a_configuration_with_which_mypy_does_not_begin_hides_its_own_project_only(tmp_path: Path) -> None:
    files = {"mypy.ini": "[mypy]\n", "a.py": WRONG, "in/mypy.ini": "[mypy]\nplugins = no.such\n", "in/b.py": WRONG}
    lay_out(tmp_path, files)
    assert [(d.path, d.code) for d in MYPY.check(tmp_path, ["a.py", "in/b.py"])] == [
        ("a.py", "assignment"),
        ("in/b.py", "not-checked"),
    ]
    (tmp_path / "mypy.ini").write_text("[mypy]\nplugins = no.such\n")
    with pytest.raises(CheckerError, match=r"no\.such"):
        MYPY.check(tmp_path, ["a.py", "in/b.py"])


def test_a_note_alone_is_clean(tmp_path: Path) -> None:
    lay_out(tmp_path, {"a.py": "def f(x):\n    y: int = ''\n", "b.py": "reveal_type(1)\n"})
    look = MYPY.look(tmp_path, ["a.py", "b.py"])
    assert (look.found, look.left_out) == ((), frozenset())


def test_notes_that_are_cut_off_are_no_result(tmp_path: Path) -> None:
    """The report that mypy writes at its end has more lines."""
    lay_out(tmp_path / "top", {"a.py": "reveal_type(1)\nreveal_type(2)\n"})
    script = tmp_path / "mypy"
    script.write_text(
        f'#!/bin/sh\n{MYPY.program} "$@" >{tmp_path}/out; code=$?; head -n 1 {tmp_path}/out; exit $code\n'
    )
    script.chmod(0o755)
    with pytest.raises(CheckerError, match="does not go with its report"):
        MypyChecker(str(script), sys.executable).check(tmp_path / "top", ["a.py"])


ENDS = {
    "leaves": "import sys\nsys.exit(0)\n",
    "is gone at once": "import os\nos._exit(0)\n",
    "interrupts": "raise KeyboardInterrupt\n",
}


@pytest.mark.matrix
@pytest.mark.parametrize("name", ENDS)
def test_a_file_that_ends_pytest_is_named_and_the_others_are_run(tmp_path: Path, name: str) -> None:
    top, scratch = tmp_path / "top", tmp_path / "scratch"
    scratch.mkdir()
    lay_out(top, {"test_a.py": FAILS, "test_b.py": ENDS[name], "sub/test_c.py": FAILS, "code.py": ""})
    paths = ["code.py", "sub/test_c.py", "test_a.py", "test_b.py"]
    look = PYTEST.look(top, paths, scratch)
    assert [(d.path, d.unchecked) for d in look.found] == [
        ("sub/test_c.py", False),
        ("test_a.py", False),
        ("test_b.py", True),
    ]
    assert [d.unchecked for d in PYTEST.check(top, ["test_b.py"], scratch)] == [True]
    (top / "test_b.py").write_text(FAILS)
    assert [d.unchecked for d in PYTEST.check(top, ["test_b.py"], scratch)] == [False]


def test_a_broken_conftest_is_a_diagnostic_of_its_own_and_named_where_only_its_tests_were_asked_for(
    tmp_path: Path,
) -> None:
    lay_out(tmp_path, {"test_a.py": FAILS, "sub/conftest.py": "def (\n", "sub/test_b.py": FAILS})
    look = PYTEST.look(tmp_path, ["sub/conftest.py", "sub/test_b.py"])
    assert [(d.path, d.code) for d in look.found] == [("sub/conftest.py", "SyntaxError")]
    look = PYTEST.look(tmp_path, ["test_a.py", "sub/test_b.py"])
    assert [d.path for d in look.found] == ["test_a.py"]
    assert [(d.path, d.unchecked) for d in look.beside] == [("sub/conftest.py", True)]


def test_a_suite_that_does_not_begin_is_no_result(tmp_path: Path) -> None:
    lay_out(tmp_path, {"conftest.py": "def (\n", "test_a.py": FAILS})
    with pytest.raises(CheckerError, match="pytest gave no result"):
        PYTEST.check(tmp_path, ["conftest.py", "test_a.py"])


def test_a_search_that_takes_too_long_says_for_what_and_what_to_do() -> None:
    with pytest.raises(CheckerError, match="some files stop mypy, and 0 s were not enough") as caught:
        Trial("mypy", lambda files: "no", timeout=0.0, began=0.0)(["a.py"])
    assert "checker_timeout" in (caught.value.hint or "")
