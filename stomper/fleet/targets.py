"""Say which commit of a repository is to be worked on."""

from dataclasses import dataclass
from pathlib import Path

from stomper.errors import StomperError
from stomper.fleet.addresses import is_address, shown_source
from stomper.fleet.model import Entry
from stomper.git.commits import read_ref
from stomper.git.far import HEADS, QUIET, Remote, look_at
from stomper.git.repository import open_repository, read_head
from stomper.text.counts import shorten
from stomper.text.printable import printable

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Target:
    """A branch and its commit. The branch of a checkout with a detached HEAD is ''."""

    branch: str
    commit: str


class TargetError(StomperError):
    """A repository cannot be worked on; the message says why in one line."""


def find_target(entry: Entry, limit: float, quiet: float = QUIET) -> Target:
    """Find the branch and the commit to work on. Raises StomperError, which says in one line why there is none."""
    return _here(entry) if entry.in_place else _there(entry, limit, quiet)


def _there(entry: Entry, limit: float, quiet: float) -> Target:
    if not is_address(entry.source) and not Path(entry.source).is_dir():
        raise TargetError(f"there is no repository at {shown_source(entry.source)}")
    remote = look_at(entry.source, limit, quiet)
    branch = entry.branch or remote.default
    if commit := remote.branches.get(branch):
        return Target(branch, commit)
    raise TargetError(_why_none(remote, branch))


def _why_none(remote: Remote, branch: str) -> str:
    if not remote.branches:
        return "it is empty: there is no commit in it"
    names = printable(shorten(sorted(remote.branches), SHOWN))
    if branch:
        return f"there is no branch {printable(branch)}; there are: {names}"
    return f"it has no default branch: name one by branch; there are: {names}"


def _here(entry: Entry) -> Target:
    repository = open_repository(Path(entry.source))
    head = read_head(repository)
    branch = (head.branch or "").removeprefix(HEADS)
    if entry.branch and entry.branch != branch:
        there = read_ref(repository.top, HEADS + entry.branch)
        hint = "check it out, or work in a clone: in_place = false" if there else "there is no such branch"
        raise TargetError(f"{branch or 'no branch'} is checked out, not {entry.branch}: {hint}")
    return Target(branch, head.commit)
