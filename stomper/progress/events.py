"""Progress for programs: one event a line, as JSON. docs/events.md describes them, docs/events.schema.json too."""

import contextlib
import sys
import threading
import time
from collections.abc import Mapping
from typing import IO, Any

from stomper.models import FixTask, Outcome, suppressed_in
from stomper.text.printable import json_text, one_line

SCHEMA_VERSION = 1


class Events:
    """Writes each event to `out`, or to stderr, at once.

    Nobody may be left to read it: the run goes on.
    """

    def __init__(self, out: IO[str] | None = None) -> None:
        self.out = out or sys.stderr
        self.lock = threading.Lock()

    def stage(self, text: str) -> None:
        self.event("stage", {"text": text})

    def begin(self, tasks: int, diagnostics: int) -> None:
        self.event("round", {"files": tasks})

    def started(self, task: FixTask) -> None:
        self.event("file_started", {"path": task.path, "diagnostics": len(task.diagnostics)})

    def finished(self, task: FixTask, outcome: Outcome, fixed: int) -> None:
        self.event(
            "file_done",
            {
                "path": task.path,
                "status": outcome.status,
                "reason": one_line(outcome.reason),
                "diagnostics": len(outcome.before),
                "fixed": fixed,
                "suppressed": len(suppressed_in(outcome)),
            },
        )

    def note(self, text: str) -> None:
        self.event("note", {"text": text})

    def waiting(self, text: str) -> None:
        pass

    def end(self) -> None:
        pass

    def event(self, name: str, facts: Mapping[str, Any]) -> None:
        now = time.time()
        when = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now))}.{int(now % 1 * 1000):03}Z"
        head = {"schema_version": SCHEMA_VERSION, "event": name, "time": when}
        with self.lock, contextlib.suppress(OSError):
            self.out.write(f"{json_text({**head, **facts})}\n")
            self.out.flush()
