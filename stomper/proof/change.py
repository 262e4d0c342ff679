"""A change of one file, for the checks that look at it."""

import ast
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from stomper.fixers.annotations.surroundings import Surroundings
from stomper.python import read_tree


@dataclass(frozen=True)
class Change:
    """A fixer's change of the file `path` below `root`: `before` and `after` are its texts.

    The other files below `root` are those of `commit`; `scratch` is for temporary files.
    """

    fixer: str
    root: Path
    path: str
    before: str
    after: str
    scratch: Path
    around: Surroundings = field(default_factory=Surroundings)
    commit: str = ""

    @cached_property
    def trees(self) -> tuple[ast.Module, ast.Module]:
        return read_tree(self.before), read_tree(self.after)
