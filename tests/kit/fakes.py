"""Fixers and tools that do as a test says: real programs, see `tests/fakes`."""

import json
import os
import shlex
import shutil
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FAKES = Path(__file__).resolve().parents[1] / "fakes"
PYTHON = (sys.executable, "-IS")


def fake_fixer(*flags: str | Path | float) -> list[str]:
    """The command of a fixer that does what the flags say (`tests/fakes/fixer.py --help`)."""
    return [*PYTHON, str(FAKES / "fixer.py"), "{file}", *map(str, flags)]


def fixer_table(name: str, command: list[str], timeout: float | None = None) -> str:
    """The TOML that makes a command a fixer, for pyproject.toml. JSON lists are TOML lists."""
    limit = f"timeout = {timeout}\n" if timeout is not None else ""
    return f"[tool.stomper.fixer.{name}]\ncommand = {json.dumps(command)}\n{limit}"


def read_log(path: Path) -> list[dict[str, Any]]:
    """What a fixer wrote with `--log`: one dict for each begin and end, in the order of time."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return sorted(rows, key=lambda row: float(row["time"]))


def peak(rows: list[dict[str, Any]]) -> int:
    """How many fixers were at work at once, by their own log."""
    now = most = 0
    for row in rows:
        now += 1 if row["event"] == "begin" else -1
        most = max(most, now)
    return most


@dataclass(frozen=True)
class FakeTool:
    """An installed fake: put `folder` first on PATH, or name `path` in the configuration."""

    path: Path
    _calls: Path

    @property
    def folder(self) -> Path:
        return self.path.parent

    def on_path(self) -> dict[str, str]:
        """The environment in which it is found first."""
        return {"PATH": f"{self.folder}:{os.environ['PATH']}"}

    def calls(self) -> list[list[str]]:
        """The arguments of every call that it took for itself."""
        texts = [file.read_text() for file in sorted(self._calls.iterdir())]
        return [json.loads(text)["arguments"] for text in texts if text]  # an empty one is being written


def fake_tool(folder: Path, name: str, *modes: str, when: str = "", real: str | None = None) -> FakeTool:
    """Install a program called `name` into `folder` that plays `modes` call by call, the last one for ever.

    Modes: real, until=PATH (real, once that is there), crash, half (half a JSON document), nothing[=EXIT],
    empty[=EXIT] (`[]`), print=TEXT, exit2[=WORDS], signal[=NAME], hang. With `when`, only calls with that argument are
    played and the others are real (ruff: `--output-format` is the checker's, `--fix-only` the fixer's).
    """
    calls = folder / f".{name}.calls"
    calls.mkdir(parents=True)
    script = {"real": real or real_tool(name), "modes": modes, "when": when, "calls": str(calls)}
    (folder / f".{name}.json").write_text(json.dumps(script))
    return FakeTool(_install(folder / name, [*PYTHON, str(FAKES / "tool.py"), str(folder / f".{name}.json")]), calls)


def fake_git(folder: Path, *, version: str | None = None, fail_on: str | None = None) -> FakeTool:
    """A git that says it is `version`, and fails for one subcommand; otherwise the real one."""
    calls = folder / ".git.calls"
    calls.mkdir(parents=True)
    words = [str(FAKES / "git.sh"), real_tool("git") or "git", version or "", fail_on or "", str(calls)]
    return FakeTool(_install(folder / "git", ["/bin/sh", *words]), calls)


def real_tool(name: str) -> str | None:
    """Where the tool really is: beside the interpreter, or on PATH."""
    return shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)


def only_git(folder: Path) -> dict[str, str]:
    """A PATH with nothing but git on it, and none of the variables that could lead elsewhere."""
    folder.mkdir()
    (folder / "git").symlink_to(real_tool("git") or "git")
    return {"PATH": str(folder)}


def _install(path: Path, command: list[str]) -> Path:
    path.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
    path.chmod(0o755)
    return path
