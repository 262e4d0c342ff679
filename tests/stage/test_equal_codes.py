"""Codes of other checkers that say the same as mypy's, where mypy says it: each row of the table on a real sample."""

import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pytest

from stomper.checkers.mypy import MypyChecker
from stomper.fixers.base import FixRequest
from stomper.fixers.codemods import EXACT, CodemodFixer
from stomper.fixers.equal_codes import ROWS, at_mypys
from stomper.models import Diagnostic
from tests.kit.cases import CASES
from tests.kit.fakes import real_tool
from tests.kit.tools import tool_checker

NAME = "sample.py"
SAMPLE = (CASES / "equal" / NAME).read_text()
TOOLS = sorted({row.tool for row in ROWS} - {"pyright"})
PROJECT = '[project]\nname = "a"\nrequires-python = ">=3.11"\ndependencies = ["typing_extensions>=4.6"]\n'
FIXED = {"assignment", "redundant-cast", "explicit-override", "attr-defined"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("equal") / "tree"
    shutil.copytree(CASES / "equal", folder)
    (folder / "pyproject.toml").write_text("")
    return folder


@lru_cache(maxsize=8)
def said(root: Path, tool: str) -> tuple[Diagnostic, ...]:
    return tool_checker(root, tool).check(root, [NAME])


@lru_cache(maxsize=1)
def mypys(root: Path) -> dict[str, set[tuple[int, int]]]:
    """The places of each code of mypy."""
    program = real_tool("mypy")
    assert program is not None
    return places(MypyChecker(program, sys.executable).check(root, [NAME]))


def places(found: Iterable[Diagnostic]) -> dict[str, set[tuple[int, int]]]:
    by_code: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for one in found:
        by_code[one.code].add((one.line, one.column))
    return by_code


@pytest.mark.matrix(every=4)
@pytest.mark.parametrize("tool", TOOLS)
def test_they_say_it_where_mypy_does(root: Path, tool: str) -> None:
    found = said(root, tool)
    theirs = places(d for d in at_mypys(SAMPLE, found) if d.tool == "mypy")
    rows = {row.code for row in ROWS if row.tool == tool}
    assert {code: theirs[code] for code in rows} == {code: mypys(root)[code] for code in rows}
    assert {row.theirs for row in ROWS if row.tool == tool} - {"reportPrivateImportUsage"} <= {d.code for d in found}


@pytest.mark.thorough
@pytest.mark.matrix(every=4)
@pytest.mark.parametrize("tool", TOOLS)
def test_codemods_for_mypy_fix_what_they_say(root: Path, tmp_path: Path, tool: str) -> None:
    found = said(root, tool)
    shutil.copytree(root, tmp_path / "tree")
    (tmp_path / "tree" / "pyproject.toml").write_text(PROJECT)
    for codemod in EXACT:
        mine = codemod.claimed(found)
        if mine:
            request = FixRequest(tmp_path / "tree", NAME, mine, None, tmp_path)
            assert CodemodFixer(codemod).fix(request).problem == ""
            found = tool_checker(tmp_path / "tree", tool).check(tmp_path / "tree", [NAME])
    codes = {d.code for d in at_mypys((tmp_path / "tree" / NAME).read_text(), found) if d.tool == "mypy"}
    assert not codes & FIXED
