"""Find out, before any work is done, whether a run can write where it has to: git's directory, and the checkout."""

import os
from pathlib import Path

from stomper.errors import StomperError
from stomper.git.repository import Repository

NO_WRITING = "`stomper check` and `stomper plan` write nothing."


def require_writable_git(repository: Repository) -> None:
    """Raises StomperError if nothing can be written to the git directory, where a run is kept and its commits go."""
    if problem := _problem(repository.common):
        raise StomperError(
            f"cannot write to {repository.common}: {problem}",
            f"A run is kept there. Make it writable, or work on a copy: git clone {repository.top} COPY. {NO_WRITING}",
        )


def require_writable_checkout(repository: Repository) -> None:
    """Raises StomperError if nothing can be written to the folder that is checked out."""
    if problem := _problem(repository.top):
        raise StomperError(
            f"cannot write to {repository.top}: {problem}",
            f"Make it writable, or have the result elsewhere: --branch NAME, or --dry-run --diff. {NO_WRITING}",
        )


def _problem(folder: Path) -> str:
    if os.access(folder, os.W_OK | os.X_OK):
        return ""
    read_only = os.statvfs(folder).f_flag & os.ST_RDONLY
    return "its file system is read-only" if read_only else "Permission denied"
