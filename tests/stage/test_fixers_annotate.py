"""The fixer of annotations: what it may not do, with the real mypy."""

import sys
from pathlib import Path

import pytest

from stomper import process
from stomper.checkers.mypy import MypyChecker
from stomper.fixers import FixReply, FixRequest
from stomper.fixers.annotate import AnnotateFixer
from stomper.fixers.annotate.python_version import Target, read_target
from stomper.fixers.annotate.used import AnnotateUsedFixer
from stomper.models import Diagnostic
from tests.kit.fakes import real_tool
from tests.kit.warm_mypy import PROGRAM, WarmMypy

MYPY = WarmMypy(PROGRAM, sys.executable)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "mypy.ini").write_text("[mypy]\nstrict = True\n")
    (folder / "setup.cfg").write_text("[options]\npython_requires = >=3.11\n")
    return folder


def annotate(
    root: Path, path: str, mypy: MypyChecker = MYPY, codes: frozenset[str] | None = None, ruff: str | None = None
) -> FixReply:
    scratch = root.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    found = MYPY.check(root, [path], scratch)
    return AnnotateFixer(mypy, ruff).fix(FixRequest(root, path, found, codes, scratch))


@pytest.mark.thorough
def test_a_form_that_ruff_asks_for_and_an_old_python_lacks_is_put_in_quotes(root: Path) -> None:
    (root / "setup.cfg").write_text("[options]\npython_requires = >=3.8\n")
    (root / "ruff.toml").write_text('target-version = "py310"\nlint.select = ["UP", "I", "F"]\n')
    (root / "a.py").write_text("def find(x=1):\n    if x:\n        return 'a'\n    return None\n")
    ruff = real_tool("ruff")
    annotate(root, "a.py", ruff=ruff)
    assert (root / "a.py").read_text().startswith('def find(x: int = 1) -> "str | None":\n')


def test_what_breaks_an_importer_is_taken_back(root: Path) -> None:
    (root / "a.py").write_text("def find(x=1):\n    if x:\n        return 'a'\n    return None\n")
    (root / "b.py").write_text("from a import find\n\n\ndef use() -> None:\n    print(find(2).upper())\n")
    assert annotate(root, "a.py").problem == ""
    assert (root / "a.py").read_text().startswith("def find(x: int = 1):\n")


def test_who_was_blamed_for_nothing_is_annotated_after_all(root: Path) -> None:
    (root / "a.py").write_text("def one():\n    return 'a'\n\n\ndef two():\n    return 1\n")
    (root / "b.py").write_text("from a import one, two\n\n\ndef use() -> None:\n    print(one() + two())\n")
    annotate(root, "a.py")
    assert (root / "a.py").read_text() == "def one():\n    return 'a'\n\n\ndef two() -> int:\n    return 1\n"


def test_calls_in_other_files_say_what_parameters_are(root: Path) -> None:
    (root / "a.py").write_text("def show(thing):\n    print(thing)\n")
    (root / "b.py").write_text("from a import show\n\nshow(b'a')\n")
    annotate(root, "a.py")
    assert (root / "a.py").read_text().startswith("def show(thing: bytes) -> None:\n")


def test_a_class_of_another_module_is_imported_for_type_checkers_only(root: Path) -> None:
    (root / "a.py").write_text('"""Doc."""\n\nimport b\n\n\ndef made():\n    return b.first\n')
    (root / "b.py").write_text("from c import Thing\n\nfirst = Thing()\n")
    (root / "c.py").write_text("class Thing:\n    pass\n")
    annotate(root, "a.py")
    imports = "import b\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from c import Thing\n"
    assert (root / "a.py").read_text() == f'"""Doc."""\n\n{imports}\n\ndef made() -> "Thing":\n    return b.first\n'


@pytest.mark.thorough
def test_codes_that_are_not_asked_for_stay(root: Path) -> None:
    before = "def f(x=1):\n    print(x)\n"
    (root / "a.py").write_text(before)
    annotate(root, "a.py", codes=frozenset({"var-annotated"}))
    assert (root / "a.py").read_text() == before


@pytest.mark.thorough
def test_line_ends_stay(root: Path) -> None:
    (root / "a.py").write_bytes(b"\xef\xbb\xbfdef f(x=1):\r\n    print(x)\r\n")
    annotate(root, "a.py")
    assert (root / "a.py").read_bytes() == b"\xef\xbb\xbfdef f(x: int = 1) -> None:\r\n    print(x)\r\n"


def test_a_mypy_that_gives_no_result_is_a_problem(root: Path) -> None:
    before = "def f(x=1):\n    print(x)\n"
    (root / "a.py").write_text(before)
    reply = annotate(root, "a.py", MypyChecker("/bin/false", sys.executable))
    assert reply.problem.startswith("annotate: mypy's exit code 1 does not go with its output")
    assert (root / "a.py").read_text() == before


def test_one_that_is_told_to_stop_says_so(root: Path) -> None:
    (root / "a.py").write_text("def f(x=1):\n    print(x)\n")
    found = MYPY.check(root, ["a.py"])
    process.request_stop(0)
    try:
        reply = AnnotateFixer(MYPY).fix(FixRequest(root, "a.py", found, None, root.parent))
    finally:
        process.withdraw_stop()
    assert reply.stopped


@pytest.mark.thorough
def test_an_importer_that_cannot_be_read_is_left_out(root: Path) -> None:
    (root / "a.py").write_text("def f(x=1):\n    print(x)\n")
    (root / "b.py").write_text("import a\nprint 'old'\n")
    assert annotate(root, "a.py").problem == ""
    assert (root / "a.py").read_text().startswith("def f(x: int = 1) -> None:\n")


def test_without_mypy_there_is_nothing_to_do() -> None:
    found = Diagnostic("mypy", "no-untyped-def", "Function is missing a type annotation", "a.py", 1, 1)
    assert AnnotateFixer(MYPY).takes([found])
    assert not AnnotateFixer(None).takes([found])


def test_the_target_is_read_from_the_checkout(root: Path) -> None:
    assert read_target(root, "a.py") == Target(unions=True, generics=True)


KEPT = "def f(x=1):\n    print(x)\n\n\ndef g(x=1):\n    print(x)\n\n\nHANDLERS = [f]\n"


@pytest.mark.thorough
def test_what_is_kept_as_a_value_is_another_fixers(root: Path) -> None:
    (root / "a.py").write_text(KEPT)
    reply = annotate(root, "a.py")
    assert reply.remarks == ("annotate: an annotation of f may be read by what keeps it in line 9",)
    assert (root / "a.py").read_text() == KEPT.replace("g(x=1)", "g(x: int = 1) -> None")


def test_the_other_fixer_annotates_what_is_kept_and_nothing_else(root: Path) -> None:
    (root / "a.py").write_text(KEPT)
    scratch = root.parent / "scratch"
    scratch.mkdir()
    found = MYPY.check(root, ["a.py"], scratch)
    AnnotateUsedFixer(MYPY).fix(FixRequest(root, "a.py", found, None, scratch))
    assert (root / "a.py").read_text() == KEPT.replace("f(x=1)", "f(x: int = 1) -> None")


@pytest.mark.thorough
def test_what_the_projects_own_code_may_read_is_the_other_fixers(root: Path) -> None:
    before = "import inspect\n\n\ndef f(x=1):\n    print(x)\n\n\nprint(inspect.signature(print))\n"
    (root / "a.py").write_text(before)
    scratch = root.parent / "scratch"
    scratch.mkdir()
    found = MYPY.check(root, ["a.py"], scratch)
    assert annotate(root, "a.py").remarks == (
        "annotate: an annotation of f may be read by this file, which has signature",
    )
    AnnotateUsedFixer(MYPY).fix(FixRequest(root, "a.py", found, None, scratch))
    assert (root / "a.py").read_text() == before.replace("f(x=1)", "f(x: int = 1) -> None")


def test_a_decorator_stays_a_reader_for_the_other_fixer(root: Path) -> None:
    before = "import strange\n\n\n@strange.route\ndef f(x=1):\n    print(x)\n\n\nHANDLERS = [f]\n"
    (root / "a.py").write_text(before)
    scratch = root.parent / "scratch"
    scratch.mkdir()
    found = MYPY.check(root, ["a.py"], scratch)
    AnnotateUsedFixer(MYPY).fix(FixRequest(root, "a.py", found, None, scratch))
    assert (root / "a.py").read_text() == before


@pytest.mark.thorough
def test_other_files_that_gain_are_named(root: Path) -> None:
    (root / "a.py").write_text("def f(x):\n    strange = x.strange\n    print(strange)\n")
    (root / "b.py").write_text("from a import f\n\nf(1)\n")
    reply = annotate(root, "a.py")
    assert (root / "a.py").read_text().startswith("def f(x) -> None:\n")
    assert reply.elsewhere == ("b.py",)
    assert reply.log.endswith("annotate: kept probes=1")


def fake_pyrefly(root: Path, script: str) -> AnnotateFixer:
    place = root.parent / "pyrefly"
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)
    return AnnotateFixer(MYPY, pyrefly=str(place))


def fixed(root: Path, fixer: AnnotateFixer) -> FixReply:
    scratch = root.parent / "scratch"
    scratch.mkdir()
    return fixer.fix(FixRequest(root, "a.py", MYPY.check(root, ["a.py"], scratch), None, scratch))


def test_what_one_proposer_says_wrong_another_says_right(root: Path) -> None:
    (root / "a.py").write_text("def f(x):\n    return x + 1\n\n\ndef g(x=1):\n    return x\n\n\nf(2)\n")
    reply = fixed(root, fake_pyrefly(root, "sed -i 's/(x)/(x: bytes)/; s/x=1/x: int = 1/' a.py"))
    assert (root / "a.py").read_text() == (
        "def f(x: int) -> int:\n    return x + 1\n\n\ndef g(x: int = 1) -> int:\n    return x\n\n\nf(2)\n"
    )
    assert "pyrefly=1" in reply.log


@pytest.mark.thorough
def test_without_a_result_of_pyrefly_the_others_go_on(root: Path) -> None:
    (root / "a.py").write_text("def f(x=1):\n    print(x)\n")
    reply = fixed(root, fake_pyrefly(root, "exit 1"))
    assert (root / "a.py").read_text() == "def f(x: int = 1) -> None:\n    print(x)\n"
    assert reply.log.splitlines() == ["annotate: kept probes=2", "annotate: pyrefly gave no result (exit code 1)"]
