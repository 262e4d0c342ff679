"""The real clients of agents for tests: where they are, how each differs, and one try of one at a file."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from stomper import process
from stomper.checkers import Checker, check_files, make_checkers
from stomper.fixers.agents import CLIENTS
from stomper.fixers.agents.base import Ask
from stomper.fixers.agents.fixer import AgentFixer
from stomper.fixers.base import Failure, FixReply, FixRequest
from stomper.models import Diagnostic, FixTask
from stomper.settings import AgentSettings, Client, Settings
from stomper.worker.chain import Chain
from stomper.workspace.worktree import Worktree
from tests.kit.cli import ROOT
from tests.kit.endpoints import Served, may_unshare
from tests.kit.repo import GitRepo

PATH = "app/bad.py"
OLD, NEW = "    return undefined_name\n", "    return len([])\n"  # F821, for which ruff has no fix
CONTENT = f"def broken() -> int:\n{OLD}"
GOOD = f"def broken() -> int:\n{NEW}"
KEY, KEY_VARIABLE = "key-of-the-agent", "SAMPLE_KEY"
# Each environment of a test is made anew; these are what the suite was started with.
STARTED_WITH = dict(os.environ)
# Where make puts the clients, below FOLDER. The launchers that npm makes are for others: these are the programs.
FOLDER = ROOT / "build" / "work" / "agents"
INSTALLED = {
    "claude-code": "node_modules/@anthropic-ai/claude-code-*/claude",
    "codex": "node_modules/@openai/codex-*/vendor/*/bin/codex",
    "copilot-cli": "more/node_modules/@github/copilot-*/copilot",
    "gemini-cli": "more/node_modules/.bin/gemini",
    "opencode": "more/node_modules/opencode-*/bin/opencode",
    "qwen-code": "more/node_modules/.bin/qwen",
    "aider": "more/aider/bin/aider",
}


@dataclass(frozen=True)
class Real:
    """A real client in the table, and what of it differs from others.

    `base` comes after the endpoint's address, `shell` says that it offers the model a shell, `refusal` how
    it tells a refusal, `usage` whether it says what it took, `caches` also which tokens came from a cache.
    `starts` is how many seconds it may take to its first request on a busy machine. `unmet` are the tests that
    it does not pass, by the words of their names, and why. One that `sandboxes` edits in a sandbox of its own
    or not at all.
    """

    name: str
    base: str = "/v1"
    shell: bool = False
    refusal: Failure = Failure.NONE
    usage: bool = True
    sandboxes: bool = False
    caches: bool = True
    starts: float = 8.0
    unmet: tuple[tuple[str, str], ...] = ()

    def why_unmet(self, test: str) -> str:
        """Why it does not pass a test, '' where it does."""
        return next((why for words, why in self.unmet if words.replace(" ", "_") in test), "")

    @property
    def variable(self) -> str:
        return f"STOMPER_TEST_{self.name.upper().replace('-', '_')}_BIN"

    def program(self) -> str:
        """Its program, where it is installed; the test is skipped where not, or fails where it must be there."""
        names = CLIENTS[self.name].programs
        found = (
            STARTED_WITH.get(self.variable) or self._installed() or next(filter(None, map(shutil.which, names)), None)
        )
        if found is None:
            self._do_without(f"no {names[0]} on PATH and no {self.variable}: `make agents` installs it")
        elif self.sandboxes and (why := no_sandbox(found)):
            self._do_without(why)
        return found or ""

    def _do_without(self, why: str) -> None:
        """Skip the test; fail it where skips are forbidden for this client."""
        required = STARTED_WITH.get("STOMPER_REQUIRE_CLIENTS", "").split(",")
        assert self.name not in required, f"{self.name} must work here: {why}"
        pytest.skip(f"{self.name}: {why}")

    def _installed(self) -> str | None:
        pattern = INSTALLED.get(self.name)
        return next(map(str, sorted(FOLDER.glob(pattern))), None) if pattern else None


def no_sandbox(program: str) -> str:
    """Why a client's own sandbox cannot work here, '' where it can."""
    if Path(program).resolve().is_relative_to("/dev"):
        return "its sandbox has a /dev of its own, and no program below it"
    return "" if may_unshare() or sys.platform != "linux" else "its sandbox needs user namespaces"


REAL = (
    Real("claude-code", base="", refusal=Failure.REFUSED),
    Real("codex", shell=True, sandboxes=True),
    Real(
        "qwen-code",
        starts=25.0,
        unmet=(("too many requests", "it waits for its provider without a word and without an end"),),
    ),
    Real(
        "opencode",
        refusal=Failure.REFUSED,
        starts=60.0,
        unmet=(("too many requests", "it asks six times, without a word between"),),
    ),
    Real(
        "aider",
        caches=False,
        starts=60.0,
    ),
    Real("gemini-cli", base="", starts=25.0),
    Real("copilot-cli", starts=25.0),
)


@dataclass(frozen=True)
class Tried:
    """A client at work on one file in a worktree of a repository."""

    real: Real
    fixer: AgentFixer
    served: Served
    repo: GitRepo
    tree: Worktree
    checkers: tuple[Checker, ...]

    def found(self) -> tuple[Diagnostic, ...]:
        return tuple(check_files(self.checkers, self.tree.root, [PATH], self.tree.scratch))

    def ask(self) -> FixReply:
        """One try, as a worker makes it."""
        return self.fixer.fix(FixRequest(self.tree.root, PATH, self.found(), None, self.tree.scratch))

    def run(self, **settings: Any) -> Chain:
        """The whole chain on the file, with this agent alone."""
        task = FixTask(0, PATH, self.found())
        chain = Chain(self.tree, task, self.checkers, Settings(**settings), lambda _: None, lambda *_: None)
        chain.run([self.fixer])
        return chain

    def content(self) -> str:
        return (self.tree.root / PATH).read_text()

    def send(self, prompt: str) -> FixReply:
        """The same with a prompt of one's own."""
        home = self.tree.scratch / "own-home"
        home.mkdir()
        ask = Ask(self.tree.root, PATH, prompt, home, self.fixer.agent, self.fixer.program, KEY)
        call = self.fixer.client.call(ask)
        for name, content in call.files.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(content)
        temporary = home / "tmp"
        temporary.mkdir()
        env = {"HOME": str(home), "TMPDIR": str(temporary), **call.env}
        done = process.run(call.argv, cwd=self.tree.root, env=env, stdin=call.stdin, timeout=120, contained=True)
        answer = self.fixer.client.read(ask, done)
        return FixReply(answer.problem, usage=answer.usage, failure=answer.failure)


def make_fixer(real: Real, served: Served, **keys: Any) -> AgentFixer:
    """The agent as a run makes it, asked for by a table that names the endpoint."""
    agent = AgentSettings(
        real.name,
        cast(Client, real.name),
        model="scripted",
        base_url=served.url + real.base,
        key_variable=KEY_VARIABLE,
        **{"timeout": 120.0, **keys},
    )
    return AgentFixer(real.name, CLIENTS[real.name], agent, Settings(), served.client(real.program()))


def own_checkers(repo: GitRepo) -> tuple[Checker, ...]:
    return make_checkers(Settings(), repo.path)
