"""Checkers of the user's own to order: small programs that print what a test says."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stomper.checkers.command import CommandChecker
from stomper.settings import CheckerSettings

PATTERN = r"^(?P<path>.+?):(?P<line>\d+):(?P<column>\d+): (?P<severity>\w+) (?P<code>\w+) (?P<message>.*)$"
PLACES = {
    "items": "files.problems", "path": "name", "line": "at.0", "column": "at.1", "code": "rule",
    "message": "text", "severity": "how", "fixable": "fix",
}  # fmt: skip
# Prints the file that it is told to, and ends with the exit code it is told to.
PRINTER = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read()); sys.exit(int(sys.argv[2]))"


# Finds the lines that begin with "bad", after it has done what it is told to where it looks.
FINDS = (
    "import os, pathlib, shutil, subprocess, sys\n{does}\n"
    "for path in sys.argv[1:]:\n"
    "    for number, line in enumerate(pathlib.Path(path).read_text().splitlines(), 1):\n"
    "        if line.startswith('bad'): print(f'{{path}}:{{number}}:1: error B1 is bad')\n"
)


def finder(does: str) -> CommandChecker:
    """A checker that does something before it looks; `does` is one line of Python."""
    return own_checker("pattern", sys.executable, "-c", FINDS.format(does=does), exit_codes=(0, 1))


def finder_table(does: str) -> str:
    """The TOML of the same as `[tool.stomper.checker.mine]`."""
    command = json.dumps([sys.executable, "-c", FINDS.format(does=does)])
    return f"[tool.stomper.checker.mine]\ncommand = {command}\nformat = 'pattern'\npattern = '{PATTERN}'\n"


def own_checker(form: Any, *command: str, **facts: Any) -> CommandChecker:
    """A checker with this command; what else it needs for its format is there."""
    needed: dict[str, dict[str, Any]] = {"pattern": {"pattern": PATTERN}, "json": {"json": tuple(PLACES.items())}}
    more = needed.get(form, {})
    settings = CheckerSettings(**{"name": "mine", "command": command, "format": form, "timeout": 60.0, **more, **facts})
    return CommandChecker(settings, settings.command)


def printing(
    folder: Path, form: str, output: str | bytes | Mapping[str, Any], code: int = 1, **facts: Any
) -> CommandChecker:
    """A checker that prints `output`, whatever it is asked about."""
    text = json.dumps(output) if isinstance(output, Mapping) else output
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "output"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return own_checker(form, sys.executable, "-IS", "-c", PRINTER, str(file), str(code), **facts)


def log(*results: Mapping[str, Any], **run: Any) -> dict[str, Any]:
    """A SARIF log of one run with these results."""
    return {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t"}}, "results": [*results], **run}]}


def result(path: str = "a.js", **facts: Any) -> dict[str, Any]:
    """A SARIF result in the third line of a file."""
    place = {"artifactLocation": {"uri": path}, "region": {"startLine": 3, "startColumn": 5}}
    return {"ruleId": "R1", "message": {"text": "m"}, "locations": [{"physicalLocation": place}], **facts}


def fix(*replacements: Mapping[str, Any], path: str = "a.js") -> dict[str, Any]:
    """A SARIF fix of one file."""
    change = {"artifactLocation": {"uri": path}, "replacements": [*replacements]}
    return {"artifactChanges": [change]}


def replace(text: str, **region: int) -> dict[str, Any]:
    return {"deletedRegion": region, "insertedContent": {"text": text}}
