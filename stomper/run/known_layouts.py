"""Find out for all files of a plan at once which of them a formatter leaves alone: one call is cheaper than many."""

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress

from stomper.errors import ToolError
from stomper.formatters.formatter import Formatter
from stomper.models import Plan
from stomper.python import is_python
from stomper.run.set_up import SetUp
from stomper.workspace.worktree import Worktree

NAME = "layouts"
FEW = 4
"""So many files are asked about one by one."""


def with_clean_files(made: SetUp, plan: Plan) -> tuple[Formatter, ...]:
    """Give the formatters of a run, those that can say so with the files of a plan that are clean for them."""
    found = made.formatters.found
    paths = [task.path for task in plan.tasks if is_python(task.path)]
    if not found or len(paths) <= FEW:
        return found
    with made.trees.open(NAME, made.base) as tree:
        made.project.prepare(tree)
        there = [path for path in paths if path in tree.contents.entries]
        return tuple(_asked(made, tree, there, found))


def _asked(made: SetUp, tree: Worktree, paths: Sequence[str], found: Sequence[Formatter]) -> Iterator[Formatter]:
    for formatter in found:
        clean = None
        tree.contents.settle()
        within = made.room.entered(tree.root, tree.scratch) if made.room else nullcontext()
        with suppress(ToolError), within:  # file by file it may say more
            if formatter.format_all(tree.root, paths, tree.scratch):
                changed, _ = tree.contents.compare({})
                clean = frozenset(paths) - changed
        tree.restore({})
        yield dataclasses.replace(formatter, clean=clean)
