"""The ignore rules of a commit, out of reach of whoever works on its files.

git reads .gitignore from the working tree: who writes one there hides what else he leaves. Here the rules are those of
the commit, and beside them the user's own as they were when they were first asked for.
"""

import functools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper import process
from stomper.disk.regular_files import read_regular
from stomper.disk.remove_trees import temporary_folder
from stomper.git.blobs import read_blobs
from stomper.git.command import git, git_result, lines
from stomper.git.trees import GITLINK, SYMLINK, Entry

GITIGNORE = ".gitignore"
MOST_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class UsersRules:
    """Rules that are in no commit: `exclude` of the repository, `everywhere` of the user; and how names compare."""

    exclude: bytes
    everywhere: bytes
    ignore_case: bool


@functools.lru_cache(maxsize=2)
def users_rules(top: Path, common: Path) -> UsersRules:
    """Read the user's own rules, once a process: what becomes of these files later is no rule of the run."""
    case = git_result(top, "config", "--bool", "core.ignoreCase", exact=False, accept=(0, 1)).stdout.strip()
    return UsersRules(_content(common / "info" / "exclude"), _content(_excludes_file(top)), case == b"true")


def _excludes_file(top: Path) -> Path | None:
    """Say where the rules are that the user has for all repositories (gitignore(5)); None without a home."""
    words = ("config", "--type=path", "--get", "core.excludesFile")
    named = git_result(top, *words, exact=False, accept=(0, 1)).stdout.rstrip(b"\n")
    if named:
        return top / os.fsdecode(named)
    home = process.variable("HOME")
    place = process.variable("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    return Path(place, "git", "ignore") if place else None


def _content(file: Path | None) -> bytes:
    try:
        return read_regular(file, MOST_BYTES) if file else b""
    except OSError:
        return b""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a commit with these `entries`, whose blobs are in the repository `store`.

    `scratch` is a folder that nobody else is told of: the rules are laid down there for each question.
    """

    store: Path
    scratch: Path
    entries: Mapping[str, Entry]
    users: UsersRules

    def ignored(self, paths: Sequence[str]) -> frozenset[str]:
        """Those of `paths`, none of which the commit has, that are ignored. Raises GitError."""
        if not paths:
            return frozenset()
        request = b"".join(os.fsencode(path) + b"\0" for path in paths)
        with temporary_folder("rules-", self.scratch) as folder:
            self._lay(folder, paths)
            words = ("-c", f"core.excludesFile={folder}/.git/everywhere", "check-ignore", "--no-index", "-z", "--stdin")
            return frozenset(lines(git(folder, *words, stdin=request, accept=(0, 1))))

    def _lay(self, folder: Path, paths: Sequence[str]) -> None:
        """Make a repository without anything but rules."""
        for name in ("objects", "refs", "info"):
            (folder / ".git" / name).mkdir(parents=True)
        case = "true" if self.users.ignore_case else "false"
        settings = f"[core]\nrepositoryformatversion = 0\nbare = false\nignoreCase = {case}\n"
        (folder / ".git" / "HEAD").write_text("ref: refs/heads/none\n")
        (folder / ".git" / "config").write_text(settings)
        (folder / ".git" / "info" / "exclude").write_bytes(self.users.exclude)
        (folder / ".git" / "everywhere").write_bytes(self.users.everywhere)
        for entry, content in read_blobs(self.store, self._files(paths)):
            place = folder / entry.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)

    def _files(self, paths: Sequence[str]) -> list[Entry]:
        """The files of the commit that have a say in these paths; git follows no link to one."""
        folders = {str(parent) for path in paths for parent in PurePosixPath(path).parents}
        names = (GITIGNORE if folder == "." else f"{folder}/{GITIGNORE}" for folder in sorted(folders))
        found = (self.entries[name] for name in names if name in self.entries)
        return [entry for entry in found if entry.mode not in (SYMLINK, GITLINK)]
