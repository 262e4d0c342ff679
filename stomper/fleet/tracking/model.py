"""What is told of the work on one repository, and who can be told."""

from dataclasses import dataclass
from typing import Protocol

from stomper.fleet.result import Result


@dataclass(frozen=True, slots=True)
class Task:
    """The work on one repository of a fleet: `result` is None while it goes on. `source` can be shown to anybody."""

    fleet: str
    name: str
    source: str
    address: str
    result: Result | None = None

    @property
    def state(self) -> str:
        return "at work" if self.result is None else self.result.state

    @property
    def key(self) -> str:
        """What is told apart: its state, and the run that led to it."""
        return self.state if self.result is None else f"{self.state} {self.result.run}".strip()


class Tracker(Protocol):
    """Keeps the record. Whatever it cannot do raises StomperError."""

    def tell(self, task: Task) -> None:
        """Bring the record of a repository to its state. Told twice, it is kept once."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...
