"""A record that a program of the user keeps: it is told of each repository on stdin."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stomper import process
from stomper.errors import ToolError
from stomper.fleet.result import facts_of
from stomper.fleet.tracking.model import Task
from stomper.text.printable import one_line

LIMIT = 60.0  # seconds for one call


@dataclass(frozen=True, slots=True)
class CommandTracker:
    """Calls `argv` in `folder` for each state of each repository, with one JSON document on stdin."""

    argv: tuple[str, ...]
    folder: Path

    def tell(self, task: Task) -> None:
        """Call the program (see `Tracker`). Raises ToolError if it does not end well."""
        document = json.dumps(facts_for(task)).encode() + b"\n"
        done = process.run(list(self.argv), cwd=self.folder, stdin=document, timeout=LIMIT, contained=True)
        if done.returncode or not done.ended:
            said = one_line(done.stderr[-400:].decode("utf-8", "replace"))
            raise ToolError(f"{self.argv[0]} ended with {done.returncode}{': ' + said if said else ''}")

    def close(self) -> None:
        """Nothing is open."""


def facts_for(task: Task) -> dict[str, Any]:
    """Give what a program is told."""
    event = "begun" if task.result is None else "finished"
    facts = {"event": event, "fleet": task.fleet, "name": task.name, "source": task.source, "state": task.state}
    return facts if task.result is None else {**facts, "result": facts_of(task.result)}
