"""Build commits in object space: a private index, commit-tree, and refs moved by compare-and-swap."""

import os
from collections.abc import Sequence
from pathlib import Path

from stomper import process
from stomper.errors import GitError
from stomper.git.command import git, git_result, lines
from stomper.models import Blob, printable

NAMELESS = ("-c", "user.name=Stomper", "-c", "user.email=stomper@localhost")


def fill_index(top: Path, index: Path, commit: str) -> None:
    """Start a private index from a commit (or a tree)."""
    git(top, "read-tree", "--reset", f"--index-output={index}", commit, index=index)


def apply_patch(top: Path, index: Path, data: bytes, three_way: bool = False) -> None:
    """Apply patch bytes to a private index only. Raises GitError if they do not apply.

    Runs at the top level: in a sub-directory `git apply` applies nothing and exits 0. `three_way`
    falls back to a merge with the blobs that the patch was made from.
    """
    words = ["--cached", "--whitespace=nowarn", "--no-ignore-whitespace", *(["--3way"] if three_way else []), "-"]
    git(top, "apply", *words, index=index, stdin=data)


def index_blobs(top: Path, index: Path, paths: Sequence[str]) -> tuple[Blob, ...]:
    """Give the blobs that a private index has at these paths, in their order."""
    output = git(top, "--literal-pathspecs", "ls-files", "-z", "--stage", "--", *paths, index=index)
    found = {}
    for record in lines(output):
        words, path = record.split("\t", 1)
        mode, blob, _ = words.split(" ")
        found[path] = Blob(path, mode, blob)
    return tuple(found.get(path, Blob(path, None, None)) for path in paths)


def write_index_tree(top: Path, index: Path) -> str:
    return git(top, "write-tree", index=index).decode().strip()


def commit_tree(top: Path, tree: str, parents: Sequence[str], message: str, nameless_too: bool = False) -> str:
    """Make a commit by the user's own identity; returns its id. Nothing refers to it yet.

    `nameless_too` is for commits that never leave a run, or that `require_identity` was asked for
    before: where git knows no identity, they are Stomper's.
    """
    words = ["commit-tree", tree, *(word for parent in parents for word in ("-p", parent)), "-F", "-"]
    try:
        output = git(top, *words, stdin=message.encode())
    except GitError:
        if not nameless_too:
            raise
        output = git(top, *NAMELESS, *words, stdin=message.encode())
    return output.decode().strip()


def tree_of(top: Path, commit: str) -> str:
    return git(top, "rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip()


def move_ref(top: Path, ref: str, new: str, old: str, message: str = "stomper") -> None:
    """Set a ref to `new` if it is still `old` (40 zeros: does not exist yet). Raises GitError if it is not.

    The ref is on disk before this returns: a power cut leaves either value, never an empty file.
    """
    git(top, "-c", "core.fsync=reference", "update-ref", "-m", message, ref, new, old, env=process.UNMARKED)


def put_ref(top: Path, ref: str, new: str, old: str) -> None:
    """Make a ref what it was, if it is still `old`; '' is for none. Raises GitError if it is another by now."""
    words = [ref, new, old or "0" * 40] if new else ["-d", ref, old]
    git(top, "update-ref", "--no-deref", *words, env=process.UNMARKED)


def delete_ref(top: Path, ref: str) -> None:
    """Delete a ref; not an error if there is none."""
    git(top, "update-ref", "-d", ref, env=process.UNMARKED)


def read_ref(top: Path, ref: str) -> str | None:
    """The commit that a ref names, None if there is no such ref."""
    done = git_result(top, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", accept=(0, 1, 128))
    return done.stdout.decode().strip() or None


def find_commit(top: Path, name: str) -> str | None:
    """The commit of which a name is the id, its beginning, or a ref; None if there is none."""
    return None if name.startswith("-") else read_ref(top, name)


def list_refs(top: Path, prefix: str) -> dict[str, str]:
    """Full ref name -> object id, for the refs below `prefix`."""
    output = git(top, "for-each-ref", "--format=%(refname) %(objectname)", prefix).decode("utf-8", "surrogateescape")
    return dict(line.split(" ", 1) for line in output.splitlines())


def is_ancestor(top: Path, older: str, newer: str) -> bool:
    return git_result(top, "merge-base", "--is-ancestor", older, newer, accept=(0, 1)).returncode == 0


def valid_branch_name(top: Path, name: str) -> bool:
    """Return whether a branch can have this name. git also takes `@` and `@{-1}` here, which mean existing branches."""
    done = git_result(top, "check-ref-format", "--branch", name, accept=(0, 1, 128))
    return done.returncode == 0 and os.fsdecode(done.stdout).strip() == name != "@"


def branch_is_checked_out(top: Path, ref: str) -> bool:
    """Return whether any worktree has this branch (a full ref name) checked out."""
    records = lines(git(top, "worktree", "list", "--porcelain", "-z"))
    return f"branch {ref}" in records


def fast_forward(top: Path, commit: str, branch: str | None, reflog: str) -> None:
    """Move the checked-out branch, its index and working tree to a descendant `commit`, by git's own rules.

    One git process does all three, so that a kill of ours leaves it to finish. It refuses, and
    changes nothing, where local changes are in the way. Raises GitError then.
    """
    options = ["-c", "merge.autoStash=false", "-c", "merge.verifySignatures=false", "-c", "merge.stat=false"]
    if branch is not None:
        options += ["-c", f"branch.{branch.removeprefix('refs/heads/')}.mergeOptions="]
    git(
        top, *options, "merge", "--ff-only", "--quiet", "--no-stat", "--no-autostash", commit,
        exact=False, env={"GIT_REFLOG_ACTION": reflog, "GIT_OPTIONAL_LOCKS": "1", **process.UNMARKED},
    )  # fmt: skip


def broken_filters(top: Path, blobs: Sequence[Blob]) -> str:
    """Why these blobs cannot be written to the user's working tree: a filter of theirs that fails. '' if they can.

    git only finds that out half-way, with the old file already deleted.
    """
    paths = {blob.path: blob.id for blob in blobs if blob.id}
    request = b"".join(os.fsencode(path) + b"\0" for path in paths)
    records = lines(git(top, "check-attr", "-z", "--stdin", "filter", exact=False, stdin=request))
    for path, value in zip(records[::3], records[2::3], strict=True):
        if value not in ("unspecified", "unset", "set"):
            words = ["cat-file", "--filters", f"--path={path}", str(paths[path])]
            done = git_result(top, *words, exact=False, accept=(0, 128))
            if done.returncode:
                return f"{printable(path)}: {done.words()}"
    return ""


def apply_to_working_tree(top: Path, data: bytes, reverse: bool = False) -> None:
    """Apply patch bytes to the files of the user's working tree and nothing else; all of it or nothing.

    Raises GitError if a file is not as the patch expects it.
    """
    words = ["--whitespace=nowarn", *(["--reverse"] if reverse else []), "-"]
    git(top, "apply", *words, exact=False, stdin=data, env=process.UNMARKED)


def fits_working_tree(top: Path, data: bytes, reverse: bool = False) -> bool:
    """Return whether `apply_to_working_tree` would succeed. Changes nothing."""
    words = ["--check", "--whitespace=nowarn", *(["--reverse"] if reverse else []), "-"]
    return bool(data) and git_result(top, "apply", *words, exact=False, stdin=data, accept=(0, 1)).returncode == 0


def move_checkout(top: Path, commit: str, branch: str | None) -> None:
    """Set the checked-out branch (None: the detached HEAD), its index and working tree to any `commit`.

    By the rules of `git checkout`: what the two commits have in common keeps its local changes, staged
    or not; local changes to anything else make it refuse. Raises GitError then.
    """
    target = ["--no-track", "-B", branch.removeprefix("refs/heads/")] if branch else ["--detach"]
    options = ["-c", "branch.autoSetupMerge=false", "-c", "advice.detachedHead=false"]
    git(top, *options, "checkout", "--quiet", *target, commit, exact=False)


def subject_of(top: Path, commit: str) -> str:
    return git(top, "log", "-1", "--format=%s", commit).decode("utf-8", "backslashreplace").strip()


def commits_between(top: Path, older: str, newer: str) -> list[str]:
    """The commits that `newer` has and `older` has not, oldest first."""
    return git(top, "rev-list", "--reverse", f"{older}..{newer}").decode().split()


def first_parents(top: Path, commit: str, most: int) -> list[tuple[str, int]]:
    """The last commits on the way of a branch, the newest first, each with its time in seconds since 1970."""
    rows = (
        git(top, "log", "--first-parent", f"--max-count={most}", "--format=%H %ct", commit, "--").decode().split("\n")
    )
    return [(name, int(time)) for name, time in (row.split() for row in rows if row)]
