"""Proof by types asks the mypy that stays with the worker, and is told what a new one says."""

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from stomper.checkers.attempt import attempted
from stomper.checkers.caches import keep_caches, warm_caches
from stomper.checkers.keeper import KEEPER, end_staying, taken_notes
from stomper.checkers.mypy import MypyChecker
from stomper.checkers.mypy_stays_start import staying
from stomper.models import Diagnostic
from stomper.proof.by_types import TypeProver
from stomper.proof.typed.needs import Proof
from tests.kit.fakes import real_tool

PROGRAM = real_tool("mypy") or "mypy"
ANEW = MypyChecker(PROGRAM, sys.executable)
STAYS = dataclasses.replace(ANEW, stays=staying(PROGRAM))
FILES = {
    "mypy.ini": "[mypy]\nignore_errors = True\n",
    "a.py": "import b\n\n\ndef f(x, y=b.thing()):\n    z = b.thing()\n    return x == None, y == None, z == None\n",
    "b.py": (
        "class Thing: ...\n\n\ndef thing() -> Thing | None: ...\n\n\n"
        "def same(x: Thing) -> bool:\n    return x == None\n"
    ),
}
PLACES = {"a.py": ((6, 17), (6, 28), (6, 39)), "b.py": ((8, 17),)}


@pytest.fixture(autouse=True)
def none_before() -> Iterator[None]:
    end_staying()
    taken_notes()
    yield
    end_staying()


def proofs(folder: Path, mypy: MypyChecker) -> Iterator[Mapping[tuple[int, int], Proof]]:
    root, scratch, survey = folder / "tree", folder / "scratch", folder / "survey"
    for place in (root, scratch, survey):
        place.mkdir(parents=True)
    for name, text in FILES.items():
        (root / name).write_text(text)
    mypy.check(root, ["a.py", "b.py"], survey)
    keep_caches(survey, folder / "warm")
    warm_caches(folder / "warm", scratch)
    with attempted(root, (), lambda path: FILES[path].encode()):
        for name, places in PLACES.items():
            found = [Diagnostic("ruff", "E711", "", name, *place) for place in places]
            proved = TypeProver(mypy).prove(root, name, FILES[name], found, scratch)
            yield {(one.line, one.column): proof for one, proof in proved.items()}


def test_the_same_is_proved_by_fewer_processes(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    counting = tmp_path / "mypy"
    counting.write_text(f'#!/bin/sh\necho call >> {calls}\nexec {PROGRAM} "$@"\n')
    counting.chmod(0o755)
    anew = list(proofs(tmp_path / "anew", dataclasses.replace(ANEW, program=str(counting))))
    assert len(calls.read_text().splitlines()) == 3
    calls.unlink()
    assert list(proofs(tmp_path / "stays", dataclasses.replace(STAYS, program=str(counting)))) == anew
    assert len(calls.read_text().splitlines()) == 1  # the survey's
    assert KEEPER.service is not None
    assert not taken_notes()
    assert [[proof.verdict for proof in one.values()] for one in anew] == [["unknown", "unknown", "proved"], ["proved"]]
