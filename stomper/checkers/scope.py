"""Decide which checker looks at which file if there are checkers of several languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.checkers.base import Checker, only_reads
from stomper.checkers.completeness import Look, Looking
from stomper.globs import matches
from stomper.python import is_notebook

PYTHON = (".py", ".pyi", ".ipynb")


@dataclass(frozen=True, slots=True)
class Scoped(Looking):
    """A checker that is only shown the files that are meant for it.

    `include` are the glob patterns of what it looks at. Empty is for the built-in ones: Python files, and
    of the others those that no checker claims by `claimed` (a file named outright without an extension). Without
    `notebooks` those are left out whatever matches.
    """

    checker: Checker
    include: tuple[str, ...] = ()
    claimed: tuple[str, ...] = ()
    notebooks: bool = True

    @property
    def name(self) -> str:
        return self.checker.name

    @property
    def program(self) -> str | None:
        """The path of its program, None if it is none of its own."""
        return getattr(self.checker, "program", None)

    @property
    def only_reads(self) -> bool:
        return only_reads(self.checker)

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        mine = [path for path in paths if self._looks_at(path)]
        return self.checker.look(root, mine, scratch) if mine else Look()

    def _looks_at(self, path: str) -> bool:
        if is_notebook(path) and not self.notebooks:
            return False
        if self.include:
            return matches(path, self.include)
        return path.endswith(PYTHON) or not matches(path, self.claimed)
