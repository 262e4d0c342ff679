"""Agents that do as a test says: `tests/fakes/fixer.py` as the client's program."""

import json
from dataclasses import dataclass
from pathlib import Path

from stomper.fixers.agents.base import Answer, Ask, Call
from stomper.fixers.agents.fixer import AgentFixer
from stomper.models import Usage
from stomper.process import Completed
from stomper.settings import AgentSettings, Settings
from tests.kit.fakes import fake_fixer

KEY = "STUB_KEY"


@dataclass(frozen=True)
class StubClient:
    """A client that is started with these flags; what it says it took is always the same."""

    flags: tuple[str, ...]
    name: str = "stub"
    title: str = "Stub"
    programs: tuple[str, ...] = ("stub",)
    key_variable: str = KEY
    provider: str = "stub"
    tested: bool = True
    says_cost: bool = False
    own_server_only: bool = False

    def call(self, ask: Ask) -> Call:
        words = [word.replace("{file}", ask.path) for word in fake_fixer(*self.flags)]
        facts = {"root": str(ask.root), "home": str(ask.home)}
        return Call(
            tuple(words), {KEY: ask.key or ""}, ask.prompt.encode(), {"config.json": json.dumps(facts).encode()}
        )

    def read(self, ask: Ask, done: Completed) -> Answer:
        return Answer("" if done.returncode == 0 else f"it ended with {done.returncode}", usage=Usage(10, 2))


def stub_agent(*flags: str | Path | float, name: str = "stub", timeout: float = 60.0) -> AgentFixer:
    """The fixer that asks this agent."""
    agent = AgentSettings(name, "codex", timeout=timeout)
    return AgentFixer(name, StubClient(tuple(map(str, flags))), agent, Settings(), "stub")


GOOD = ("--replace", "bad ", "good ")
