"""A program that works as long as somebody holds its line."""

import sys
from pathlib import Path

import pytest

from stomper.process.lifeline import Held

ECHO = """\
import sys
from stomper.process.lifeline import Questions
gone = []
questions = Questions(lambda: gone.append(1))
print("this is no answer", flush=True)
while (question := questions.next()) is not None:
    questions.answer(question * 3)
print("let go" if gone else "", file=sys.stderr)
"""
DEAF = "import time\nprint('here', flush=True)\ntime.sleep(600)\n"


def test_it_answers_and_ends_when_it_is_let_go(tmp_path: Path) -> None:
    held = Held([sys.executable, "-c", ECHO], tmp_path, tmp_path / "log", answers=True)
    for size in (0, 1, 300_000):
        held.ask(b"x" * size)
        assert held.answer_within(20) == b"x" * 3 * size
    assert held.answer_within(0) is None
    held.let_go(20)
    assert held.child.returncode == 0
    assert (tmp_path / "log").read_text().split() == ["this", "is", "no", "answer", "let", "go"]


def test_one_that_does_not_end_is_killed(tmp_path: Path) -> None:
    held = Held([sys.executable, "-c", DEAF], tmp_path, tmp_path / "log")
    assert not held.ended_within(0.1)
    held.let_go(0.1)
    assert held.child.returncode == -9


def test_one_that_has_ended_gives_no_answer(tmp_path: Path) -> None:
    held = Held(["true"], tmp_path, tmp_path / "log", answers=True)
    held.ask(b"x")
    with pytest.raises(EOFError):
        held.answer_within(20)
    held.let_go(20)
