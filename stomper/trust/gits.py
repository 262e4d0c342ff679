"""Asks for what git itself starts by the repository's own configuration, which is held back until it is agreed to."""

import shlex
from collections.abc import Iterator

from stomper.config import says_trust
from stomper.git.brought import Brought, brought_by, without
from stomper.git.command import hold_back
from stomper.git.repository import Repository
from stomper.trust.programs import files_in
from stomper.trust.record import read_record
from stomper.trust.request import Ask, make_ask
from stomper.trust.tree import Tree


def git_asks(tree: Tree) -> Iterator[Ask]:
    """An ask for each setting: its words, and the files of the checkout that they name."""
    for one in brought_by(tree.top):
        where = f"{_place(tree.repository, one)}: {one.key}"
        yield make_ask("git", where, f"git starts {one.words}", [one.words], files_in(tree, _split(one.words)))


def _place(repository: Repository, one: Brought) -> str:
    """The name of a file that is the same in each worktree of the repository, and where it is by another path."""
    file = one.file.resolve()
    if file.is_relative_to(repository.common):
        return f".git/{file.relative_to(repository.common).as_posix()}"
    return Tree(repository).inner(file) or str(file)


def _split(words: str) -> list[str]:
    try:
        return shlex.split(words)
    except ValueError:
        return words.split()


def hold_unagreed(repository: Repository) -> None:
    """Keep git from starting any of that, for as long as it is not agreed to. Raises ConfigError, as `says_trust`."""
    if hold_all(repository) and (says_trust() or _is_agreed(repository)):
        let_go()


def hold_all(repository: Repository) -> bool:
    """Keep git from starting any of that; say whether there is something."""
    settings = without(brought_by(repository.top))
    hold_back(settings)
    return bool(settings)


def let_go() -> None:
    """Have git do as it is told by the repository: that is agreed to."""
    hold_back(())


def _is_agreed(repository: Repository) -> bool:
    record = read_record(repository)
    return all(map(record.has, git_asks(Tree(repository))))
