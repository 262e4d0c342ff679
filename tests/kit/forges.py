"""Fleets whose repositories are on scripted forges."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stomper.fleet.folder import FleetFolder
from stomper.fleet.gather import Options, fleet_of_file
from stomper.fleet.model import Fleet
from stomper.fleet.pulls.journal import Pulled
from stomper.fleet.pulls.session import Hearing, Wish, push_fleet
from stomper.fleet.session import Telling, begin
from tests.fakes.forge.server import Forge, Kind, forge
from tests.fakes.forge.state import TOKEN, Repo
from tests.kit.cli import Result, Stomper
from tests.kit.fleets import FAKE, MakeRepo, behaving

VARIABLE = "TOKEN_OF_THE_TESTS"
BRANCH = "stomper/fixes"


@dataclass
class OnForge:
    """A fleet in `place` whose repositories are on a forge; they are fixed by `tests/fakes/fix.py` in this process."""

    forge: Forge
    place: Path
    make_repo: MakeRepo
    stomper: Stomper
    pulled: dict[str, Pulled] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    @property
    def folder(self) -> FleetFolder:
        return FleetFolder(self.place / "stomper-fleet")

    def add(self, *names: str, **behave: object) -> list[Repo]:
        """Have repositories on the forge; of each a run fixes one diagnostic, if nothing else is said."""
        facts = {"fixed": 1, **behave}
        return [
            self.forge.state.add(f"team/{name}", behaving(self.make_repo, f"{name}-source", **facts).path)
            for name in names
        ]

    def write(self, push: str = "", pause: float = 0, forges: Sequence[Forge] = ()) -> None:
        """Write the fleet's file: all repositories of its forge, and of others."""
        every = (self.forge, *forges)
        rows = [f'[[repository]]\nurl = "{one.address(path)}"\n' for one in every for path in one.state.repos]
        known = [
            f'[[forge]]\nhost = "{one.host}"\nkind = "{one.kind}"\ntoken_variable = "{VARIABLE}"\npause = {pause}\n'
            for one in every
        ]
        (self.place / "fleet.toml").write_text("\n".join([f"[push]\n{push}\n", *known, *rows]))

    def fix(self, push: str = "", **terms: Any) -> None:
        """Have a run fix them all."""
        self.write(push, **terms)
        fleet = fleet_of_file(self.place / "fleet.toml", Options())
        begin(self.folder, fleet, True, Telling(lambda _: None, lambda *_: None), FAKE)

    def push(self, withdraw: bool = False, **change: Any) -> int:
        """Push, or take back, and give the exit code. `change` are terms of this time."""

        def changed(fleet: Fleet) -> Fleet:
            return replace(fleet, pulls=replace(fleet.pulls, **change))

        self.pulled, self.told = {}, []
        return push_fleet(self.folder, Wish(changed, withdraw), Hearing(self.told.append, self._hear))

    def _hear(self, one: Pulled) -> None:
        assert one.name not in self.pulled
        self.pulled[one.name] = one

    @property
    def actions(self) -> dict[str, str]:
        return {name: one.action for name, one in sorted(self.pulled.items())}

    def run(self, *words: str, code: int = 0, **env: str) -> Result:
        """Run a command of the fleet, which ends with this code and says no token."""
        found = self.stomper.run(self.place, "fleet", *words, env={VARIABLE: TOKEN, **env})
        assert TOKEN not in found.out + found.err
        return found.check(code)

    def report(self, *words: str) -> dict[str, dict[str, Any]]:
        """Give what the report of the fleet has on its pull requests."""
        self.run("report", *words, "-q", "--report", "pulls.json")
        report = json.loads((self.place / "pulls.json").read_text())
        return {row["name"]: row["pull_request"] for row in report["repositories"] if "pull_request" in row}


@contextmanager
def on_forge(kind: Kind, folder: Path, make_repo: MakeRepo, stomper: Stomper) -> Iterator[OnForge]:
    """Start a forge, with a place for a fleet."""
    place = folder / "fleet"
    (place / "log").mkdir(parents=True)
    with forge(kind, folder / kind) as made:
        yield OnForge(made, place, make_repo, stomper)
