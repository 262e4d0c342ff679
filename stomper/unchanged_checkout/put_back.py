"""Put back what a checker has changed and nothing that may be the user's; of the rest, keep what was there."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.private_files import ForeignError, make_folder
from stomper.errors import GitError
from stomper.git.commits import put_ref
from stomper.unchanged_checkout.before import Kept, UnknownError, write_through, write_value
from stomper.unchanged_checkout.marks import GIT, INDEX, REFS, STASH, STASHES, Value, git_place, git_state, value_of
from stomper.unchanged_checkout.replay import Again
from stomper.workspace.rescue import FILES, place_beside


@dataclass(frozen=True, slots=True)
class Settled:
    """The fate of each change: put back (`theirs`), left as the `users`, or left because nobody can tell.

    `beside` is where the bytes are that were there before; None if all was put back or was new.
    """

    theirs: tuple[str, ...]
    users: tuple[str, ...]
    doubtful: tuple[str, ...]
    beside: Path | None


def settle(changed: Sequence[str], kept: Kept, again: Again) -> Settled:
    """Say of each change who made it, and undo what the checker did."""
    theirs: list[str] = []
    users: list[str] = []
    doubtful: list[str] = []
    # Asked once: git takes longer for an answer than a file to be put back, and there may be ten thousand.
    now = git_state(kept.repository)
    of_git = kept.sight.git.keys() | again.git.keys() | now.keys()
    for name in sorted(set(changed), key=lambda name: _rank(name, kept)):
        seen = value_of(kept.repository.top, name)
        judged = _judge_git(name, now, again) if name in of_git else _judge(name, kept, again)
        # What the user has saved since it was judged is no longer what the checker wrote.
        stands = value_of(kept.repository.top, name) == seen
        if judged == "theirs" and not (stands and _put_back(name, kept, now if name in of_git else None)):
            judged = "doubtful"
        {"theirs": theirs, "users": users, "doubtful": doubtful}[judged].append(name)
    # A file with several names is all of them again once one is.
    users, doubtful = ([name for name in names if not kept.is_again(name)] for names in (users, doubtful))
    beside = keep_beside([*users, *doubtful], kept)
    return Settled(tuple(sorted(theirs)), tuple(sorted(users)), tuple(sorted(doubtful)), beside)


def _rank(name: str, kept: Kept) -> tuple[int, int]:
    """In which order: what is new goes, the deepest first, before folders come again, and then files in them.

    The list of stashes comes after the ref, which adds a line to it.
    """
    depth = name.count("/")
    if name == STASHES:
        return 3, depth
    if name in kept.sight.files:
        return 2, depth
    return (1, depth) if name in kept.sight.folders else (0, -depth)


def _judge(name: str, kept: Kept, again: Again) -> str:
    """Say whose a change is. What is new counts as the checker's where it makes the same name in the copy."""
    if Path(name).is_absolute():
        return "doubtful"  # a package: who installs it is seen, and it is nobody's to remove
    if _is_folder(name, kept):
        return "theirs" if (again.top / name).is_dir() == (kept.repository.top / name).is_dir() else _other(again)
    now, there = value_of(kept.repository.top, name), again.value(name)
    new = name not in kept.sight.files
    if now == there or (new and there is not None):
        return "theirs"
    try:
        untouched = there == kept.original(name)
    except UnknownError:
        untouched = False
    return _other(again) if untouched else "doubtful"


def _judge_git(name: str, now: Mapping[str, object], again: Again) -> str:
    if again.git.get(name) == now.get(name):
        return "theirs"
    return _other(again) if again.git.get(name) == again.before.get(name) else "doubtful"


def _other(again: Again) -> str:
    """Not the checker's, as far as its second look shows: which shows nothing if it broke off."""
    return "users" if again.whole else "doubtful"


def _is_folder(name: str, kept: Kept) -> bool:
    place = kept.repository.top / name
    new = name not in kept.sight.files and place.is_dir() and not place.is_symlink()
    return new or name in kept.sight.folders


def _put_back(name: str, kept: Kept, of_git: Mapping[str, object] | None) -> bool:
    """Make one thing what it was. False if that cannot be done; nothing is changed then.

    `of_git` is all that git kept when it was judged, None for what git does not keep.
    """
    try:
        if of_git is not None:
            return _put_back_git(name, kept, of_git)
        if _is_folder(name, kept):
            return _put_back_folder(name, kept)
        original, place = kept.original(name), kept.repository.top / name
        if place.is_dir() and not place.is_symlink():
            place.rmdir()
        (write_through if kept.has_more_names(name) else write_value)(place, original)
        return True
    except (OSError, UnknownError, GitError):
        return False


def _put_back_folder(name: str, kept: Kept) -> bool:
    place = kept.repository.top / name
    if name in kept.sight.folders:
        if name in kept.eye.closed or name in kept.repositories:
            return False  # what was in it is not kept
        if place.is_symlink() or place.exists():
            place.unlink()
        place.mkdir(parents=True)
    else:
        place.rmdir()
    return True


def _put_back_git(name: str, kept: Kept, judged: Mapping[str, object]) -> bool:
    before = kept.sight.git.get(name)
    if name.startswith(REFS):
        put_ref(kept.repository.top, name, str(before or ""), str(judged.get(name) or ""))
        return True
    now = git_state(kept.repository)
    # The log of stashes has changed with its ref, which is as it was or has another stash by now.
    if now.get(name) != judged.get(name) and (name != STASHES or now.get(STASH) != kept.sight.git.get(STASH)):
        return False
    if name == INDEX:
        return _put_back_index(kept)
    assert before is None or isinstance(before, tuple)
    write_value(git_place(kept.repository, name), before)
    return True


def _put_back_index(kept: Kept) -> bool:
    """Under git's own lock, so that no git of the user's is at it in the same moment."""
    index = kept.repository.git_dir / "index"
    lock = index.with_name("index.lock")
    descriptor = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write((kept.folder / "index").read_bytes())
        lock.replace(index)
    finally:
        lock.unlink(missing_ok=True)
    return True


def keep_beside(names: Sequence[str], kept: Kept) -> Path | None:
    """Keep what was there before of changes that stay, in the state folder; None if nothing was there.

    It is in a temporary folder where the state folder is only read, or another user's.
    """
    found = [(path, value) for name in names for path, value in _before(name, kept)]
    if not found:
        return None
    place = place_beside(kept.repository.state, os.getpid())
    try:
        make_folder(place)
    except (OSError, ForeignError):
        place = Path(tempfile.mkdtemp(prefix="stomper-set-aside-"))
    for path, value in found:
        with contextlib.suppress(OSError):
            write_value(place / path, value)
    return place


def _before(name: str, kept: Kept) -> Iterator[tuple[str, Value]]:
    """Give what was there of one change, and what to call it beside; nothing if that cannot be had again."""
    before = kept.sight.git.get(name)
    with contextlib.suppress(UnknownError, OSError):
        if name == INDEX:
            yield "index", (0o600, (kept.folder / "index").read_bytes())
        elif name in kept.sight.files:
            yield f"{FILES}/{name}", kept.original(name)
        elif isinstance(before, tuple):
            yield name.replace(GIT, "git/", 1), before
        elif isinstance(before, str):
            yield name, (0o600, f"{before}\n".encode())
