"""Stomper as users have it: a real process in a repository."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.wait import eventually
from tests.kit.warm import Forked, Warm

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 120.0


@dataclass(frozen=True)
class Result:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    def check(self, code: int = 0) -> "Result":
        """Fail the test, with everything that was printed, unless it ended with this exit code."""
        assert self.code == code, f"exit code {self.code}, not {code}\n{self}"
        return self

    def __str__(self) -> str:
        return f"--- exit code {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class Running:
    """A command that was started and not yet waited for. Leads its own session and process group."""

    def __init__(
        self,
        argv: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        logs: Path,
        stdin: str | None,
        warm: Warm | None = None,
    ) -> None:
        """Start `argv`, or with `warm` a fork of that with these arguments."""
        number = sum(1 for _ in logs.iterdir())
        self._files = [logs / f"{number}.{name}" for name in ("in", "out", "err")]
        self._files[0].write_text(stdin or "")
        with self._files[0].open("rb") as source, self._files[1].open("wb") as out, self._files[2].open("wb") as err:
            self._popen: subprocess.Popen[bytes] | Forked
            if warm:
                self._popen = warm.start(argv, cwd, env, [source, out, err])
            else:
                self._popen = subprocess.Popen(
                    argv, cwd=cwd, env=env, stdin=source, stdout=out, stderr=err, start_new_session=True
                )

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def out(self) -> str:
        """What it has printed on stdout so far."""
        return self._files[1].read_text(errors="backslashreplace")

    @property
    def err(self) -> str:
        return self._files[2].read_text(errors="backslashreplace")

    def running(self) -> bool:
        return self._popen.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Signal the command itself, as `kill` does."""
        self._popen.send_signal(number)

    def send_to_group(self, number: signal.Signals) -> None:
        """Signal it and the children in its process group, as a terminal's ^C does."""
        os.killpg(self.pid, number)

    def wait_until(self, text: str) -> None:
        """Wait until stdout or stderr holds `text`."""
        eventually(lambda: text in self.out + self.err or not self.running(), f"{text!r} in the output")
        assert text in self.out + self.err, f"ended without {text!r}\n{self.result()}"

    def result(self, timeout: float = TIMEOUT) -> Result:
        """Wait for the end. One that takes longer than `timeout` seconds is killed and fails the test."""
        try:
            code = self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running after {timeout:.0f} s\n{Result(-9, self.out, self.err)}") from None
        return Result(code, self.out, self.err)

    def kill(self) -> None:
        """SIGKILL, to the command alone; nothing is told to what it started."""
        self._popen.kill()
        self._popen.wait()


@dataclass(frozen=True)
class Stomper:
    """`stomper` as a command: `command` is what comes before the arguments. `warm` stands in for it where it can."""

    hermetic: Hermetic
    command: tuple[str, ...]
    warm: Warm | None = None

    def start(
        self, repo: GitRepo | Path, *args: str | Path, env: Mapping[str, str] | None = None, stdin: str | None = None
    ) -> Running:
        """Start it in a repository, or a folder. `env` is added to the test's environment."""
        cwd = repo.path if isinstance(repo, GitRepo) else repo
        environment = {**os.environ, **(env or {})}
        words, logs = [*map(str, args)], self.hermetic.logs
        if self.warm and self.warm.suits(environment):
            return Running(words, cwd, environment, logs, stdin, self.warm)
        return Running([*self.command, *words], cwd, environment, logs, stdin)

    def run(
        self,
        repo: GitRepo | Path,
        *args: str | Path,
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
        timeout: float = TIMEOUT,
    ) -> Result:
        """Run it in a repository, or a folder, and wait for the end."""
        return self.start(repo, *args, env=env, stdin=stdin).result(timeout)


SOURCE = (sys.executable, "-m", "stomper")
