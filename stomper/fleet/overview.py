"""The state of a fleet at this moment, read from what is on disk."""

import time
from dataclasses import dataclass, field

from stomper.fleet.folder import FleetFolder, FleetHistory
from stomper.fleet.result import STATES


@dataclass(frozen=True, slots=True)
class AtWork:
    """A repository that is worked on, or ready for that: where, and since how many seconds."""

    name: str
    top: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Overview:
    """A fleet: its `state` is running, killed, interrupted or finished; `counts` are repositories by their state."""

    fleet: str
    state: str
    total: int
    counts: dict[str, int] = field(default_factory=dict)
    at_work: tuple[AtWork, ...] = ()
    waiting: int = 0
    exit_code: int | None = None
    started: float = 0.0


def overview(folder: FleetFolder) -> Overview:
    """Read how far a fleet has come. Raises StomperError if there is none."""
    identity, fleet = folder.read_header()
    alive, history = folder.is_alive, folder.history()
    states = [result.state for result in history.results.values()]
    states += ["skipped" for entry in fleet.entries if entry.skipped]
    begun = [AtWork(name, one.top, time.time() - one.at) for name, one in history.begun.items()]
    left = len(fleet.entries) - len(states) - len(begun)
    return Overview(
        fleet=identity,
        state=_state(alive, history, left + len(begun)),
        total=len(fleet.entries),
        counts={state: states.count(state) for state in STATES if state in states},
        at_work=tuple(begun),
        waiting=left,
        exit_code=history.exit_code,
        started=history.started,
    )


def _state(alive: bool, history: FleetHistory, left: int) -> str:
    if alive:
        return "running"
    if not history.over:
        return "killed"
    return "interrupted" if left else "finished"
