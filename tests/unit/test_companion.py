"""A program that stays: it answers until it is closed, and is never waited for in vain."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stomper import process
from stomper.errors import ToolError

ECHO = "import sys\nfor line in sys.stdin:\n    print(len(line), line, end='', flush=True)\n"
SULKS = "import sys, time\nsys.stdin.readline()\ntime.sleep(600)\n"
DIES = "import sys\nsys.exit('no more of this')\n"


@contextlib.contextmanager
def started(script: str, folder: Path, patience: float = 60) -> Iterator[process.Companion]:
    with contextlib.closing(process.Companion([sys.executable, "-c", script], folder, None, patience)) as made:
        yield made
    assert not psutil.pid_exists(made.child.pid)


def test_it_is_asked_again_and_again(tmp_path: Path) -> None:
    with started(ECHO, tmp_path) as companion:
        companion.ask(b"one\nthree\n")
        assert [companion.read_line(), companion.read_line()] == [b"4 one", b"6 three"]
        companion.ask(b"x" * 200_000 + b"\n")
        assert companion.read(7) == b"200001 "
        assert companion.read(200_001) == b"x" * 200_000 + b"\n"


def test_one_that_says_nothing_is_given_up_and_ended(tmp_path: Path) -> None:
    with started(SULKS, tmp_path, patience=0.05) as companion:
        companion.ask(b"hello\n")
        with pytest.raises(ToolError, match="said nothing"):
            companion.read_line()


def test_one_that_dies_is_quoted(tmp_path: Path) -> None:
    with started(DIES, tmp_path) as companion:
        companion.child.wait()
        with pytest.raises(ToolError, match="no more of this"):
            companion.ask(b"hello\n")
        with pytest.raises(ToolError, match="no more of this"):
            companion.read(1)


def test_one_that_is_not_there_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="cannot start"):
        process.Companion([str(tmp_path / "none")], tmp_path, None, 1)
