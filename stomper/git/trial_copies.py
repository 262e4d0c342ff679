"""A second repository with the same state, for a program to be tried in: nothing that it does there is the user's."""

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from stomper.git.command import git, git_result, lines
from stomper.git.repository import Repository

# What a copy needs not have: objects are borrowed, the rest is about other checkouts or about us.
LEFT_OUT = ("objects", "stomper", "worktrees", "modules", "lfs", "*.lock", "rr-cache", "fsmonitor--daemon*")


def ignored_places(top: Path) -> list[str]:
    """Give what git ignores: files, and folders, which end with a slash, as one."""
    words = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"]
    return lines(git(top, *words, exact=False))


def copy_repository(repository: Repository, folder: Path) -> None:
    """Make `folder` a repository of its own in the state of another: HEAD, index, refs, settings; no files yet."""
    place = folder / ".git"
    shutil.copytree(repository.common, place, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
    for name in ("HEAD", "index", "config.worktree"):
        if (repository.git_dir / name).is_file():
            shutil.copy2(repository.git_dir / name, place / name)
    (place / "objects" / "info").mkdir(parents=True)
    (place / "objects" / "info" / "alternates").write_text(f"{repository.common / 'objects'}\n")


def own_files(folder: Path) -> None:
    """Have git in a copy work on the files of that copy, whatever its settings say of another place."""
    place = folder / ".git"
    for name in ("config", "config.worktree"):
        git_result(
            place, "config", "--file", str(place / name), "--unset-all", "core.worktree", accept=(0, 1, 3, 5, 128)
        )


def write_index_files(repository: Repository, folder: Path, index: Path) -> None:
    """Write the files of an index below `folder`, as the user's own `git checkout` would."""
    words = ["checkout-index", "--all", "--force", "--quiet", f"--prefix={folder}/"]
    git(repository.top, *words, exact=False, index=index)


def exclude_also(folder: Path, paths: Iterable[str]) -> None:
    """Have git ignore more paths in a copy."""
    place = folder / ".git" / "info" / "exclude"
    place.parent.mkdir(exist_ok=True)
    with place.open("ab") as file:
        file.writelines(b"\n/" + re.sub(rb"([\\*?\[ ])", rb"\\\1", os.fsencode(path)) for path in paths)
