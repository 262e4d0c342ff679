"""Sign commits as the user's git does: with OpenPGP, X.509 or SSH, by `gpg.format` and `user.signingKey`."""

from collections.abc import Sequence
from pathlib import Path

from stomper import process
from stomper.errors import GitError, UsageError
from stomper.git.command import git
from stomper.git.repository import Repository
from stomper.git.users_settings import users_setting

SIGN = "commit.gpgsign"
PATIENCE = 120.0  # seconds for one signature: a passphrase may have to be typed
DURABLE = ("-c", "core.fsync=objects")
WHAT_TO_DO = "See `git config --show-origin --get-regexp 'gpg|sign'`, or go without: --no-sign"


def signs(top: Path, wanted: bool | None) -> bool:
    """Say whether commits are to be signed: as `wanted`, or as the user's git does."""
    return users_setting(top, SIGN, "bool") == "true" if wanted is None else wanted


def require_signing(repository: Repository) -> None:
    """Raises UsageError if git cannot sign a commit now. Nothing refers to the commit of this trial.

    Whoever keeps the key asks for its passphrase now, and not when all work is done; a program that stays to remember
    it belongs to the user, and no run ends it.
    """
    words = ["commit-tree", "-S", "HEAD^{tree}", "-m", "trial"]
    try:
        git(repository.top, *words, env=process.UNMARKED, timeout=PATIENCE)
    except GitError as error:
        raise UsageError(f"commits cannot be signed: {error.stderr or error.message}", WHAT_TO_DO) from None


def sign_commit(top: Path, tree: str, parents: Sequence[str], message: str) -> str:
    """Make a signed commit by the user's own identity, which nothing refers to yet; returns its id. Raises GitError."""
    named = [word for parent in parents for word in ("-p", parent)]
    words = [*DURABLE, "commit-tree", "-S", tree, *named, "-F", "-"]
    try:
        return git(top, *words, stdin=message.encode(), timeout=PATIENCE).decode().strip()
    except GitError as error:
        why = error.stderr or error.message
        raise GitError(f"the commits could not be signed: {why}", WHAT_TO_DO, why) from error
