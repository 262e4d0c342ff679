"""Single files between the repository and the user's working tree: what one is in the other, merged, put in place."""

import os
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.disk.remove_trees import delete_folder
from stomper.errors import GitError
from stomper.git.command import QUIET_CONFIG, git, git_result, held_environment
from stomper.models import Blob


@dataclass(frozen=True, slots=True)
class Placed:
    """A file to be put at `path`, made ready at `source`; None takes it away."""

    path: str
    source: Path | None


def stored_id(top: Path, path: str, data: bytes) -> str:
    """The blob that the user's `git add` would make of these bytes at `path`. Nothing is stored."""
    return git(top, "hash-object", f"--path={path}", "--stdin", exact=False, stdin=data).decode().strip()


def store_blob(top: Path, data: bytes) -> str:
    """Store bytes as they are."""
    return git(top, "hash-object", "-w", "--no-filters", "--stdin", stdin=data).decode().strip()


def blob_bytes(top: Path, blob: str) -> bytes:
    return git(top, "cat-file", "blob", blob)


def checked_out_bytes(top: Path, path: str, blob: str) -> bytes:
    """Give the bytes that `git checkout` would write for a blob at `path`. Raises GitError if a filter fails."""
    return git(top, "cat-file", "--filters", f"--path={path}", blob, exact=False)


def merge_bytes(scratch: Path, ours: bytes, base: bytes, theirs: bytes) -> bytes | None:
    """A three-way merge; None if both sides changed the same lines, or the content is not text."""
    if ours == base:
        return theirs
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        for name, data in (("ours", ours), ("base", base), ("theirs", theirs)):
            (scratch / name).write_bytes(data)
        done = git_result(scratch, "merge-file", "-p", "-q", "ours", "base", "theirs", accept=range(256))
        return done.stdout if done.returncode == 0 else None
    finally:
        delete_folder(scratch)


def install(top: Path, index: Path, staged: Iterable[Blob], placed: Iterable[Placed], scratch: Path) -> None:
    """Set paths of the user's index, then put files in place, each in one step.

    One shell does it all, so that a kill of ours leaves it to finish. Raises GitError; while another
    program holds the index, nothing has been changed then.
    """
    records = "".join(f"{blob.mode or '0'} {blob.id or '0' * 40}\t{blob.path}\0" for blob in staged)
    (scratch / "index-info").write_bytes(os.fsencode(records))
    (scratch / "script").write_bytes(os.fsencode("\n".join(_script(top, scratch, bool(records), placed))))
    environment: Mapping[str, str] = {
        "GIT_INDEX_FILE": str(index),
        "LC_ALL": "C",
        **held_environment(),
        **process.UNMARKED,
    }
    done = process.run(["sh", str(scratch / "script")], cwd=top, env=environment)
    if done.returncode:
        raise GitError(f"files could not be put in place ({done.how()}): {done.words()}", stderr=done.words())


def _script(top: Path, scratch: Path, staged: bool, placed: Iterable[Placed]) -> list[str]:
    words = " ".join(shlex.quote(word) for name, value in QUIET_CONFIG for word in ("-c", f"{name}={value}"))
    lines = ["set -e"]
    if staged:
        lines.append(f"git {words} update-index -z --index-info < {shlex.quote(str(scratch / 'index-info'))}")
    for file in placed:
        place = shlex.quote(str(top / file.path))
        if file.source is None:
            lines.append(f"rm -f -- {place}")
        else:
            lines.append(f"mkdir -p -- {shlex.quote(str((top / file.path).parent))}")
            lines.append(f"mv -f -- {shlex.quote(str(file.source))} {place}")
    # What any `git status` does, so that plumbing does not take the new files for changed ones.
    return [*lines, f"git {words} update-index -q --refresh > /dev/null 2>&1 || :", ""] if staged else [*lines, ""]
