"""git's side of a fleet: bare mirrors of repositories elsewhere, and clones that are made of them."""

import os
from pathlib import Path

from stomper.disk.remove_trees import delete_folder
from stomper.git.command import git, git_result
from stomper.git.commits import is_ancestor, read_ref
from stomper.git.far import HEADS, far_git

REMOTE = "refs/remotes/origin/"
KEPT = "stomper/kept"
LOCAL = {"GIT_ALLOW_PROTOCOL": "file"}
ALL_BLOBS = "blob:none"


def fetch_branch(
    mirror: Path, address: str, branch: str, limit: float, depth: int | None = None, partial: bool = False
) -> None:
    """Have a branch of a repository elsewhere in a bare mirror, which is made. Raises GitError.

    What is there is fetched no second time. `depth` is how many commits are wanted; `partial` leaves the files away.
    """
    if not (mirror / "HEAD").is_file():
        delete_folder(mirror)
        mirror.mkdir(mode=0o700)
        git(mirror, "init", "--quiet", "--bare", "--template=", ".")
    words = ["fetch", "--progress", "--force", "--no-write-fetch-head", "--no-recurse-submodules"]
    words += [f"--depth={depth}"] if depth else []
    if partial:
        git(mirror, "config", "remote.origin.url", address)
        git(mirror, "config", "remote.origin.promisor", "true")
        git(mirror, "config", "remote.origin.partialCloneFilter", ALL_BLOBS)
        words.append(f"--filter={ALL_BLOBS}")
    source = "origin" if partial else address
    far_git(mirror, *words, "--", source, f"+{HEADS}{branch}:{HEADS}{branch}", limit=limit)


def make_clone(mirror: Path, clone: Path, address: str, branch: str, limit: float, partial: bool = False) -> None:
    """Make a clone of a mirror, with a branch checked out, that names the address as its origin. Raises GitError.

    It has its own objects, or its own names of their files: the mirror may go.
    """
    words = ["clone", "--quiet", "--no-checkout", "--template=", "--branch", branch, str(mirror), str(clone)]
    git(mirror.parent, *words, exact=False, env=LOCAL)
    git(clone, "config", "remote.origin.url", address)
    if partial:
        git(clone, "config", "remote.origin.promisor", "true")
        git(clone, "config", "remote.origin.partialCloneFilter", ALL_BLOBS)
    far_git(clone, "checkout", "--progress", "--force", "-B", branch, f"{REMOTE}{branch}", limit=limit)


def update_clone(mirror: Path, clone: Path, branch: str, commit: str, limit: float) -> None:
    """Bring a clone that an earlier fleet has worked in to a commit of a mirror. Raises GitError.

    Fixes that stand on that commit stay. Others are kept on a branch of their own.
    """
    git(clone, "fetch", "--quiet", str(mirror), f"+{HEADS}{branch}:{REMOTE}{branch}", exact=False, env=LOCAL)
    old = read_ref(clone, f"{HEADS}{branch}")
    if old is not None and is_ancestor(clone, commit, old):
        far_git(clone, "checkout", "--progress", "--force", branch, limit=limit)
        return
    if old is not None and not is_ancestor(clone, old, commit):
        git(clone, "branch", "--force", f"{KEPT}-{old[:12]}", old)
    far_git(clone, "checkout", "--progress", "--force", "-B", branch, commit, limit=limit)


def count_files(top: Path, pattern: str) -> int:
    """Count the tracked files that match a pattern of git's."""
    return git(top, "ls-files", "-z", "--", pattern, exact=False).count(b"\0")


def has_submodules(top: Path) -> bool:
    return (top / ".gitmodules").is_file()


def names_filter(top: Path, name: str) -> bool:
    """Say whether files at HEAD are to pass a filter, by the attributes at the top: those of Git LFS do."""
    done = git_result(top, "grep", "-q", f"filter={name}", "HEAD", "--", ".gitattributes", accept=(0, 1, 128))
    return done.returncode == 0


def origin_of(top: Path) -> str:
    """Give the address that a clone was made from, as it is configured; '' if it has none."""
    done = git_result(top, "config", "--get", "remote.origin.url", exact=False, accept=(0, 1))
    return os.fsdecode(done.stdout).rstrip("\n")
