"""List the files of a commit, of the index, and the changes of the working tree."""

import functools
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.git.command import each_line, git, git_result, lines

SYMLINK = "120000"
GITLINK = "160000"
WHOLE_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a tree: git's mode (100644, 100755, 120000, 160000), blob id and path."""

    mode: str
    blob: str
    path: str


def tree_entries(top: Path, commit: str) -> Mapping[str, Entry]:
    """Every path of a commit, by path.

    By a whole id the same mapping is given again: a commit never changes, a run asks in many places, and for a
    hundred thousand files one mapping takes 30 MB. Nobody changes it.
    """
    return _entries(top, commit) if WHOLE_ID.fullmatch(commit) else _list_tree(top, commit)


def _list_tree(top: Path, commit: str) -> Mapping[str, Entry]:
    entries = {}
    for record in each_line(git(top, "ls-tree", "-r", "-z", "--full-tree", commit)):
        words, path = record.split("\t", 1)
        mode, _, blob = words.split()
        entries[path] = Entry(sys.intern(mode), blob, path)
    return entries


_entries = functools.lru_cache(maxsize=2)(_list_tree)


def staged_listing(top: Path) -> bytes:
    """List the index in git's own form: a tenth of what `staged_entries` takes, to keep and to compare."""
    return git(top, "ls-files", "--stage", "-z")


def staged_entries(top: Path, listing: bytes | None = None) -> dict[str, str]:
    """Give mode, blob and stage of each path of the index, as one text; of the index as a `listing` has it."""
    found = staged_listing(top) if listing is None else listing
    records = (record.split("\t", 1) for record in each_line(found))
    return {path: facts for facts, path in records}


def tracked_paths(top: Path) -> list[str]:
    """List the paths of the index. Nothing but the index is read."""
    return lines(git(top, "ls-files", "-z", "--cached"))


def tracked_named(top: Path, names: Sequence[str]) -> list[str]:
    """List the paths of the index whose last part is one of the names."""
    return lines(git(top, "ls-files", "-z", "--cached", "--", *(f":(glob,top)**/{name}" for name in names)))


def untracked_paths(top: Path) -> list[str]:
    """Files that git neither tracks nor ignores, by the user's own settings."""
    return lines(git(top, "ls-files", "-z", "--others", "--exclude-standard", exact=False))


def untracked_places(top: Path) -> list[str]:
    """Give what git does not track, ignored or not; a folder without anything tracked is one place, with a slash."""
    return lines(git(top, "ls-files", "-z", "--others", "--directory", "--no-empty-directory", exact=False))


def words_in(top: Path, commit: str, words: Sequence[str]) -> frozenset[str]:
    """Give those of the words that are somewhere in a commit's text files, as whole words."""
    patterns = [option for word in words for option in ("-e", word)]
    options = ("-h", "-o", "-w", "-I", "-F", "--no-color", "--no-recurse-submodules")
    found = git(top, "grep", *options, *patterns, commit, "--", accept=(0, 1))
    return frozenset(os.fsdecode(found).splitlines())


def is_imported(top: Path, commit: str, name: str) -> bool:
    """Return whether a commit's text files have an import line with this identifier."""
    other = "[^[:alnum:]_]"
    pattern = f"^[[:space:]]*(from|import)[[:space:]](.*{other})?{name}({other}|$)"
    return bool(
        git(top, "grep", "-h", "-I", "-E", "--no-recurse-submodules", "-e", pattern, commit, "--", accept=(0, 1))
    )


def match_tracked(top: Path, include: Sequence[str], exclude: Sequence[str], commit: str = "HEAD") -> list[str]:
    """The tracked paths that match one of the glob patterns `include` and none of `exclude`.

    Tracked is what the index has, and what `commit` has. A pattern without a slash matches at any depth and
    one that names a folder matches all below it, as in .gitignore; otherwise `*` stops at a slash and `**` does not.
    """
    pathspecs = [spec for pattern in include for spec in _pathspecs(pattern, "glob")]
    pathspecs += [spec for pattern in exclude for spec in _pathspecs(pattern, "glob,exclude")]
    return lines(git(top, "ls-files", "-z", "--cached", f"--with-tree={commit}", "--", *pathspecs))


def _pathspecs(pattern: str, magic: str) -> list[str]:
    anchored = pattern.strip("/")
    if "/" not in anchored and not pattern.startswith("/"):
        anchored = f"**/{anchored}"
    return [f":({magic},top){anchored}", f":({magic},top){anchored}/**"]


def dirty_paths(top: Path) -> frozenset[str]:
    """Tracked paths whose index or working-tree content is not that of HEAD, and those that git was told to overlook.

    `assume-unchanged` and `skip-worktree` hide edits from `git status`; a path so marked that is on
    disk counts as changed, since nobody can vouch for it.
    """
    output = git(
        top,
        "status",
        "--porcelain=v2",
        "-z",
        "--untracked-files=no",
        "--no-renames",
        "--ignore-submodules=all",
        exact=False,
    )
    changed = {record.split(" ", 10 if record[0] == "u" else 8)[-1] for record in lines(output) if record[0] in "12u"}
    return frozenset(changed | overlooked_paths(top))


def overlooked_paths(top: Path) -> frozenset[str]:
    """Tracked paths on disk of which git was told to overlook what happens to them."""
    return frozenset(path for path in _overlooked(top) if (top / path).exists())


def _overlooked(top: Path) -> set[str]:
    records = lines(git(top, "ls-files", "-z", "-v", "--cached", exact=False))
    return {path for tag, path in (record.split(" ", 1) for record in records) if tag.islower() or tag == "S"}


def sparse_paths(top: Path) -> frozenset[str]:
    """Tracked paths that a sparse checkout left out of the working tree."""
    if not git_result(top, "config", "--bool", "core.sparseCheckout", exact=False, accept=(0, 1)).stdout.startswith(
        b"true"
    ):
        return frozenset()
    return frozenset(path for path in _overlooked(top) if not (top / path).exists())


def is_ignored(top: Path, path: str) -> bool:
    """Return whether .gitignore or another ignore file names the path."""
    done = git_result(top, "check-ignore", "--quiet", "--", path, exact=False, accept=(0, 1, 128))
    return done.returncode == 0


def ignored_among(top: Path, paths: Sequence[str]) -> frozenset[str]:
    """Give those of the paths that .gitignore and its kin name, tracked or not."""
    stdin = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
    words = ("check-ignore", "--no-index", "-z", "--stdin")
    done = git_result(top, *words, exact=False, stdin=stdin, accept=(0, 1, 128))
    return frozenset(lines(done.stdout))


def ignored_files(top: Path, patterns: Sequence[str]) -> list[str]:
    """Untracked files that are ignored and match one of the patterns."""
    words = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", *patterns]
    return lines(git(top, *words, exact=False))


def file_at(top: Path, commit: str, path: str) -> bytes | None:
    """The content of a path in a commit, None if the commit does not have it."""
    done = git_result(top, "cat-file", "blob", f"{commit}:{path}", accept=(0, 128))
    return done.stdout if done.returncode == 0 else None


def blob_content(top: Path, blob: str) -> bytes:
    """The content of a blob by its id. Raises GitError if it is not here."""
    return git(top, "cat-file", "blob", blob)
