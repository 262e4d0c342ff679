"""The fixer of annotations asks the mypy that stays with the worker, and writes what it writes without it."""

import dataclasses
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.checkers.attempt import attempted
from stomper.checkers.caches import keep_caches, warm_caches
from stomper.checkers.keeper import KEEPER, end_staying, taken_notes
from stomper.checkers.mypy import MypyChecker
from stomper.checkers.mypy_stays_start import staying
from stomper.fixers import FixRequest
from stomper.fixers.annotate import AnnotateFixer
from tests.kit.fakes import real_tool

PROGRAM = real_tool("mypy") or "mypy"
ANEW = MypyChecker(PROGRAM, sys.executable)
STAYS = dataclasses.replace(ANEW, stays=staying(PROGRAM))
FILES = {
    "mypy.ini": "[mypy]\nstrict = True\n",
    "setup.cfg": "[options]\npython_requires = >=3.11\n",
    "a.py": (
        "import c\n\n\ndef show(thing, many=()):\n    return [thing, *many]\n\n\n"
        "def made():\n    return c.Thing().size\n\n\nempty = []\n"
    ),
    "b.py": "from a import show, empty\n\nshow(b'a')\nempty.append(1)\n",
    "c.py": "class Thing:\n    def __init__(self) -> None:\n        self.size = 1\n",
}


TWO_ANSWERS = """
import subprocess, sys
child = subprocess.Popen([REAL, *sys.argv[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
for number in range(3):
    if number:
        child.stdin.write(sys.stdin.buffer.readline())
    sys.stdout.buffer.write(child.stdout.readline())
    sys.stdout.flush()
child.kill()
"""


@pytest.fixture(autouse=True)
def none_before() -> Iterator[None]:
    end_staying()
    taken_notes()
    yield
    end_staying()


def annotated(folder: Path, mypy: MypyChecker) -> str:
    root, scratch, survey = folder / "tree", folder / "scratch", folder / "survey"
    for place in (root, scratch, survey):
        place.mkdir(parents=True)
    for name, text in FILES.items():
        (root / name).write_text(text)
    found = mypy.check(root, ["a.py", "b.py", "c.py"], survey)
    keep_caches(survey, folder / "warm")
    warm_caches(folder / "warm", scratch)
    mine = tuple(d for d in found if d.path == "a.py")
    with attempted(root, (), lambda path: FILES[path].encode()):
        reply = AnnotateFixer(mypy).fix(FixRequest(root, "a.py", mine, None, scratch))
    assert not reply.problem
    return (root / "a.py").read_text()


@pytest.mark.thorough
def test_the_same_is_written_by_fewer_processes(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    counting = tmp_path / "mypy"
    counting.write_text(f'#!/bin/sh\necho call >> {calls}\nexec {PROGRAM} "$@"\n')
    counting.chmod(0o755)
    anew = annotated(tmp_path / "anew", dataclasses.replace(ANEW, program=str(counting)))
    without = len(calls.read_text().splitlines())
    calls.unlink()
    assert annotated(tmp_path / "stays", dataclasses.replace(STAYS, program=str(counting))) == anew
    assert KEEPER.service is not None
    assert not taken_notes()
    assert anew != FILES["a.py"]
    assert (without > 3, len(calls.read_text().splitlines())) == (True, 1)  # the survey's


@pytest.mark.thorough
def test_one_that_dies_on_the_way_costs_nothing_but_time(tmp_path: Path) -> None:
    dying = tmp_path / "python"
    dying.write_text(f"#!{sys.executable}\nREAL = {STAYS.stays!r}\n{TWO_ANSWERS}")
    dying.chmod(0o755)
    there = annotated(tmp_path / "dies", dataclasses.replace(STAYS, stays=str(dying)))
    assert taken_notes()
    end_staying()
    shutil.rmtree(tmp_path / "dies")
    assert annotated(tmp_path / "anew", ANEW) == there
