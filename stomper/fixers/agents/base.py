"""The interface of an agent's client program: the call, and the reading of its answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from stomper import process
from stomper.fixers.base import Failure
from stomper.models import Usage
from stomper.settings import AgentSettings


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to an agent about the file `path` below `root`.

    `home` is an empty folder of its own for the client's configuration, `key` what the variable of the
    provider's key holds, None if it is not set.
    """

    root: Path
    path: str
    prompt: str
    home: Path
    settings: AgentSettings
    program: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """The start of a client. `files` are written first: paths below `home`, and their contents.

    `env` is all that it sees beside a short list of what any program needs. `limited` matches what it prints
    where it begins to wait for its provider: waiting is for Stomper to do, for all workers at once, so it is
    ended then.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    stdin: bytes | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    limited: re.Pattern[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The client's own account of its work. It decides nothing: only the diff and the re-check do.

    `problem` is empty if it says that it is done; `usage` None if it does not say what it took;
    `retry_after` are seconds that the provider asks to wait.
    """

    problem: str = ""
    failure: Failure = Failure.NONE
    usage: Usage | None = None
    retry_after: float | None = None


class AgentClient(Protocol):
    """One client program. Stateless and picklable; `tested` says that its adapter was run against the real one here."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str:
        """The name that its makers give it."""
        ...

    @property
    def programs(self) -> tuple[str, ...]:
        """The names of its program, the usual one first."""
        ...

    @property
    def key_variable(self) -> str:
        """The variable in which its users keep their key."""
        ...

    @property
    def provider(self) -> str:
        """Whose limits it meets if no `base_url` is set."""
        ...

    @property
    def tested(self) -> bool: ...

    @property
    def says_cost(self) -> bool:
        """Return whether its answers report their cost. If not, a limit in money needs prices."""
        ...

    @property
    def own_server_only(self) -> bool:
        """Return whether it asks its own server only and takes no `base_url`."""
        ...

    def call(self, ask: Ask) -> Call:
        """Make the call for one attempt. The prompt is never in argv: Linux takes 128 kB there."""
        ...

    def read(self, ask: Ask, done: process.Completed) -> Answer:
        """Read its answer. Must not raise, whatever was printed."""
        ...
