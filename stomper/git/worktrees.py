"""git's side of a worktree: register, populate, snapshot, restore, compare, unregister."""

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from stomper.disk.marks import Mark, mark_of
from stomper.disk.regular_files import read_regular
from stomper.disk.remove_trees import delete_folder, delete_what_goes
from stomper.errors import GitError
from stomper.git.blobs import stage_blobs
from stomper.git.command import git, git_result, lines
from stomper.git.prove_paths import OWN_SETTINGS, own_settings, require_place
from stomper.models import Blob

NOTHING = "0" * 40
PRUNED = ("No such file or directory", "not a git repository")
MOST_TRIES = 10
OF_A_WORKTREE = frozenset({"HEAD", "commondir", "config.worktree", "gitdir", "index", "locked", "logs"})

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


@dataclass(frozen=True, slots=True)
class Registration:
    """The worktree `tree` as git knows it: the content of its `.git`, and its own settings in the folder `admin`."""

    tree: Path
    admin: Path
    common: Path
    link: bytes
    settings: bytes
    log: bytes = b""

    def renew(self) -> None:
        """Make it the same for git again, whatever a program did to it. Raises GitError if git works elsewhere.

        `.git` comes first: one that leads elsewhere has git read a configuration of the program's choice.
        """
        _put(self.tree / ".git", self.link)
        _put(self.admin / OWN_SETTINGS, self.settings)
        self.require_place()

    def require_place(self) -> None:
        """Raises GitError, before anything is written, where git takes something else for this worktree."""
        require_place(self.tree, self.admin, self.common)


def _put(place: Path, content: bytes) -> None:
    """Have this content in a file, never through a link that lies in its place."""
    if place.is_symlink() or not place.is_file() or read_regular(place) != content:
        delete_folder(place)
        place.write_bytes(content)


def register_worktree(top: Path, tree: Path, commit: str, reason: str) -> Registration:
    """Make `tree` a detached, locked, still empty worktree at `commit`, in which git works and nowhere else.

    Raises GitError, with nothing written in it or elsewhere, where git would not.

    The lock keeps `git worktree prune` and `gc` of other programs from taking it for dead. Callers
    hold the repository's worktree lock: git's own add is not safe beside another. Beside a `prune` of
    another program it is not either, which may take its new folder for dead before the lock is written
    (some 3 in 100, with one pruning all the time): then it is done again.
    """
    words = ["worktree", "add", "--no-checkout", "--detach", "--lock", "--reason", reason, str(tree), commit]
    for _ in range(MOST_TRIES - 1):
        done = git_result(top, *words, accept=(0, 128))
        if done.returncode == 0:
            admin = admin_folder(tree)
            if all((admin / name).exists() for name in ("HEAD", "commondir", "gitdir", "locked")):
                return _settle(tree, admin)
            for folder in (admin, tree):
                delete_what_goes(folder)
        elif not any(sign in done.words() for sign in PRUNED):
            raise GitError(f"git worktree add failed: {done.words()}", stderr=done.words())
    git(top, *words)
    return _settle(tree, admin_folder(tree))


def _settle(tree: Path, admin: Path) -> Registration:
    """Give a worktree settings of its own, beside those that git has copied, and prove that git works there."""
    settings = _read(admin / OWN_SETTINGS) + own_settings(tree)
    (admin / OWN_SETTINGS).write_bytes(settings)
    common = (admin / os.fsdecode(_read(admin / "commondir")).rstrip("\n")).resolve()
    log = _read(admin / "logs" / "HEAD")
    made = Registration(tree, admin, common, (tree / ".git").read_bytes(), settings, log)
    made.require_place()
    return made


def admin_folder(tree: Path) -> Path:
    """Say where git keeps what it knows of a worktree, by the worktree's `.git`, which may say it from there."""
    return (tree / os.fsdecode((tree / ".git").read_bytes()).removeprefix("gitdir: ").rstrip("\n")).resolve()


NO_MARK: Mark = (0, 0, 0, 0, 0)
Seal: TypeAlias = Mapping[str, Mark]
"""The marks of all that git keeps for one worktree."""


def seal_of(made: Registration) -> Seal:
    """Look at all that git keeps for a worktree. As long as that is the same, no program has changed it."""
    found = {".git": mark_of((made.tree / ".git").lstat())}
    for folder, folders, names in os.walk(made.admin):
        found |= {f"{folder}/{name}": mark_of(os.lstat(f"{folder}/{name}")) for name in names}
        found |= {f"{folder}/{name}/": NO_MARK for name in folders}  # one that is empty may be a lock
    return found


def reattach(made: Registration, commit: str, *, anew: bool = False) -> None:
    """Detach a worktree at `commit` again and fill its index from there, where a program has had git change that.

    With `anew` the index is filled in any case: it has flags for single files (`--assume-unchanged`), too.

    What else is in there (locks, a merge or bisection under way, refs of its own) was left by a program, and goes.
    """
    tree, admin = made.tree, made.admin
    if admin == made.common:  # a clone: nobody else has that repository
        return
    for thing in admin.iterdir():
        if thing.name not in OF_A_WORKTREE:
            delete_folder(thing)
    made.renew()
    if _read(admin / "HEAD") != f"{commit}\n".encode():
        git(tree, "update-ref", "--no-deref", "HEAD", commit)
    if anew:
        delete_folder(admin / "index")  # `read-tree` would keep the flags
    if anew or git_result(tree, "diff-index", "--cached", "--quiet", commit, accept=(0, 1, 128)).returncode:
        reset_index(tree)
    if made.log:
        delete_folder(admin / "logs")
        (admin / "logs").mkdir()
        (admin / "logs" / "HEAD").write_bytes(made.log)


def reset_index(tree: Path) -> None:
    """Fill a worktree's index from its commit, for programs that ask git there. Files are not written."""
    git(tree, "read-tree", "--reset", "HEAD")


def write_unconverted(tree: Path, index: Path, hidden: Sequence[str]) -> None:
    """Write a worktree's files as they are in its commit, all but `hidden`; `index` is a place for a private index.

    git's own writer, several times as fast as any of ours. It converts by .gitattributes, which it
    looks for in the index and on the disk: while these are `hidden` there are none.
    """
    git(tree, "read-tree", "--reset", f"--index-output={index}", "HEAD", index=index)
    if hidden:
        stage_blobs(tree, index, [Blob(path, None, None) for path in hidden])
    env = {"GIT_ATTR_NOSYSTEM": "1", "GIT_WORK_TREE": str(tree)}
    git(tree, "checkout-index", "--all", "--force", "--quiet", index=index, env=env)
    index.unlink()


def unregister_worktree(top: Path, tree: Path) -> None:
    """Forget a worktree whose folder is already gone (or is removed now). Not an error if git never knew it.

    Another program's `prune` may be at the same folder, so that each finds files gone or the folder not empty.
    """
    for _ in range(MOST_TRIES):
        done = git_result(top, "worktree", "remove", "--force", "--force", str(tree), accept=(0, 128, 255))
        if done.returncode == 0 or "is not a working tree" in done.words():
            return
        if "failed to delete" not in done.words():
            break
    raise GitError(f"git worktree remove failed: {done.words()}", stderr=done.words())


def forget_worktrees(common: Path, mark: str, folder: Path | None = None) -> list[Path]:
    """Forget every worktree whose lock says `mark` or that is below `folder`, the half-made and half-removed too.

    Returns where they were. git writes the lock's reason before anything else of a new worktree; one
    that was being removed may have lost it, and is known by its place. `git worktree remove` refuses both.

    git's notes are files that others may have written, so they prove nothing: by them no place may be deleted, and a
    worktree outside of `folder` that is alive, leading back to its notes, is somebody's and stays.
    """
    places = []
    for admin in sorted(common.glob("worktrees/*")):
        place = _place_of(admin)
        inside = folder is not None and place is not None and _is_below(place, folder)
        marked = mark in os.fsdecode(_read(admin / "locked"))
        if not inside and (not marked or (folder is not None and _is_alive(place, admin))):
            continue
        if place is not None:
            places.append(place)
        _forget(admin)
    with contextlib.suppress(OSError):
        (common / "worktrees").rmdir()
    return places


def _is_below(place: Path, folder: Path) -> bool:
    return place.is_relative_to(folder) and ".." not in place.parts


def _forget(admin: Path) -> None:
    delete_folder(admin)


def _is_alive(place: Path | None, admin: Path) -> bool:
    """Say whether there is a worktree at a place whose `.git` leads to this folder of git's."""
    try:
        return place is not None and admin_folder(place) == admin.resolve()
    except OSError:
        return False


def _place_of(admin: Path) -> Path | None:
    """Give the folder of the worktree that git records in `admin`. None if it is not recorded yet."""
    text = os.fsdecode(_read(admin / "gitdir")).rstrip("\n")
    return Path(text).parent if text else None


def _read(path: Path) -> bytes:
    return read_regular(path) if path.is_file() else b""


def registered_worktrees(top: Path) -> list[Path]:
    """All worktrees git knows, the main one first."""
    records = lines(git(top, "worktree", "list", "--porcelain", "-z"))
    return [Path(record.removeprefix("worktree ")) for record in records if record.startswith("worktree ")]


def changed_blobs(top: Path, before: str, after: str) -> tuple[Blob, ...]:
    """Give the blobs of `after` that differ between two trees or commits."""
    records = lines(git(top, "diff-tree", "-r", "--raw", "-z", "--no-renames", "--full-index", before, after))
    return tuple(_blob(meta, path) for meta, path in zip(records[::2], records[1::2], strict=True))


def staged_changes(top: Path, index: Path, commit: str) -> tuple[Blob, ...]:
    """Give the blobs of a private index that differ from those of a commit."""
    words = (
        "diff-index",
        "--cached",
        "--raw",
        "-z",
        "--no-renames",
        "--full-index",
        "--ignore-submodules=none",
        commit,
    )
    records = lines(git(top, *words, index=index))
    return tuple(_blob(meta, path) for meta, path in zip(records[::2], records[1::2], strict=True))


def _blob(meta: str, path: str) -> Blob:
    _, mode, _, blob, status = meta.split(" ")
    return Blob(path, None, None) if status == "D" else Blob(path, mode, blob)


def make_patch(top: Path, before: str, after: str) -> bytes:
    """The difference between two trees or commits as bytes that `apply_patch` can read back."""
    return git(top, "diff-tree", "-r", "-p", *PATCH_OPTIONS, before, after)
