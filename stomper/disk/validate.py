"""Validate data from disk: paths inside the repository, ids of commits and runs, names of our refs and files.

A plan file, a journal and a record of changes are written by somebody. What they name is used as a path, a ref or an
argument, so that its form is looked at first, in one place for all of them.
"""

import re
import unicodedata

COMMIT = re.compile(r"[0-9a-f]{1,40}")
RUN = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
PATCH = re.compile(r"[0-9]{5,}(\.again-[0-9]+)?(\.step-[0-9]+)?\.patch")
MODE = re.compile(r"0o[0-7]{1,4}")
ENTRY_MODES = ("100644", "100755")
GIT_SHORT = re.compile(r"git~[0-9]+")
BAD_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|//|@\{|[/.]$|/\.|\.lock(/|$)")


class UnsoundError(ValueError):
    """Data on disk say something that nothing of Stomper's would have written."""


def path_problem(path: str) -> str:
    """Say why a path is none of a file in the repository; empty if it is one."""
    parts = path.split("/")
    if not path or "\0" in path:
        return "is no path"
    if path.startswith("/"):
        return "is absolute"
    if ".." in parts:
        return "leads out of the repository"
    if any(_is_git(part) for part in parts):
        return "leads into git's own folder"
    return "is no plain path" if "." in parts or "" in parts[:-1] else ""


def _is_git(part: str) -> bool:
    """Say whether some file system takes a name for `.git`: in capitals, with dots or unseen characters, short."""
    seen = "".join(character for character in part if unicodedata.category(character) != "Cf")
    name = seen.partition(":")[0].rstrip(". ").casefold()
    return name == ".git" or GIT_SHORT.fullmatch(name) is not None


def require_path(path: str) -> None:
    """Raises UnsoundError for what is no path of a file in the repository."""
    if problem := path_problem(path):
        raise UnsoundError(f"the path {path!r:.200} {problem}")


def require_commit(commit: str) -> None:
    """Raises UnsoundError for what is no id of a commit or blob: git would take it for an option, a ref or a place."""
    if not COMMIT.fullmatch(commit):
        raise UnsoundError(f"{commit!r:.80} is no id of git's")


def require_branch(ref: str) -> None:
    """Raises UnsoundError for what is no full name of a branch."""
    if not ref.startswith("refs/heads/") or BAD_REF.search(ref):
        raise UnsoundError(f"{ref!r:.200} is no branch")


def is_run(name: str) -> bool:
    """Say whether a run, or a command with worktrees of its own, can be called so: it becomes a folder and a ref."""
    return RUN.fullmatch(name) is not None
