"""The counts of commits that were looked at, remembered in the state folder by commit and configuration."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from stomper.disk.atomic_write import write_atomically
from stomper.disk.parse import parse_json
from stomper.disk.private_files import make_folder
from stomper.report.trend import Point

NAME = "trend.json"
MOST_KEYS = 8
SHORT = 12

Rows: TypeAlias = dict[str, list[object]]


@dataclass(slots=True)
class Remembered:
    """The points of commits, for each configuration (`key`); the one that was used last is the last."""

    path: Path
    rows: dict[str, Rows] = field(default_factory=dict)

    @classmethod
    def read(cls, state: Path) -> "Remembered":
        """Read the file in a state folder; what is not of our form was not remembered."""
        path = state / NAME
        try:
            found = parse_json(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            found = None
        sound = {key: rows for key, rows in found.items() if isinstance(rows, dict)} if isinstance(found, dict) else {}
        return cls(path, sound)

    def get(self, key: str, commit: str) -> Point | None:
        """The point of a commit, None if nobody has looked at it by this configuration."""
        return _point(commit, self.rows.get(key, {}).get(commit))

    def last(self) -> list[Point]:
        """The points by the configuration that was used last, the oldest first."""
        rows = next(reversed(self.rows.values()), {})
        # Each call goes back from the head: of the commits of one second the last is the oldest.
        points = [point for commit, row in reversed(rows.items()) if (point := _point(commit, row))]
        return sorted(points, key=lambda point: point.when)

    def put(self, key: str, commit: str, row: list[object]) -> None:
        """Remember a row (seconds since 1970, what is left, the baseline's, a note), on the disk at once."""
        self.rows[key] = {**self.rows.pop(key, {}), commit: row}
        for old in list(self.rows)[:-MOST_KEYS]:
            del self.rows[old]
        make_folder(self.path.parent)
        write_atomically(self.path, json.dumps(self.rows).encode(), durable=False, private=True)


def _point(commit: str, row: object) -> Point | None:
    match row:
        case [int(seconds), int(left), int() | None as known, str(note)]:
            when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
            return Point(when, commit[:SHORT], left, left, known, note)
        case _:
            return None
