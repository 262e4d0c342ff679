"""A checker that writes down all that it could see in the tree, and finds the bad lines as ever."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.checkers.completeness import Look
from tests.kit.changes import listing
from tests.kit.jobs import LineChecker


def nothing(_root: Path) -> None:
    """Do nothing at the look."""


@dataclass(frozen=True)
class Witness(LineChecker):
    """What lies in the tree at each look goes to `log`, a line each; `meanwhile` is what others do during the look."""

    log: Path = Path("seen")
    meanwhile: Callable[[Path], None] = nothing

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        seen = {name: [kind, content.decode("latin-1")] for name, (kind, content) in listing(root).items()}
        with self.log.open("a") as file:
            file.write(json.dumps(seen) + "\n")
        self.meanwhile(root)
        return super().look(root, paths, scratch)

    def seen(self) -> list[dict[str, list[str]]]:
        """What lay there, look by look."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []
