"""What a fleet's folder knows of its record elsewhere: which issue is whose, and what was told last."""

import time
from pathlib import Path
from typing import Any

from stomper.disk import jsonl
from stomper.errors import StomperError
from stomper.process.crash import crash_point

JOURNAL = "tracker.jsonl"


class TrackJournal:
    """The journal on disk, of one fleet and one tracker; one thread writes it.

    A number of an issue means something at its `tracker` alone: elsewhere that is somebody else's.
    """

    def __init__(self, folder: Path, fleet: str, tracker: str) -> None:
        self.path, self.fleet, self.tracker = folder / JOURNAL, fleet, tracker
        self.issues: dict[str, int] = {}
        self.told: dict[str, str] = {}
        self.half: set[str] = set()
        for entry in jsonl.read(self.path)[0]:
            self._add(entry)

    def making(self, name: str) -> None:
        """Note, before it is done, that an issue is made."""
        self._append(event="making", name=name)
        crash_point("track-making")

    def made(self, name: str, number: int) -> None:
        crash_point("track-made")
        self._append(event="made", name=name, number=number)

    def tell(self, name: str, state: str) -> None:
        self._append(event="told", name=name, state=state)

    def _append(self, **entry: object) -> None:
        full = {"at": time.time(), "fleet": self.fleet, "tracker": self.tracker, **entry}
        jsonl.append(self.path, full)
        self._add(full)

    def _add(self, entry: dict[str, Any]) -> None:
        try:
            if (entry["fleet"], entry["tracker"]) != (self.fleet, self.tracker):
                return
            name = str(entry["name"])
            match entry["event"]:
                case "making":
                    self.half.add(name)
                case "made":
                    self.issues[name] = int(entry["number"])
                    self.half.discard(name)
                case "told":
                    self.told[name] = str(entry["state"])
                case _:
                    pass
        except (KeyError, TypeError, ValueError) as error:
            raise StomperError(f"{self.path} cannot be read: {error!r:.200}") from error
