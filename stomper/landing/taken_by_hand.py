"""Tell whether the user has taken a result by hand that could not be delivered."""

from stomper.errors import GitError
from stomper.git.commits import is_ancestor
from stomper.git.repository import Repository, read_head
from stomper.journal.history import History


def was_taken(repository: Repository, history: History) -> bool:
    """Return whether a result that was kept for the user is part of what is checked out: merged, or gone over to."""
    kept = history.delivered
    if kept is None or not kept.kept:
        return False
    try:
        return is_ancestor(repository.top, kept.new, read_head(repository).commit)
    except GitError:  # its commits are gone
        return False
