"""An agent whose client is a fake program (`tests/fakes/agent.py`), metered as in a run."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stomper import process
from stomper.fixers.agents.base import Answer, Ask, Call
from stomper.fixers.agents.fixer import AgentFixer
from stomper.fixers.base import Failure, Fixer
from stomper.learning.records import Record
from stomper.metering.metered_fixer import meter
from stomper.models import Usage
from stomper.settings import AgentSettings, Settings
from tests.kit.fakes import FAKES, PYTHON

AGENT = AgentSettings("faked", "codex", base_url="http://provider.example/v1", patience=60.0)


@dataclass(frozen=True)
class FakeClient:
    """Starts the fake with `flags`. `folder` is its provider."""

    folder: Path
    flags: tuple[str, ...] = ()
    name: str = "faked"
    title: str = "Fake"
    programs: tuple[str, ...] = ("fake",)
    key_variable: str = "FAKE_KEY"
    provider: str = "faker"
    tested: bool = False
    says_cost: bool = False
    own_server_only: bool = False

    def call(self, ask: Ask) -> Call:
        return Call((*PYTHON, str(FAKES / "agent.py"), ask.path, str(self.folder), *self.flags), {})

    def read(self, ask: Ask, done: process.Completed) -> Answer:
        if not done.stdout:
            return Answer(f"{self.name}: {done.words()}", Failure.FAILED)
        said = json.loads(done.stdout)
        failure = Failure.RATE_LIMITED if said["limited"] else Failure.NONE
        usage = Usage(**said["usage"]) if said["usage"] else None
        return Answer("limited" if failure else "", failure, usage, said["retry_after"])


@dataclass(frozen=True)
class FakeProvider:
    """Where the requests of fake agents are noted, and agents that send theirs there."""

    folder: Path

    @property
    def requests(self) -> list[str]:
        """The files that were asked about, in the order of time."""
        notes = self.folder / "requests"
        return notes.read_text().split() if notes.exists() else []

    def agent(
        self,
        *flags: str | float,
        settings: Settings,
        run: Path,
        agent: AgentSettings = AGENT,
        deadline: float = math.inf,
        records: Sequence[Record] = (),
    ) -> Fixer:
        """A metered agent; `run` is the folder of its run. `settings` get its table."""
        client = FakeClient(self.folder, tuple(map(str, flags)))
        made = with_agent(settings, agent)
        return meter([AgentFixer(agent.name, client, agent, made, "fake")], made, run, deadline, records)[0]


def with_agent(settings: Settings, agent: AgentSettings = AGENT) -> Settings:
    return replace(settings, agents=(agent,))
