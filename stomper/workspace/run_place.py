"""The place of a run's worktrees: made by this user, with a token in it, and deleted only if all of that holds.

The token lies in the folder and, with the folder's path, in the repository's state folder, which nobody else may
enter. A folder whose owner, permissions, kind or token is another is somebody's: it is left alone and named.
"""

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.atomic_write import ABOVE, write_atomically
from stomper.disk.file_locks import locked
from stomper.disk.private_files import (
    ForeignError,
    make_folder,
    open_private,
    why_foreign,
    why_not_own,
    why_not_private,
)
from stomper.disk.remove_trees import delete_folder
from stomper.disk.validate import is_run
from stomper.git.worktrees import forget_worktrees
from stomper.process.crash import crash_point

LOCK_NAME = "worktrees.lock"
TREE = "stomper-tree"
TOKEN = "token"
NOTES = "places"


@dataclass(frozen=True, slots=True)
class Site:
    """The place of a run's worktrees: the repository's `top` and `state` folder, the run's own `folder` outside it.

    `name` is what the folder of a worktree is called, `levels` how many folders of ours there are above it.
    """

    top: Path
    state: Path
    folder: Path
    run: str
    name: str = TREE
    levels: int = 1

    def root(self, name: str) -> Path:
        """The top of a worktree. The folders above it are called as those above the checkout, all but the uppermost."""
        above = [folder.name for folder in self.top.parents[: self.levels - 1]]
        return self.folder.joinpath(name, ABOVE, *reversed(above), self.name)

    @property
    def common(self) -> Path:
        """The git directory that all worktrees of the repository share."""
        return self.state.parent

    @property
    def warm(self) -> Path:
        """The folder in which the survey leaves the checkers' caches for the worktrees of tasks."""
        return self.folder / "warm"

    @property
    def note(self) -> Path:
        """The file that notes the folder that was made, and its token."""
        return self.state / NOTES / self.run


@dataclass(frozen=True, slots=True)
class Note:
    """A note of a folder that was made, and of the `token` in it."""

    folder: Path
    token: str


def noted(state: Path) -> dict[str, Note]:
    """Read the notes of all places of a repository that may be Stomper's, by the name of the run."""
    folder = state / NOTES
    names = [place.name for place in folder.iterdir() if is_run(place.name)] if folder.is_dir() else []
    notes = {name: _read_note(folder / name) for name in sorted(names)}
    return {name: note for name, note in notes.items() if note is not None and _is_place(note.folder)}


def _read_note(place: Path) -> Note | None:
    """A note; None for one that is none, or that names no folder of its run."""
    try:
        descriptor = open_private(place, os.O_RDONLY)
        with os.fdopen(descriptor, "rb") as file:
            facts = json.loads(file.read())
        note = Note(Path(facts["folder"]), str(facts["token"]))
    except (OSError, ValueError, KeyError, TypeError, ForeignError):
        return None
    return note if note.folder.is_absolute() and note.folder.name == place.name and note.token else None


def _is_place(folder: Path) -> bool:
    """Return whether a folder has a name that `stomper.workspace.cache_folder` chooses: a note may name any folder."""
    usual, above = f"stomper-{os.getuid()}", folder.parent.name
    return ".." not in folder.parts and (above in ("stomper", usual) or above.startswith(f"{usual}-"))


def open_site(site: Site) -> None:
    """Have the folder of a site. Raises ForeignError if something lies there that is not proved to be it."""
    if _has_token(site, _read_note(site.note)):
        return
    with worktree_lock(site.state):
        if _has_token(site, _read_note(site.note)):
            return
        make_folder(site.folder.parent)
        if not _is_empty(site.folder) and (why := why_not_ours(site)):
            raise ForeignError(f"{site.folder} is not Stomper's: {why}", "Move it away; nothing in it is changed.")
        token = secrets.token_hex(16)
        make_folder(site.note.parent)
        note = json.dumps({"folder": str(site.folder), "token": token}).encode()
        write_atomically(site.note, note, private=True)
        crash_point("site-noted")
        make_folder(site.folder)
        crash_point("site-made")
        _write_token(site.folder / TOKEN, token)


def _is_empty(folder: Path) -> bool:
    """Say whether there is nothing at a place, or a folder of this user's with nothing in it."""
    return not os.path.lexists(folder) or (not why_not_own(folder) and not any(folder.iterdir()))


def _write_token(place: Path, token: str) -> None:
    descriptor = open_private(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        crash_point("site-token-torn", lambda: os.write(descriptor, token[:9].encode()))
        os.write(descriptor, token.encode())
    finally:
        os.close(descriptor)


def _has_token(site: Site, note: Note | None) -> bool:
    return note is not None and note.folder == site.folder and _token_in(site.folder) == note.token


def _token_in(folder: Path) -> str:
    """The token in a folder; empty if there is none that can be read."""
    try:
        descriptor = open_private(folder / TOKEN, os.O_RDONLY)
        with os.fdopen(descriptor, "rb") as file:
            return file.read().decode("ascii", "replace")
    except (OSError, ForeignError):
        return ""


def why_not_ours(site: Site) -> str:
    """Say why what lies at a site is not proved to be of Stomper's making; empty if it is, or nothing lies there.

    Nothing is changed before that is known: a note may name any folder, and the one above it is closed at last.
    """
    try:
        return why_not_own(site.folder) or _why_not_proved(site) or why_foreign(site.folder)
    except FileNotFoundError:
        return ""


def _why_not_proved(site: Site) -> str:
    note = _read_note(site.note)
    if _has_token(site, note):
        return ""
    there = [place.name for place in site.folder.iterdir()]
    if not there:
        return why_not_private(site.folder)
    begun = there == [TOKEN] and note is not None and note.folder == site.folder
    if begun and note is not None and note.token.startswith(_token_in(site.folder)):
        return why_not_private(site.folder)  # killed while it wrote the token, or after all else was gone
    return "it has not the token that was noted when it was made"


def clear_site(site: Site) -> str:
    """Remove all worktrees and the folder of a run, whatever state its workers left them in.

    Returns why it was left alone, empty if it is gone. Everything of it that git knows is forgotten.
    """
    with worktree_lock(site.state):
        forget_worktrees(site.state.parent, f":{site.run}", site.folder)
    crash_point("site-forgotten")
    if why := why_not_ours(site):
        return why
    _delete_site(site.folder)
    if (note := _read_note(site.note)) is None or note.folder == site.folder:
        site.note.unlink(missing_ok=True)
    for folder in (site.folder.parent, site.note.parent):
        with contextlib.suppress(OSError):
            if not why_not_private(folder):  # as all of ours are: a note may name one of the user's
                folder.rmdir()
    return ""


def _delete_site(folder: Path) -> None:
    """Delete a proved folder, its token last: a kill on the way leaves it proved."""
    if not folder.exists():
        return
    for place in folder.iterdir():
        if place.name != TOKEN:
            delete_folder(place)
    crash_point("site-emptied")
    (folder / TOKEN).unlink(missing_ok=True)
    folder.rmdir()


@contextlib.contextmanager
def worktree_lock(state: Path) -> Iterator[None]:
    """One at a time, over all processes and runs of a repository. Parallel `git worktree add` races in every git.

    Raises HeldError if another process does not let go of it.
    """
    with locked(state / LOCK_NAME):
        yield
