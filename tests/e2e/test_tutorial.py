"""Each command of docs/tutorial.md is run, in order, and prints what the page shows; `...` stands for other lines."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.kit.cli import ROOT, Stomper

PAGE = ROOT / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(sh|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
RUN = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}")
ELLIPSIS = "..."
LEFT = {"stomper check": [1, 0], "stomper fix": [1]}  # exit codes that are not 0, one for each time


def commands() -> Iterator[tuple[str, list[str] | None]]:
    """The commands of the page, each with the lines that it prints; None for a script whose output is not shown."""
    for kind, text in BLOCK.findall(PAGE.read_text("utf-8")):
        if kind == "sh":
            yield text, None
            continue
        for part in text.removeprefix("$ ").split("\n$ "):
            command, _, shown = part.partition("\n")
            yield command, shown.splitlines()


def has_all(printed: list[str], shown: list[str]) -> bool:
    """Whether the lines are those that are shown, where `...` stands for any number of others."""
    parts = [f"{re.escape(line)}\n" if line != ELLIPSIS else r"(?:.*\n)*" for line in shown]
    return re.fullmatch("".join(parts), "".join(f"{line}\n" for line in printed)) is not None


def steady(text: str) -> list[str]:
    return RUN.sub("20261121-081555-46d2", text).rstrip("\n").splitlines()


def test_the_commands_of_the_tutorial_print_what_it_shows(stomper: Stomper, tmp_path: Path) -> None:
    codes = {words: iter(some) for words, some in LEFT.items()}
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    folder = tmp_path
    for command, shown in commands():
        if command.startswith("stomper "):
            result = stomper.run(folder, *shlex.split(command)[1:], env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
            result.check(next(codes.get(command, iter(())), 0))
            printed = result.out
        else:
            done = subprocess.run(
                ["sh", "-ec", command], cwd=folder, env=env, capture_output=True, text=True, check=True
            )
            printed = done.stdout
        if shown is not None:
            assert has_all(steady(printed), shown), f"{command}\n{printed}"
        folder = tmp_path / "ledger"


def test_lines_that_are_not_there_are_missed() -> None:
    assert has_all(["a", "b", "c"], ["a", ELLIPSIS, "c"])
    assert has_all(["a", "c"], ["a", ELLIPSIS, "c", ELLIPSIS])
    assert not has_all(["a", "b", "c"], ["a", "c"])
    assert not has_all(["a", "b"], ["a", ELLIPSIS, "c"])
