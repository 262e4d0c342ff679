"""In a real terminal: the bar, and ^C as a person presses it. The screen is read back from tmux."""

import contextlib
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.journal.run_lock import is_held
from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.runs import BOTH_WAYS, held_repo, last_run, later_press, report_of
from tests.kit.wait import eventually

pytestmark = [
    pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux, so no terminal to look at"),
    pytest.mark.crew,
]

BAR = re.compile(r"^ 83%\|█+[▏▎▍▌▋▊▉]? *\| 5/6 files \[\d\d:\d\d<\d\d:\d\d, 1 in flight, 10 diagnostics fixed\]$")


class Terminal:
    """A shell in a tmux of the test's own, 100 columns wide."""

    def __init__(self, folder: Path, socket: Path, home: Path) -> None:
        self.socket = socket
        size = ["-x", "100", "-y", "30"]
        self._tmux("-f", "/dev/null", "new-session", "-d", *size, "-c", str(folder), f"HOME={home} PS1='$ ' exec sh -i")

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(["tmux", "-S", str(self.socket), *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def type(self, line: str) -> None:
        self._tmux("send-keys", "-l", line)
        self.press("Enter")

    def press(self, key: str) -> None:
        self._tmux("send-keys", key)

    @property
    def screen(self) -> list[str]:
        """The lines that were ever on the screen and are not empty, long ones joined again."""
        return [
            line.rstrip() for line in self._tmux("capture-pane", "-p", "-J", "-S", "-").splitlines() if line.strip()
        ]

    def wait_for(self, text: str) -> None:
        eventually(lambda: any(text in line for line in self.screen), f"{text!r} on the screen: {self.screen}", 60)

    def close(self) -> None:
        with contextlib.suppress(AssertionError):
            self._tmux("kill-server")


@pytest.fixture
def terminal(hermetic: Hermetic, repo: GitRepo) -> Iterator[Terminal]:
    os.environ.pop("TMUX", None)
    made = Terminal(repo.path, hermetic.root / "tmux", hermetic.home)
    yield made
    made.close()


def bars(screen: list[str]) -> list[str]:
    return [line for line in screen if BAR.match(line)]


def command(stomper: Stomper, *words: str) -> str:
    return shlex.join([*stomper.command, *words]) + "; echo code=$?"


@BOTH_WAYS
@pytest.mark.parametrize("presses", [1, 2])
def test_interrupted_from_the_keyboard(
    repo: GitRepo, stomper: Stomper, terminal: Terminal, tmp_path: Path, presses: int, how: str
) -> None:
    """The sixth of six files is held, the others are fixed before ^C comes."""
    held = held_repo(repo, 6, tmp_path, held="module_004", workflow="interrupt_grace = 60")
    before = repo.checkout_state()
    terminal.type(command(stomper, "fix", "-j2"))
    terminal.wait_for("1 in flight, 10 diagnostics fixed")
    terminal.press("C-c")
    terminal.wait_for("stopping: no new work is started")
    if presses == 2:
        later_press()
        terminal.press("C-c")
        terminal.wait_for("stopping now")
    held.release()
    terminal.wait_for("code=1")
    assert "code=130" in terminal.screen
    assert not any("%|" in line for line in terminal.screen)
    assert f"interrupted; to go on: stomper resume {last_run(repo).run}" in terminal.screen
    assert not any("Traceback" in line for line in terminal.screen)
    if presses == 2:
        assert repo.checkout_state() == before


def test_bar_is_one_line_and_gone_at_the_end(
    repo: GitRepo, stomper: Stomper, terminal: Terminal, tmp_path: Path
) -> None:
    held = held_repo(repo, 6, tmp_path, held="module_004")
    terminal.type(command(stomper, "fix", "-j2"))
    terminal.wait_for("1 in flight, 10 diagnostics fixed")
    assert len(bars(terminal.screen)) == 1
    assert len(bars(terminal.screen)[0]) <= 100
    held.release()
    terminal.wait_for("code=0")
    assert not any("%|" in line for line in terminal.screen)


def test_closed_terminal_is_a_request_to_stop(
    repo: GitRepo, stomper: Stomper, terminal: Terminal, tmp_path: Path
) -> None:
    """Nobody can read what it says any more; what is finished lands all the same, and the report is written."""
    held = held_repo(repo, 6, tmp_path, workflow="interrupt_grace = 60")
    terminal.type(command(stomper, "fix", "-j2"))
    held.wait_for(2)
    terminal.close()
    lock = repo.git_dir / "stomper"
    assert is_held(lock)
    held.release()
    eventually(lambda: not is_held(lock), "the end of the run", 60)
    assert report_of(repo)["exit_code"] == 130
    assert len(repo.log()) == 1 + 2
