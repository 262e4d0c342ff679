"""pyrefly as a proposer: the real one, and programs in its place that do not do their work."""

import ast
import sys
from dataclasses import replace
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper

from stomper.errors import CheckerError
from stomper.fixers.annotate.proposals import Proposal, Question
from stomper.fixers.annotate.pyrefly import PyreflyProposer
from stomper.fixers.annotate.scope import read_scope
from stomper.fixers.annotate.slots import RETURN, SlotFinder
from stomper.fixers.annotate.types import Type
from tests.kit.fakes import real_tool

TEXT = "def f(x=1):\n    return 'a'\n"
FOUND = [Proposal((0, "x"), Type("int"), "pyrefly"), Proposal((0, RETURN), Type("str"), "pyrefly")]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    (folder / "pkg").mkdir(parents=True)
    (folder / "pkg" / "a.py").write_text(TEXT)
    return folder


def question(root: Path, text: str = TEXT, seconds: float = 60.0, name: str = "scratch") -> Question:
    wrapper, finder = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True), SlotFinder()
    wrapper.visit(finder)
    slots = frozenset(slot for function in finder.functions for slot in function.slots)
    scope = read_scope(ast.parse(text), "pkg.a")
    scratch = root.parent / name
    scratch.mkdir(exist_ok=True)
    shared = root.parent / "run"
    (shared / "warm").mkdir(parents=True, exist_ok=True)
    known = (wrapper.module, finder.functions, finder.variables, scope, slots, sys.executable, (".",))
    return Question(root, "pkg/a.py", text, *known, scratch, seconds, shared)


def program(tmp_path: Path, script: str) -> PyreflyProposer:
    """A program in the place of pyrefly. It says in `calls` that it was started."""
    place = tmp_path / "pyrefly"
    place.write_text(f"#!/bin/sh\necho >> {tmp_path}/calls\n{script}\n")
    place.chmod(0o755)
    return PyreflyProposer(str(place))


def calls(tmp_path: Path) -> int:
    return (tmp_path / "calls").read_text().count("\n")


def test_the_real_one_annotates_a_copy(root: Path) -> None:
    (root / "pyrefly.toml").write_text("nonsense = [")
    (root / "pkg" / "old.py").write_bytes(b"print 'old' \xff\n")
    found = PyreflyProposer(real_tool("pyrefly") or "").propose(question(root))
    assert found == FOUND
    assert (root / "pkg" / "a.py").read_text() == TEXT
    assert [place.name for place in (root.parent / "scratch").iterdir()] == []


def test_all_files_of_a_run_are_annotated_at_once(tmp_path: Path, root: Path) -> None:
    fake = program(tmp_path, "sed -i 's/x=1)/x: int = 1) -> str/' pkg/a.py")
    assert fake.propose(question(root)) == FOUND
    changed = question(root, "import os\n\n" + TEXT, name="other")
    assert fake.propose(changed) == FOUND
    assert calls(tmp_path) == 1


@pytest.mark.thorough
def test_another_survey_is_another_copy(tmp_path: Path, root: Path) -> None:
    fake = program(tmp_path, "true")
    assert fake.propose(question(root)) == []
    (tmp_path / "run" / "warm").rename(tmp_path / "old")
    assert fake.propose(question(root)) == []
    assert calls(tmp_path) == 2


@pytest.mark.parametrize(
    ("script", "seconds", "words"),
    [
        ("exit 3", 60.0, "exit code 3"),
        ("kill -9 $$", 60.0, "killed by SIGKILL"),
        ("sleep 60", 0.2, "still running"),
    ],
)
def test_one_that_gives_no_result_is_not_asked_again(
    tmp_path: Path, root: Path, script: str, seconds: float, words: str
) -> None:
    fake = program(tmp_path, script)
    for name in ("scratch", "other"):
        with pytest.raises(CheckerError, match=words):
            fake.propose(question(root, seconds=seconds, name=name))
    assert calls(tmp_path) == 1


def test_of_too_many_files_nothing_is_copied(tmp_path: Path, root: Path) -> None:
    fake = replace(program(tmp_path, "true"), most=0)
    with pytest.raises(CheckerError, match="more than 0 files"):
        fake.propose(question(root))
    assert not (tmp_path / "calls").exists()


def test_a_program_that_cannot_be_started_gives_no_result(root: Path) -> None:
    with pytest.raises(CheckerError, match="pyrefly gave no result"):
        PyreflyProposer("/no/such/pyrefly").propose(question(root))


@pytest.mark.parametrize("script", ["rm pkg/a.py", "echo 'def f(:' > pkg/a.py", "printf '\\377' > pkg/a.py"])
def test_a_copy_that_cannot_be_read_has_no_proposals(tmp_path: Path, root: Path, script: str) -> None:
    assert program(tmp_path, script).propose(question(root)) == []
