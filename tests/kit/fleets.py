"""Fleets for tests: repositories with a finding or two, and what a fleet reports of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.kit.cli import Result, Stomper
from tests.kit.repo import GitRepo

FIXABLE = "import os\n\nONE = 1\n"
UNFIXABLE = "def one():\n    return undefined\n"
CLEAN = "ONE = 1\n"

MakeRepo = Callable[[str], GitRepo]


def sample(make_repo: MakeRepo, name: str, content: str = FIXABLE, files: int = 1) -> GitRepo:
    """Make a repository with such files, committed."""
    repo = make_repo(name)
    for number in range(files):
        repo.write(f"m{number}.py", content)
    repo.commit("first")
    return repo


@dataclass(frozen=True)
class FleetRun:
    """How a command of a fleet ended, and the report of the fleet."""

    result: Result
    report: dict[str, Any]

    @property
    def states(self) -> dict[str, str]:
        return {row["name"]: row["status"] for row in self.report["repositories"]}

    def of(self, name: str) -> dict[str, Any]:
        """Give the row of a repository."""
        (row,) = (row for row in self.report["repositories"] if row["name"] == name)
        assert isinstance(row, dict)
        return row


def run_fleet(stomper: Stomper, folder: Path, *words: str | Path, code: int = 0, stdin: str | None = None) -> FleetRun:
    """Run a command of the fleet in a folder, which is to end with this code, and read its report."""
    result = stomper.run(folder, "fleet", *words, "--report", folder / "fleet.json", stdin=stdin).check(code)
    return FleetRun(result, json.loads((folder / "fleet.json").read_text()))
