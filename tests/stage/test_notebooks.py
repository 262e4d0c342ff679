"""Notebooks with the real ruff: places, fixes, what guards and grades say of them."""

import subprocess
from pathlib import Path

import pytest

from stomper.checkers.mypy import MypyChecker
from stomper.checkers.ruff import RuffChecker
from stomper.fixers.base import FixRequest
from stomper.fixers.ruff import RuffFixer
from stomper.grades import Grade
from stomper.guards.judge import judge_change
from stomper.models import NOT_CHECKED
from stomper.proof.grader import Grader, Guess, Version
from stomper.proof.same_program import same_program
from stomper.settings import GuardSettings, ProofSettings
from tests.kit.fakes import real_tool
from tests.kit.notebooks import STYLES, code, notebook

RUFF = real_tool("ruff") or "ruff"
CELLS = (
    code("import os\n", "import sys\n", "print(sys.argv, f'é')"),
    code("%%bash\n", "import os"),
    code("!ls\n", "x = 1\n", "if x == None:\n", "    pass\n", flat=True),
)
FIXED = (code("import sys\n", "print(sys.argv, 'é')"), *CELLS[1:])
ALL_FIXED = (*FIXED[:2], code("!ls\n", "x = 1\n", "if x is None:\n", "    pass\n", flat=True))


@pytest.fixture
def top(tmp_path: Path) -> Path:
    (tmp_path / "top").mkdir()
    (tmp_path / "scratch").mkdir()
    (tmp_path / "top" / "ruff.toml").write_text('[lint]\nselect = ["E", "F"]\n')
    return tmp_path / "top"


def request_for(top: Path, data: bytes) -> FixRequest:
    (top / "a.ipynb").write_bytes(data)
    found = RuffChecker(RUFF, unsafe_fixes=True).check(top, ["a.ipynb"])
    return FixRequest(top, "a.ipynb", found, None, top.parent / "scratch")


@pytest.mark.parametrize("style", STYLES)
def test_a_fix_changes_code_and_nothing_else(top: Path, style: str) -> None:
    request = request_for(top, notebook(CELLS, style))
    assert RuffFixer(RUFF).fix(request).problem == ""
    assert request.content() == notebook(FIXED, style)
    assert RuffFixer(RUFF, unsafe_fixes=True).fix(request).problem == ""
    assert request.content() == notebook(ALL_FIXED, style)


def test_places_are_those_in_the_file_and_the_cell_is_told(top: Path) -> None:
    data = notebook(CELLS)
    unused, text, none = request_for(top, data).diagnostics
    assert [d.code for d in (unused, text, none)] == ["F401", "F541", "E711"]
    lines = data.decode().split("\n")
    assert lines[unused.line - 1][unused.column - 1 :].startswith('os\\n"')
    assert lines[text.line - 1][text.column - 1 :] == "f'é')\""
    assert lines[none.line - 1][none.column - 1 :].startswith("None:\\n    pass")
    assert [d.told and d.told.cell for d in (unused, text, none)] == [(2, 1, 8), (2, 3, 17), (4, 3, 9)]
    assert unused.told
    assert unused.told.end == (unused.line, unused.column + 2)
    assert unused.told.replacements == ()


@pytest.mark.parametrize(
    "data", [b"{", b'{"worksheets": [], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}', b"\xef\xbb\xbf[]"]
)
def test_what_ruff_cannot_read_is_not_clean(top: Path, data: bytes) -> None:
    (found,) = request_for(top, data).diagnostics
    assert found.code in (NOT_CHECKED, "invalid-syntax", "E902")
    request = request_for(top, data)
    RuffFixer(RUFF).fix(request)
    assert request.content() == data


def test_another_language_is_left_alone(top: Path) -> None:
    data = notebook([code("import os")], metadata={"language_info": {"name": "R"}})
    assert request_for(top, data).diagnostics == ()


def test_mypy_is_shown_no_notebook(top: Path) -> None:
    (top / "a.ipynb").write_bytes(notebook(CELLS))
    look = MypyChecker("no-such-program", "python").look(top, ["a.ipynb"])
    assert (look.given, look.found, look.left_out) == ((), (), frozenset())


BEYOND = {
    "an output": (b"1 < 2", b"1 < 3"),
    "metadata": (b'"z": 1', b'"z": 2'),
    "text": (b"<b>", b"<i>"),
    "another language": (b"%%bash", b"%%ruby"),
    "a magic": (b"!ls", b"!rm"),
    "the kind of a cell": (b'"code"', b'"raw"'),
    "a line end": (b"}\n", b"}"),
    "the way the JSON is written": (b"\n ", b"\n  "),
}


@pytest.mark.parametrize("what", BEYOND)
def test_a_change_beyond_the_code_is_refused(what: str) -> None:
    before, settings = notebook(CELLS), GuardSettings()
    after = before.replace(*BEYOND[what])
    assert [r.text for r in judge_change("a.ipynb", before, after, settings)] == [
        "changes the notebook beyond the code of its cells"
    ]
    assert judge_change("a.ipynb", before, notebook(FIXED), settings) == []


def test_a_deletion_is_measured_by_the_code_and_not_by_the_outputs() -> None:
    lines = [f"x{n} = {n}\n" for n in range(40)]
    output = {**code(*lines), "outputs": ["1\n"] * 1000}
    (found,) = judge_change("a.ipynb", notebook([output]), notebook([{**output, "source": lines[:5]}]), GuardSettings())
    assert found.text == "deletes 85 % of the file (more than 60 %)"


def grade(top: Path, before: bytes) -> tuple[Grade, str]:
    """Grade what ruff makes of a notebook."""
    request = request_for(top, before)
    RuffFixer(RUFF).fix(request)
    version = Version(top, request.scratch, "a.ipynb", before, before)
    fixed = tuple(d for d in request.diagnostics if d.fixable and d.code != "E711")
    judged = Grader(ProofSettings()).judge(Guess("ruff", version, request.content(), fixed, ours=True))
    return judged.grade, judged.needs


@pytest.mark.parametrize(
    ("lines", "expected", "needs"),
    [
        (("x = 1\n", "print(f'x')"), Grade.SAFE, ""),
        (("import os\n", "print(1)"), Grade.PROVED, ""),
        (("import os\n", "%timeit os.getcwd()"), Grade.UNPROVED, "a look of yours: a magic may read `os`"),
        (("import os\n", "print(1)\n", "!echo {os.sep}"), Grade.UNPROVED, "a look of yours: a magic may read `os`"),
        (("import numpy\n", "print(1)"), Grade.UNPROVED, "numpy"),
    ],
)
def test_a_fix_is_graded_by_the_code_and_by_what_magics_read(
    top: Path, lines: tuple[str, ...], expected: Grade, needs: str
) -> None:
    subprocess.run(["git", "init", "-q"], cwd=top, check=True)
    got, said = grade(top, notebook([code(*lines)]))
    assert got is expected
    assert needs in said


def test_no_program_can_tell_another_comment() -> None:
    before = notebook([code("x = 1  # one\n", "!ls")])
    assert same_program("a.ipynb", before, notebook([code("x = 1\n", "!ls")]))
    assert not same_program("a.ipynb", before, notebook([code("x = 2  # one\n", "!ls")]))
    assert not same_program("a.ipynb", before, notebook([code("x = 1  # one\n", "!rm")]))
