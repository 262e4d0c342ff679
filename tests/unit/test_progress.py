"""What a person sees: plain lines, a bar on a terminal, nothing when quiet, and a log file beside any of them."""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.errors import UsageError
from stomper.models import Diagnostic, Failed, FixTask, Outcome, Patch, Skipped, Suppressed, Timing, Unchanged
from stomper.progress import Bar, Lines, Progress, Silent, logged, make_progress
from tests.kit.cli import ROOT
from tests.kit.wait import eventually

FOUND = tuple(Diagnostic("ruff", "F401", "m", "a\nb.py", n, 1) for n in range(3))
TASK = FixTask(0, "a\nb.py", FOUND)
UNCHANGED: Outcome = Unchanged(
    path="a\nb.py", before=FOUND, attempts=(), timing=Timing(1, 2, 3), reason="no fixer has a fix"
)
FAILED: Outcome = Failed(path="c.py", before=FOUND, attempts=(), timing=None, reason="it broke")


def play(progress: Progress) -> None:
    """One small run."""
    progress.stage("looking")
    progress.begin(2, 6)
    progress.started(TASK)
    progress.finished(TASK, UNCHANGED, 0)
    progress.note("by the way")
    progress.started(FixTask(1, "c.py", FOUND))
    progress.finished(FixTask(1, "c.py", FOUND), FAILED, 2)
    progress.end()
    progress.waiting("test run 1")
    progress.note("meanwhile")
    progress.waiting("test run 2")
    progress.waiting("")


LINES = [
    "looking",
    "[1/2] unchanged a\\nb.py (0 of 3 diagnostics fixed): no fixer has a fix",
    "by the way",
    "[2/2] failed c.py (2 of 3 diagnostics fixed): it broke",
    "meanwhile",
]
VERBOSE = [LINES[0], "begin a\\nb.py (3 diagnostics)", *LINES[1:3], "begin c.py (3 diagnostics)", *LINES[3:]]
NOTES = ["by the way", "meanwhile"]


@pytest.mark.parametrize(
    ("make", "expected"),
    [(Lines, LINES), (lambda: Lines(verbose=True), VERBOSE), (Silent, NOTES)],
)
def test_lines(capsys: pytest.CaptureFixture[str], make: Callable[[], Progress], expected: list[str]) -> None:
    play(make())
    said = capsys.readouterr()
    assert said.err.splitlines() == expected
    assert said.out == ""


def test_who_is_told_how(monkeypatch: pytest.MonkeyPatch) -> None:
    for terminal, kind in ((True, Bar), (False, Lines)):
        monkeypatch.setattr(sys.stderr, "isatty", lambda answer=terminal: answer)
        assert type(make_progress(quiet=False, verbose=False)) is kind
        assert type(make_progress(quiet=True, verbose=True)) is Silent


class Closed(io.StringIO):
    """A terminal that was closed."""

    def write(self, _text: str) -> int:
        raise OSError(5, "Input/output error")


@pytest.mark.parametrize("make", [Lines, Bar, Silent])
def test_run_goes_on_when_nobody_is_left_to_read(monkeypatch: pytest.MonkeyPatch, make: Callable[[], Progress]) -> None:
    monkeypatch.setattr(sys, "stderr", Closed())
    play(make())


@pytest.mark.parametrize("make", [Silent, Lines])
def test_log_file_gets_every_line_and_is_appended_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: Callable[[], Progress]
) -> None:
    path = tmp_path / "log"
    path.write_text("before\n")
    with logged(make(), path) as progress:
        play(progress)
        assert path.read_text().splitlines() == ["before", *VERBOSE]  # at once, not at the end
    assert capsys.readouterr().err.splitlines() == (LINES if make is Lines else NOTES)


def test_no_log_file_is_no_wrapping() -> None:
    silent = Silent()
    with logged(silent, None) as progress:
        assert progress is silent


def test_log_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file" / "log"
    path.parent.touch()
    with pytest.raises(UsageError, match=f"--log-file {path}: ") as caught, logged(Silent(), path):
        raise AssertionError("no folder can be made there")
    assert caught.value.hint


PLAY = "from tests.unit.test_progress import play; from stomper.progress import make_progress; play(make_progress({}))"
NARROW = 60  # too narrow for all of the words
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def on_terminal(arguments: str, columns: int) -> tuple[str, str]:
    """What is written to a terminal as stderr, and what to stdout."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    argv = [sys.executable, "-c", PLAY.format(arguments)]
    started = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=side)
    os.close(side)
    os.set_blocking(main, False)
    seen = bytearray()

    def ended() -> bool:
        done = started.poll() is not None
        try:
            while chunk := os.read(main, 4096):
                seen.extend(chunk)
        except BlockingIOError:
            return False
        except OSError:  # the other side is closed
            return done
        return done

    eventually(ended, "the end of the program")
    os.close(main)
    assert started.stdout is not None
    out = started.stdout.read().decode()
    started.stdout.close()
    assert started.returncode == 0, seen
    return seen.decode(), out


@pytest.mark.parametrize("columns", [NARROW, 100])
def test_bar_on_a_terminal(columns: int) -> None:
    text, out = on_terminal("False, False", columns)
    frames = [frame for frame in re.split(r"[\r\n]+", ESCAPES.sub("", text)) if frame.strip()]
    bars = [frame for frame in frames if "files [" in frame]
    live = [frame.strip() for frame in frames if "test run" in frame]
    assert [frame.partition("] ")[2] for frame in dict.fromkeys(live)] == ["test run 1", "test run 2"]
    assert live[0] == "[00:00] test run 1"
    frames = [frame for frame in frames if "test run" not in frame]
    for count, rest in (
        ("| 0/2 files [", "1 in flight, 0 diagnostics fixed]"),
        ("| 2/2 files [", "2 diagnostics fixed]"),
    ):
        assert any(count in bar and (rest in bar or columns == NARROW) for bar in bars)
    assert max(len(bar.rstrip()) for bar in bars) <= columns - 3
    notes = [frame.rstrip() for frame in frames if frame not in bars]
    assert notes == ["looking", "by the way", "failed c.py (2 of 3 diagnostics fixed): it broke", "meanwhile"]
    assert text.rstrip(" ").endswith("\r")  # the bar is gone again
    assert out == ""


def test_verbose_bar_names_every_file() -> None:
    text, _ = on_terminal("False, True", 100)
    assert "unchanged a\\nb.py (0 of 3 diagnostics fixed): no fixer has a fix\r\n" in text


def test_quiet_on_a_terminal() -> None:
    assert on_terminal("True, False", 100) == ("by the way\r\nmeanwhile\r\n", "")


def test_bar_counts_what_never_began() -> None:
    """Files that are skipped have no start: the count of those in flight does not go below zero."""
    bar = Bar()
    bar.begin(1, 3)
    bar.finished(TASK, Skipped(path="a.py", before=FOUND, reason="interrupted"), 0)
    assert bar.in_flight == 0
    bar.end()


def test_log_says_every_half_minute_what_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    lines = Lines(clock=lambda: now[0])
    for second in range(100):
        now[0] = float(second)
        if second == 40:
            lines.stage("another stage")
        lines.waiting(f"test run {second}")
    lines.waiting("")
    assert capsys.readouterr().err.splitlines() == ["test run 30", "another stage", "test run 70"]


def test_what_is_suppressed_is_not_called_fixed(capsys: pytest.CaptureFixture[str]) -> None:
    outcome: Outcome = Suppressed(
        path="d.py", before=FOUND, suppressed=FOUND[:2], patch=Patch(b"", ()), attempts=(), timing=Timing(1, 2, 3)
    )
    lines = Lines()
    lines.begin(1, 3)
    lines.finished(TASK, outcome, 1)
    assert capsys.readouterr().err == "[1/1] suppressed d.py (1 of 3 diagnostics fixed, 2 suppressed)\n"
