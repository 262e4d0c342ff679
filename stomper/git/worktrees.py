"""git's side of a worktree: register, populate, snapshot, restore, compare, unregister."""

import contextlib
import os
import shutil
from pathlib import Path

from stomper.errors import GitError
from stomper.git.command import git, git_result, lines
from stomper.models import Blob

NOTHING = "0" * 40

# One place for the options of a patch: what `git apply` reads back must be what was written, under
# every diff.* setting and with every byte that a file can hold.
PATCH_OPTIONS = (
    "--binary",
    "--full-index",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-renames",
    "--no-relative",
    "--submodule=short",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--unified=3",
    "-O/dev/null",
)


def register_worktree(top: Path, tree: Path, commit: str, reason: str) -> None:
    """Make `tree` a detached, locked, still empty worktree at `commit`.

    The lock keeps `git worktree prune` and `gc` of other programs from taking it for dead. Callers
    hold the repository's worktree lock: git's own add is not safe beside another.
    """
    git(top, "worktree", "add", "--no-checkout", "--detach", "--lock", "--reason", reason, str(tree), commit)


def reset_index(tree: Path) -> None:
    """Fill a worktree's index from its commit, for programs that ask git there. Files are not written."""
    git(tree, "read-tree", "--reset", "HEAD")


def unregister_worktree(top: Path, tree: Path) -> None:
    """Forget a worktree whose folder is already gone (or is removed now). Not an error if git never knew it."""
    done = git_result(top, "worktree", "remove", "--force", "--force", str(tree), accept=(0, 128))
    if done.returncode and "is not a working tree" not in done.words():
        raise GitError(f"git worktree remove failed: {done.words()}", stderr=done.words())


def forget_worktrees(common: Path, mark: str) -> list[Path]:
    """Forget every worktree whose lock says `mark`, also one that was killed half-way through being added.

    Returns where they were. git writes the lock's reason before anything else of a new worktree, so
    that it is the one thing to know them by; `git worktree remove` refuses the half-made.
    """
    places = []
    for lock in sorted(common.glob("worktrees/*/locked")):
        if mark not in lock.read_text(errors="replace"):
            continue
        link = lock.with_name("gitdir")
        if link.exists() and (text := os.fsdecode(link.read_bytes()).rstrip("\n")):
            places.append(Path(text).parent)
        shutil.rmtree(lock.parent)
    with contextlib.suppress(OSError):
        (common / "worktrees").rmdir()
    return places


def registered_worktrees(top: Path) -> list[Path]:
    """All worktrees git knows, the main one first."""
    records = lines(git(top, "worktree", "list", "--porcelain", "-z"))
    return [Path(record.removeprefix("worktree ")) for record in records if record.startswith("worktree ")]


def changed_blobs(top: Path, before: str, after: str) -> tuple[Blob, ...]:
    """What differs between two trees or commits, as the paths of `after`."""
    records = lines(git(top, "diff-tree", "-r", "--raw", "-z", "--no-renames", "--full-index", before, after))
    return tuple(_blob(meta, path) for meta, path in zip(records[::2], records[1::2], strict=True))


def _blob(meta: str, path: str) -> Blob:
    _, mode, _, blob, status = meta.split(" ")
    return Blob(path, None, None) if status == "D" else Blob(path, mode, blob)


def make_patch(top: Path, before: str, after: str) -> bytes:
    """The difference between two trees or commits as bytes that `apply_patch` can read back."""
    return git(top, "diff-tree", "-r", "-p", *PATCH_OPTIONS, before, after)
