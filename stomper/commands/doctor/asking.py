"""Ask an agent's program for its version: in the sandbox of a run, without a network.

A configuration may name any program as an agent's, and one on PATH is no more known for what it does when it starts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.checkers.read_only_options import NO_BYTECODE
from stomper.commands.doctor.versions import TIMEOUT, UNKNOWN, version_in
from stomper.disk.remove_trees import temporary_folder
from stomper.errors import ToolError
from stomper.fixers.agents.fixer import INHERITED
from stomper.git.repository import Repository
from stomper.settings import Settings
from stomper.worker.checkout_watch import agents_sandbox
from stomper.workspace.worktree import worktrees_folder

# It unpacks 240 MB into the user's cache when it is first started, whatever it is asked.
NOT_STARTED = frozenset({"copilot"})
OUTSIDE = "asked outside of a sandbox"


@dataclass(frozen=True, slots=True)
class Asking:
    """The sandbox of a run's agents, None if a run has none for them; `sealed` starts a program without a network.

    `refused` says why a run would start no agent at all; '' if it would.
    """

    sandbox: process.Sandbox | None = None
    sealed: Sequence[str] = ()
    refused: str = ""

    @property
    def kept(self) -> bool:
        """Say whether a program is kept from anything: one that nobody has configured is not started otherwise."""
        return self.sandbox is not None or bool(self.sealed)

    def version(self, program: str) -> str:
        """The version that a program says, in a home of its own; '' if it is not started, UNKNOWN for no answer."""
        if self.refused or Path(program).name in NOT_STARTED:
            return ""
        with temporary_folder("stomper-doctor-") as folder:
            return self._version(program, folder.resolve())

    def _version(self, program: str, home: Path) -> str:
        before = () if self.sandbox is not None else self.sealed
        try:
            done = process.run(
                [*before, program, "--version"],
                cwd=home,
                env={**NO_BYTECODE, "HOME": str(home), "TMPDIR": str(home)},
                timeout=TIMEOUT,
                contained=True,
                inherited=INHERITED,
                sandbox=self.sandbox and self.sandbox.opened(home),
            )
        except ToolError:
            return UNKNOWN
        return version_in(done)


def how_to_ask(repository: Repository | None, settings: Settings, sealed: Sequence[str]) -> Asking:
    """Choose the sandbox in which to ask agents: that of a run; none outside of a repository."""
    if repository is None:
        return Asking(sealed=sealed)
    try:
        return Asking(agents_sandbox(repository, settings, worktrees_folder(repository.top)), sealed)
    except ToolError as error:
        return Asking(sealed=sealed, refused=error.message)
