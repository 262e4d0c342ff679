"""git's side of a plain clone: a repository of its own, in which nothing leads back to the user's."""

import os
import shutil
from pathlib import Path

from stomper.git.command import git, git_result
from stomper.git.commits import delete_ref, list_refs
from stomper.git.object_stores import quoted
from stomper.git.worktrees import Registration

OBJECTS = "objects"
OURS = "refs/stomper/"
# What tests see of the user's own settings: whose commits they make.
IDENTITY = ("user.name", "user.email")


def make_store(top: Path, common: Path, store: Path) -> None:
    """Copy the repository of `top`, whose git directory is `common`, to the git directory `store`.

    It has all branches, tags and what is known of remotes, and objects of its own: no file is shared, no
    remote named, no hook there. Raises GitError if git cannot copy it.
    """
    words = ["clone", "--quiet", "--mirror", "--no-hardlinks", "--template=", str(top), str(store)]
    git(store.parent, *words, env={"GIT_ALLOW_PROTOCOL": "file"})
    git(store, "config", "--remove-section", "remote.origin")
    for ref in list_refs(store, OURS):
        delete_ref(store, ref)
    _own_objects(store)
    for name, value in _settings(top):
        git(store, "config", name, value)
    if (exclude := common / "info" / "exclude").is_file():
        (store / "info").mkdir(exist_ok=True)
        shutil.copyfile(exclude, store / "info" / "exclude")


def _own_objects(store: Path) -> None:
    """Fetch in what the user's repository itself borrows from others."""
    borrowed = store / OBJECTS / "info" / "alternates"
    if borrowed.exists():
        git(store, "repack", "-a", "-d", "--quiet")
        borrowed.unlink()


def _settings(top: Path) -> list[tuple[str, str]]:
    known = [(name, git_result(top, "config", "--get", name, exact=False, accept=(0, 1))) for name in IDENTITY]
    own = [(name, os.fsdecode(done.stdout).rstrip("\n")) for name, done in known if done.returncode == 0]
    return [("core.bare", "false"), ("core.hooksPath", os.devnull), ("gc.auto", "0"), *own]


def open_clone(store: Path, common: Path, root: Path, commit: str, base: str, branch: str | None) -> Registration:
    """Make `root` a checkout of `commit`, still without its files, whose `.git` is a folder.

    `branch` is a full ref name, None for a detached head. What the commit has beyond `base`, which the
    store knows, is copied from `common`; the rest is read from the store, which nobody changes. Raises GitError
    where git would work elsewhere.
    """
    place = root / ".git"
    shutil.copytree(store, place, ignore=lambda folder, _: [OBJECTS] if Path(folder) == store else [])
    (place / OBJECTS / "pack").mkdir(parents=True)
    (place / OBJECTS / "info").mkdir()
    (place / OBJECTS / "info" / "alternates").write_bytes(os.fsencode(store / OBJECTS) + b"\n")
    (place / "HEAD").write_text(f"{commit}\n")
    made = Registration(root, place, place, b"", b"")
    made.require_place()
    if commit != base:
        _bring(common, root, commit, base)
    if branch is not None:
        git(root, "update-ref", branch, commit)
        git(root, "symbolic-ref", "HEAD", branch)
    return made


def _bring(common: Path, root: Path, commit: str, base: str) -> None:
    """Pack what a commit has beyond another into a clone."""
    pack = root / ".git" / OBJECTS / "pack" / "pack"
    more = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": quoted(common / OBJECTS)}
    git(root, "pack-objects", "--quiet", "--revs", str(pack), env=more, stdin=f"{commit}\n^{base}\n".encode())


def copy_commit(top: Path, commit: str, folder: Path) -> None:
    """Make `folder` a checkout of a commit, with a git directory of its own that only reads the objects of `top`.

    It has all tags, which versions are made of, names no remote, and runs no hook. Raises GitError.
    """
    words = ["clone", "--quiet", "--shared", "--no-checkout", "--template=", str(top), str(folder)]
    git(folder.parent, *words, env={"GIT_ALLOW_PROTOCOL": "file"})
    git(folder, "config", "--remove-section", "remote.origin")
    git(folder, "config", "core.hooksPath", os.devnull)
    git(folder, "checkout", "--quiet", "--force", "--detach", commit)
