"""A checkout of the base commit for the language servers of one worker, where nobody changes a file."""

import os
from contextlib import ExitStack

from stomper.language_servers.keeping import Place, end_servers
from stomper.project.environment import Project
from stomper.workspace.shelf import Shelf

SERVERS = "servers"


class ServerHome:
    """Made from `trees` when it is first wanted, and there until it is closed, with all servers ended before."""

    def __init__(self, trees: Shelf, base: str, project: Project) -> None:
        self._trees, self._base, self._project = trees, base, project
        self._open = ExitStack()
        self._place: Place | None = None

    def place(self) -> Place:
        """Give the checkout, furnished like those of tasks, and its folder for temporary files."""
        if self._place is None:
            name = f"{SERVERS}-{os.getpid()}"
            tree = self._open.enter_context(self._trees.open(name, self._base, SERVERS))
            self._project.prepare(tree)
            self._place = tree.root, tree.scratch
        return self._place

    def close(self) -> None:
        if self._place is not None:
            self._place = None
            end_servers()
            self._open.close()
