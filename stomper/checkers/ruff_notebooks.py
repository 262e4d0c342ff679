"""Find the place in its file of what ruff says of a notebook: ruff counts lines from the top of a cell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from stomper.disk.regular_files import read_regular
from stomper.models import Told
from stomper.python import CannotReadError, CellPlaces, read_notebook

Place: TypeAlias = tuple[int, int]

TOP: Place = (1, 1)


@dataclass(frozen=True, slots=True)
class NotebookPlaces:
    """The places of the notebooks below `root`. Each is read once."""

    root: Path
    _read: dict[str, CellPlaces | None] = field(default_factory=dict)

    def place(self, path: str, row: Mapping[str, Any]) -> Place:
        """Give the line and column in the file at which a row about a cell begins; the top if that cannot be found."""
        return self._in_file(path, row["cell"], row["location"])

    def told(self, path: str, row: Mapping[str, Any], said: Told) -> Told:
        """Give what a row about a cell tells, `said` of its rule among it, with places in the file."""
        start, end = row["location"], row.get("end_location")
        cell = (int(row["cell"]), int(start["row"]), int(start["column"]))
        return Told(self._in_file(path, row["cell"], end) if end else None, said.rule, said.page, cell=cell)

    def _in_file(self, path: str, cell: Any, where: Mapping[str, Any]) -> Place:
        if path not in self._read:
            self._read[path] = _places(self.root / path)
        places = self._read[path]
        return TOP if places is None else places.in_file(int(cell), int(where["row"]), int(where["column"]))


def _places(file: Path) -> CellPlaces | None:
    try:
        return CellPlaces(read_notebook(read_regular(file)))
    except (CannotReadError, OSError):
        return None
