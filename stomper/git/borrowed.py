"""A folder whose `.git` leads to the git directory of another checkout: what is done in it moves that one's branches.

git itself obeys such a `.git`. Whoever packs a folder can put one there, so that to work in the folder changes a
repository that it has nothing to do with.
"""

import os
from pathlib import Path

from stomper.git.command import git_result


def lender(top: Path, git_dir: Path, common: Path) -> Path | None:
    """The git directory of another checkout that one at `top` works with; None for one with its own, or a worktree.

    A git directory that is kept elsewhere, with no checkout beside it, is its own: `--separate-git-dir`, submodules.
    """
    own = top / ".git"
    if own.is_dir() and not own.is_symlink():
        return None if _is_same(own, common) else common
    if git_dir.parent == common / "worktrees":
        return common if _is_anothers(git_dir, own) else None
    beside = git_dir.name == ".git" and git_dir.parent != top and _has_more(git_dir.parent)
    return git_dir if beside and not _names(top) else None


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _is_anothers(git_dir: Path, own: Path) -> bool:
    """Say whether git's notes of a worktree name another one, which is there. One that was moved is not."""
    try:
        text = os.fsdecode((git_dir / "gitdir").read_bytes()).rstrip("\n")
    except OSError:
        return False
    named = git_dir / text
    return named.exists() and not _is_same(named, own)


def _has_more(folder: Path) -> bool:
    try:
        return any(place.name != ".git" for place in folder.iterdir())
    except OSError:
        return False


def _names(top: Path) -> bool:
    """Say whether the configuration of a git directory names its working tree, which git has proved to be `top`."""
    return git_result(top, "config", "--get", "core.worktree", exact=False, accept=(0, 1)).returncode == 0
