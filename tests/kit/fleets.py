"""Fleets for tests: repositories with a finding or two, and what a fleet reports of them."""

import dataclasses
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stomper.fleet.engine import Done
from stomper.fleet.folder import FleetFolder
from stomper.fleet.gather import Options, fleet_of_list
from stomper.fleet.model import Entry, Fleet, Terms
from stomper.fleet.report import report_on, to_dict
from stomper.fleet.session import Telling, begin, go_on
from tests.kit.cli import ROOT, Stomper
from tests.kit.repo import GitRepo

FIXABLE = "import os\n\nONE = 1\n"
UNFIXABLE = "def one():\n    return undefined\n"
CLEAN = "ONE = 1\n"
FAKE = (sys.executable, "-IS", str(ROOT / "tests/fakes/fix.py"))

MakeRepo = Callable[[str], GitRepo]


def sample(make_repo: MakeRepo, name: str, content: str = FIXABLE, files: int = 1) -> GitRepo:
    """Make a repository with such files, committed."""
    repo = make_repo(name)
    for number in range(files):
        repo.write(f"m{number}.py", content)
    repo.commit("first")
    return repo


def behaving(make_repo: MakeRepo, name: str, **behave: object) -> GitRepo:
    """Make a repository in which `tests/fakes/fix.py` does that."""
    repo = make_repo(name)
    repo.commit_file("behave.json", json.dumps(behave))
    return repo


@dataclass(frozen=True)
class FleetRun:
    """The end of a command of a fleet: its exit code, what it printed, and the report of the fleet."""

    code: int
    report: dict[str, Any]
    out: str = ""

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
    return FleetRun(result.code, json.loads((folder / "fleet.json").read_text()), result.out)


@dataclass
class FakeFleet:
    """A fleet in a folder, in this process, whose repositories are fixed by `tests/fakes/fix.py`."""

    place: Path
    done: list[str] = field(default_factory=list)
    """The names of repositories, in the order in which they were done."""

    def run(self, sources: Sequence[object], **terms: Any) -> FleetRun:
        """Run a fleet of these sources."""
        listed = "".join(f"{source}\n" for source in sources)
        return self.run_entries(fleet_of_list(listed, self.place, Options()).entries, **terms)

    def entry(self, source: str, **words: Any) -> Entry:
        """Give the entry of a source, with more said of it."""
        (made,) = fleet_of_list(f"{source}\n", self.place, Options()).entries
        return dataclasses.replace(made, **words)

    def run_entries(self, entries: Sequence[Entry], **terms: Any) -> FleetRun:
        fleet = Fleet(tuple(entries), Terms(**terms))
        return self._ended(begin(self.folder, fleet, True, self._telling, FAKE))

    def resume(self, *only: Any, change: Callable[[Fleet], Fleet] = lambda fleet: fleet) -> FleetRun:
        return self._ended(go_on(self.folder, only, change, self._telling, FAKE))

    @property
    def folder(self) -> FleetFolder:
        return FleetFolder(self.place / "stomper-fleet")

    @property
    def calls(self) -> list[dict[str, Any]]:
        """What the fakes were called with, and how many were at work then."""
        log = self.place / "log" / "calls.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def called(self, name: str) -> int:
        """Count the calls for a repository."""
        return sum(Path(call["top"]).name == name for call in self.calls)

    @property
    def _telling(self) -> Telling:
        return Telling(lambda _: None, self._hear)

    def _hear(self, one: Done, _count: int, _total: int) -> None:
        self.done.append(one.entry.name)

    def _ended(self, code: int) -> FleetRun:
        return FleetRun(code, to_dict(report_on(self.folder)))
