"""Annotations that satisfy mypy and another checker of types: what the other one objects to is not written."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from stomper.checkers.completeness import Look, Looking
from stomper.checkers.mypy import MypyChecker
from stomper.fixers import FixRequest
from stomper.fixers.annotate import AnnotateFixer
from stomper.models import Diagnostic
from tests.kit.fakes import real_tool

MYPY = MypyChecker(real_tool("mypy") or "", sys.executable)
SOURCE = 'def double(number=1):\n    return number * 2\n\n\ndef shout(word=""):\n    return word.upper()\n'


@dataclass(frozen=True)
class Objecting(Looking):
    """A checker of types that allows no function to return an `int`, and misses an annotation of `word`."""

    name: str = "pyrefly"

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        found = []
        for path in paths:
            for number, line in enumerate((root / path).read_text().splitlines(), 1):
                if "-> int" in line:
                    found.append(Diagnostic(self.name, "bad-return", "no int is allowed", path, number, 1))
                if "word=" in line:
                    found.append(Diagnostic(self.name, "implicit-any-parameter", "no annotation", path, number, 11))
        return Look(tuple(paths), tuple(found))


def test_what_another_checker_objects_to_is_not_written(tmp_path: Path) -> None:
    """The other function gets its annotations all the same; both are claimed in the other checker's words too."""
    (tmp_path / "a.py").write_text(SOURCE)
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = True\n")
    (tmp_path / "scratch").mkdir()
    judge = Objecting()
    found = (*MYPY.check(tmp_path, ["a.py"]), *judge.check(tmp_path, ["a.py"]))
    assert {d.tool for d in found if AnnotateFixer(MYPY).takes([d])} == {"mypy", "pyrefly"}
    request = FixRequest(tmp_path, "a.py", found, None, tmp_path / "scratch")
    assert AnnotateFixer(MYPY, judges=(judge,)).fix(request).problem == ""
    text = (tmp_path / "a.py").read_text()
    assert 'def shout(word: str = "") -> str:' in text
    assert "-> int" not in text


@pytest.mark.thorough
def test_without_another_checker_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SOURCE)
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = True\n")
    (tmp_path / "scratch").mkdir()
    found = MYPY.check(tmp_path, ["a.py"])
    AnnotateFixer(MYPY).fix(FixRequest(tmp_path, "a.py", found, None, tmp_path / "scratch"))
    assert "def double(number: int = 1) -> int:" in (tmp_path / "a.py").read_text()
