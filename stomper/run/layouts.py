"""Format, in this process, what becomes of files that workers have fixed, and that were clean in the base commit."""

import contextlib
from dataclasses import dataclass, field
from functools import partial

from stomper.formatters.staying import end_formatters
from stomper.run.set_up import SetUp
from stomper.units.division import Formatted, as_it_is
from stomper.worker.formatting import Formatting
from stomper.workspace.worktree import Worktree

NAME = "layout"


@dataclass(slots=True)
class Layouts:
    """The layouts of the files of a run's base commit. Its worktree is opened for the first of them, and closed last.

    What is known of each file is kept.
    """

    made: SetUp
    _open: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _tree: Worktree | None = None
    _known: dict[str, Formatting] = field(default_factory=dict)

    def of(self, path: str) -> Formatted:
        """Give what formats contents of a file, as it was laid out in the base commit."""
        return partial(self._formatted, path) if self.made.formatters.found else as_it_is

    def _formatted(self, path: str, content: bytes) -> bytes | None:
        if path not in self._known:
            self._known[path] = Formatting(self._worktree(), path, self.made.formatters.found, self.made.room)
        return self._known[path].tried(content)

    def _worktree(self) -> Worktree:
        if self._tree is None:
            self._tree = self._open.enter_context(self.made.trees.open(NAME, self.made.base))
            self.made.project.prepare(self._tree)
            self._open.callback(end_formatters)
        return self._tree

    def close(self) -> None:
        """Close the worktree, and end the programs that stay."""
        self._open.close()
        self._tree = None
        self._known.clear()
