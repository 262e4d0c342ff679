"""Find out, before any work is done, whether the commits of a run can be made as the user wants them."""

import os

from stomper.errors import UsageError
from stomper.git.repository import Repository, require_identity
from stomper.git.signing import require_signing, signs
from stomper.git.trees import SYMLINK, dirty_paths, tree_entries
from stomper.landing.wording import require_ticket
from stomper.settings import GitSettings

BLAME_FILE = ".git-blame-ignore-revs"
WITHOUT = "or go without: --no-blame-ignore-revs"


def require_commits(repository: Repository, git: GitSettings) -> None:
    """Raises UsageError if git knows no identity, a template lacks its ticket, or a signature cannot be made."""
    require_identity(repository)
    require_ticket(git)
    if signs(repository.top, git.sign):
        require_signing(repository)


def require_plain_list(repository: Repository, commit: str) -> None:
    """Raises UsageError if a commit has no plain file for the list of commits that blame ignores."""
    entry = tree_entries(repository.top, commit).get(BLAME_FILE)
    if entry is not None and entry.mode == SYMLINK:
        raise UsageError(f"{BLAME_FILE} is a symbolic link", f"Put a file in its place, {WITHOUT}")


def require_committed_list(repository: Repository, commit: str) -> None:
    """Raises UsageError if that file, as it is checked out, is not as the checked-out commit has it."""
    tracked = BLAME_FILE in tree_entries(repository.top, commit)
    there = os.path.lexists(repository.top / BLAME_FILE)
    if (there and not tracked) or BLAME_FILE in dirty_paths(repository.top):
        raise UsageError(f"{BLAME_FILE} has changes that are not committed", f"Commit them first, {WITHOUT}")
