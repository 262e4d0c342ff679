"""Asks for the hooks that commits go through: scripts of the repository, and the files of the checkout they name."""

import os
from collections.abc import Iterator
from pathlib import Path

from stomper.disk.atomic_write import is_inside
from stomper.git.hooks import find_hooks
from stomper.trust.needs import Use
from stomper.trust.programs import files_in
from stomper.trust.request import Ask, make_ask
from stomper.trust.tree import Tree, hash_of

MOST_BYTES = 2**20


def hook_asks(tree: Tree, use: Use) -> Iterator[Ask]:
    """An ask for each hook that will be run; those in a folder of the user's own, elsewhere, are none."""
    for name, file in find_hooks(tree.repository).items() if use.hooks else ():
        if place := _place(tree, file):
            content = _start(file)
            named = files_in(tree, content.decode("utf-8", "replace").split())
            yield make_ask("git", place, "git's hook, run on each commit", [name], {hash_of(content), *named})


def _place(tree: Tree, file: Path) -> str:
    """The name of a hook's file, the same in each worktree of the repository; '' for one that is elsewhere."""
    if is_inside(file, tree.repository.common):
        return f".git/{Path(os.path.realpath(file)).relative_to(os.path.realpath(tree.repository.common)).as_posix()}"
    return tree.inner(file)


def _start(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES)
