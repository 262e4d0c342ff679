"""A program that stays: it answers until it is closed, and is never waited for in vain."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stomper import process
from stomper.errors import ToolError
from stomper.process.companion import Companion

ECHO = "import sys\nfor line in sys.stdin:\n    print(len(line), line, end='', flush=True)\n"
SULKS = "import sys, time\nsys.stdin.readline()\ntime.sleep(600)\n"
DIES = "import sys\nsys.stdin.readline()\nsys.exit('no more of this')\n"


@contextlib.contextmanager
def started(script: str, folder: Path, patience: float = 60) -> Iterator[Companion]:
    with contextlib.closing(Companion([sys.executable, "-c", script], folder, {}, patience)) as made:
        yield made
        child = made.child
    assert child is None or not psutil.pid_exists(child.pid)


def test_it_is_asked_again_and_again(tmp_path: Path) -> None:
    with started(ECHO, tmp_path) as companion:
        companion.tell(b"one\nthree\n")
        assert [companion.line(), companion.line()] == [b"4 one", b"6 three"]
        companion.tell(b"x" * 200_000 + b"\n")
        assert companion.exactly(7) == b"200001 "
        assert companion.exactly(200_001) == b"x" * 200_000 + b"\n"
        companion.tell(b"a\nb\nend\n")
        assert companion.until(b"4 end\n") == b"2 a\n2 b\n"


def test_many_questions_at_once_are_no_deadlock(tmp_path: Path) -> None:
    """Its answers fill the pipe before it has read all that it is told."""
    with started(ECHO, tmp_path) as companion:
        companion.tell((b"x" * 99 + b"\n") * 20_000)
        assert {companion.line() for _ in range(20_000)} == {b"100 " + b"x" * 99}


def test_one_that_was_closed_is_started_again(tmp_path: Path) -> None:
    with started(ECHO, tmp_path) as companion:
        companion.tell(b"one\ntwo\n")
        companion.close()
        companion.tell(b"three\n")
        assert companion.line() == b"6 three"


def test_one_that_says_nothing_is_given_up_and_ended(tmp_path: Path) -> None:
    with started(SULKS, tmp_path, patience=0.05) as companion:
        companion.tell(b"hello\n")
        with pytest.raises(ToolError, match="does not answer"):
            companion.line()


def test_when_everything_has_to_end_none_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stomper.process.companion.LATE", 0.0)
    with started(SULKS, tmp_path) as companion:
        companion.tell(b"hello\n")
        process.request_stop(0)
        try:
            with pytest.raises(ToolError, match="does not answer"):
                companion.line()
        finally:
            process.withdraw_stop()


def test_one_that_dies_is_quoted(tmp_path: Path) -> None:
    with started(DIES, tmp_path) as companion:
        companion.tell(b"hello\n")
        with pytest.raises(ToolError, match="no more of this"):
            companion.line()


def test_one_that_is_not_there_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="cannot start"):
        Companion([str(tmp_path / "none")], tmp_path, {}, 1).tell(b"hello\n")
