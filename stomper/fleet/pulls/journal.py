"""What a fleet's folder knows of its pull requests: what was begun, pushed and done, for each repository of a forge."""

import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from stomper.disk import jsonl
from stomper.errors import StomperError
from stomper.process.crash import crash_point

JOURNAL = "pulls.jsonl"
Action: TypeAlias = Literal["created", "updated", "current", "closed", "cleaned", "kept", "left", "skipped", "failed"]
ACTIONS: tuple[Action, ...] = get_args(Action)
NOT_DONE = frozenset[Action]({"left", "failed"})


@dataclass(frozen=True, slots=True)
class Pulled:
    """What became of the pull request of one repository: what was done, where it is, and why it is not otherwise."""

    name: str
    action: Action
    reason: str = ""
    url: str = ""
    number: int = 0
    head: str = ""

    def facts(self) -> dict[str, Any]:
        """Give it for a report; what is unknown is absent."""
        return {key: value for key, value in asdict(self).items() if key != "name" and value}


@dataclass(slots=True)
class Known:
    """What is known of one repository of a forge. `incomplete` says that a pull request was begun and not finished."""

    pushed: set[str] = field(default_factory=set)
    incomplete: bool = False


class PullJournal:
    """The journal on disk, written by several threads. It outlives its fleet: later ones use the same branches."""

    def __init__(self, folder: Path) -> None:
        self.path, self._writing = folder / JOURNAL, threading.Lock()
        self.known: dict[str, Known] = {}
        self.done: dict[str, dict[str, Pulled]] = {}
        for entry in self._entries():
            self._add(entry)

    def begin(self, place: str, head: str) -> None:
        """Note, before it is done, that a commit is pushed to the branch of a place."""
        self._append(event="pushing", place=place, head=head)
        crash_point("pull-pushing")

    def making(self, place: str) -> None:
        """Note, before it is done, that a pull request is made: until it is complete, it may lack something."""
        self._append(event="making", place=place)
        crash_point("pull-making")

    def finish(self, fleet: str, place: str, pulled: Pulled) -> None:
        """Note what became of it."""
        crash_point("pull-unfinished")
        self._append(event="done", fleet=fleet, place=place, pulled=asdict(pulled))

    def of(self, place: str) -> Known:
        return self.known.get(place) or Known()

    def of_fleet(self, fleet: str) -> Mapping[str, Pulled]:
        """Give what became of the pull requests of one fleet, by the names of its repositories."""
        return self.done.get(fleet, {})

    def _append(self, **entry: object) -> None:
        full = {"at": time.time(), **entry}
        with self._writing:
            jsonl.append(self.path, full)
            self._add(full)

    def _entries(self) -> list[dict[str, Any]]:
        return jsonl.read(self.path)[0]

    def _add(self, entry: dict[str, Any]) -> None:
        try:
            known = self.known.setdefault(str(entry["place"]), Known())
            match entry["event"]:
                case "pushing":
                    known.pushed.add(str(entry["head"]))
                case "making":
                    known.incomplete = True
                case "done":
                    pulled = Pulled(**entry["pulled"])
                    known.incomplete = known.incomplete and pulled.action in NOT_DONE
                    self.done.setdefault(str(entry["fleet"]), {})[pulled.name] = pulled
                case _:
                    pass
        except (KeyError, TypeError) as error:
            raise StomperError(f"{self.path} cannot be read: {error!r:.200}") from error
