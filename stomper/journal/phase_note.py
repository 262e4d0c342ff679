"""The note of a living run on a phase that has no files to count, for `stomper status`."""

import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stomper.disk.atomic_write import write_atomically
from stomper.disk.parse import parse_json
from stomper.disk.private_files import ForeignError, open_private

NAME = "phase.json"


@dataclass(frozen=True, slots=True)
class PhaseNote:
    """How far a phase has come, in `text` and in numbers. Times are seconds since 1970, None if unknown.

    `test_runs` counts those that were begun, `suspects` the files one of which breaks something. `ends` is when the
    phase may be over, if things go on like this.
    """

    text: str
    began: float
    test_runs: int = 0
    suspects: int | None = None
    seconds_per_run: float | None = None
    ends: float | None = None


def write_phase(folder: Path, note: PhaseNote | None) -> None:
    """Write the note of the run in a folder, or remove it."""
    if note is None:
        (folder / NAME).unlink(missing_ok=True)
    else:
        write_atomically(folder / NAME, json.dumps(dataclasses.asdict(note)).encode(), durable=False, private=True)


def read_phase(folder: Path) -> PhaseNote | None:
    """Read the note of the run in a folder; None if there is none that can be read."""
    try:
        with os.fdopen(open_private(folder / NAME, os.O_RDONLY), "rb") as file:
            return _note(parse_json(file.read()))
    except (OSError, ValueError, KeyError, TypeError, ForeignError):
        return None


def _note(facts: dict[str, Any]) -> PhaseNote:
    """Raises ValueError, KeyError or TypeError for what no run would have written."""
    suspects = facts["suspects"]
    return PhaseNote(
        str(facts["text"]),
        float(facts["began"]),
        int(facts["test_runs"]),
        None if suspects is None else int(suspects),
        _seconds(facts["seconds_per_run"]),
        _seconds(facts["ends"]),
    )


def _seconds(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]  # raises TypeError
