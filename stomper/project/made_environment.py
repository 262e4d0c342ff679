"""An environment that was made for a project outside of it: where things are, and what of it a worktree needs."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stomper.disk.parse import parse_json
from stomper.disk.regular_files import read_regular
from stomper.disk.validate import path_problem

RECORD = "made.json"
SOURCE, VENV = "source", "venv"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Made:
    """The environment in `folder`, of which nothing counts before its record is written.

    `python` is its interpreter, '' if it has none; `copies` are what the set-up made beside the project's files, such
    as compiled modules, `links` what is large: both from the top of `source`, the copy of the project that it was made
    in.
    """

    folder: Path
    python: str = ""
    copies: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def source(self) -> Path:
        return self.folder / SOURCE

    @property
    def programs(self) -> tuple[Path, ...]:
        """The folders with programs that it brought."""
        own = [Path(self.python).parent] if self.python else []
        return (*own, *(self.source / link / ".bin" for link in self.links))

    def record(self) -> bytes:
        """What is written when it is made."""
        inner = Path(self.python).relative_to(self.folder).as_posix() if self.python else ""
        facts = {"format": FORMAT, "python": inner, "copies": self.copies, "links": self.links}
        return json.dumps(facts, indent=2).encode()


def read_made(folder: Path) -> Made | None:
    """The environment in a folder; None if it was not made to its end, or by another version."""
    try:
        facts = parse_json(read_regular(folder / RECORD))
    except (OSError, ValueError):
        return None
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        return None
    copies, links, python = _paths(facts.get("copies")), _paths(facts.get("links")), str(facts.get("python") or "")
    if copies is None or links is None or _paths([python] if python else []) is None:
        return None
    made = Made(folder, str(folder / python) if python else "", copies, links)
    return made if not python or Path(made.python).exists() else None


def _paths(words: Any) -> tuple[str, ...] | None:
    """Paths below the folder; None if one of them is none."""
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        return None
    return None if any(path_problem(word) for word in words) else tuple(words)
