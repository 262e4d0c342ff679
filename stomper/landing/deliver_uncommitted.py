"""Fixes of what is not committed yet: into the user's files and index, and back again, byte for byte.

What was there before is on the disk before anything of it is touched. Every step can be taken again:
a file is as it was before, as it is to be, or somebody else's, and then nothing is done at all.
"""

import base64
import itertools
import json
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper.disk.atomic_write import write_atomically
from stomper.disk.private_files import make_folder
from stomper.disk.remove_trees import delete_folder, delete_what_goes
from stomper.disk.validate import ENTRY_MODES, MODE, UnsoundError, require_path
from stomper.errors import GitError, UsageError
from stomper.git.changed_files import index_in_use
from stomper.git.checkout_files import (
    Placed,
    blob_bytes,
    checked_out_bytes,
    install,
    merge_bytes,
    store_blob,
    stored_id,
)
from stomper.git.command import LOCKED
from stomper.git.commits import index_blobs
from stomper.git.repository import Repository
from stomper.git.trees import GITLINK, SYMLINK, Entry, tree_entries
from stomper.git.worktrees import changed_blobs, make_patch
from stomper.journal.run_folder import RunFolder
from stomper.models import Blob, printable
from stomper.process.crash import crash_point
from stomper.settings import ChoiceSettings

RECORD = "changes.json"
NOT_MERGED = "its fix cannot be merged with the changes of the file that are not staged"
EXECUTABLE, REGULAR, OTHER = "100755", "100644", "000000"


@dataclass(frozen=True, slots=True)
class State:
    """One file, or one entry of the index: git's mode and the bytes."""

    mode: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """The change to one path: the file and, if `staged`, the index. None means that it is absent."""

    path: str
    before: State | None
    after: State | None
    staged: bool
    index_before: State | None = None
    index_after: State | None = None

    def reversed(self) -> "Change":
        return Change(self.path, self.after, self.before, self.staged, self.index_after, self.index_before)


class Misfit(Exception):  # noqa: N818  # not an error
    """A fix that cannot be brought into the user's files as they are now; the words say why."""


def bring_home(repository: Repository, folder: RunFolder, choice: ChoiceSettings, base: str, head: str) -> str:
    """Bring all that a run changed into the files and, where asked for, the index.

    Returns a problem, '' if it is done. All of it or nothing; what an earlier session of the run
    has brought there already is taken up.
    """
    index = index_in_use(repository, choice.index)
    earlier = {change.path: change for change in read_changes(folder)}
    try:
        changes = _changes(repository, folder, choice, base, head, earlier)
    except Misfit as misfit:
        return str(misfit)
    write_atomically(folder.whole_patch, make_patch(repository.top, base, head), private=True)
    record = json.dumps([_to_plain(change) for change in changes]).encode()
    write_atomically(folder.path / RECORD, record, private=True)
    crash_point("deliver")
    put_in_place(repository.top, index, changes, folder.path / "home")
    return ""


def misfit_of(
    repository: Repository, folder: RunFolder, choice: ChoiceSettings, base: str, blobs: Iterable[Blob]
) -> str:
    """Why a fix cannot be brought into the files as they are; '' if it can."""
    top, index, entries = repository.top, index_in_use(repository, choice.index), tree_entries(repository.top, base)
    earlier = {change.path: change for change in read_changes(folder)}
    try:
        for blob in blobs:
            known, entry = earlier.get(blob.path), entries.get(blob.path)
            before = _before(top, index, blob.path, entry, known, stages(choice))
            _after(top, choice, entry, blob, before, folder.path / "merge")
    except Misfit as misfit:
        return str(misfit)
    return ""


def stages(choice: ChoiceSettings) -> bool:
    """Say whether fixes go into the index too."""
    return choice.uncommitted == "staged" and choice.stage


def take_back(repository: Repository, folder: RunFolder, back: bool) -> None:
    """Undo a run's changes, or do them again. Raises UsageError, with nothing changed, where others were made."""
    changes = [change if not back else change.reversed() for change in read_changes(folder)]
    index = index_in_use(repository, None)
    for change in changes:
        if not _is_known(repository.top, index, change):
            raise UsageError(
                f"{printable(change.path)} is not as the run left it",
                f"The run's change is in {folder.whole_patch}; git apply --reverse takes back what still fits of it.",
            )
    put_in_place(repository.top, index, changes, folder.path / "home")


def read_changes(folder: RunFolder) -> list[Change]:
    """Read the changes that a run has brought home, or was about to; none for a run that makes commits.

    Raises StomperError if it names what no run would have changed: places elsewhere, git's own files, links.
    """
    record = folder.path / RECORD
    try:
        return [_from_plain(facts) for facts in json.loads(record.read_bytes())] if record.exists() else []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise folder.unreadable(RECORD, error) from error


def put_in_place(top: Path, index: Path, changes: Sequence[Change], scratch: Path) -> None:
    """Make files and index what they are to be. Raises GitError, with everything put back, where that fails."""
    try:
        _install(top, index, changes, scratch)
    except GitError as error:
        if LOCKED not in error.stderr:
            _install(top, index, [change.reversed() for change in changes], scratch)
        raise


def _install(top: Path, index: Path, changes: Sequence[Change], scratch: Path) -> None:
    delete_what_goes(scratch)
    make_folder(scratch)
    try:
        staged = [_stored(top, c) for c in changes if c.staged and read_entry(top, index, c.path) != c.index_after]
        placed = [_ready(c, scratch / f"{n:05}") for n, c in enumerate(changes) if read_file(top, c.path) != c.after]
        install(top, index, staged, placed, scratch)
    finally:
        delete_folder(scratch)


def _stored(top: Path, change: Change) -> Blob:
    """The entry to come, its content stored again: git may have forgotten it since."""
    wanted = change.index_after
    return Blob(change.path, wanted.mode, store_blob(top, wanted.data)) if wanted else Blob(change.path, None, None)


def _ready(change: Change, source: Path) -> Placed:
    if change.after is None:
        return Placed(change.path, None)
    source.write_bytes(change.after.data)
    source.chmod(int(change.after.mode, 8) & 0o7777)
    return Placed(change.path, source)


def _changes(
    repository: Repository,
    folder: RunFolder,
    choice: ChoiceSettings,
    base: str,
    head: str,
    earlier: dict[str, Change],
) -> list[Change]:
    top, index, entries = repository.top, index_in_use(repository, choice.index), tree_entries(repository.top, base)
    staged = stages(choice)
    found = []
    for blob in changed_blobs(top, base, head):
        entry, known = entries.get(blob.path), earlier.pop(blob.path, None)
        before = _before(top, index, blob.path, entry, known, staged)
        after = _after(top, choice, entry, blob, before, folder.path / "merge")
        old, new = (_blob_state(top, entry), _blob_state(top, blob)) if staged else (None, None)
        found.append(Change(blob.path, before, after, staged, old, new))
    # What an earlier session brought there, and is no longer part of the result, goes back to what it was.
    dropped = [change for change in earlier.values() if _is_known(top, index, change)]
    return found + [Change(c.path, c.before, c.before, staged, c.index_before, c.index_before) for c in dropped]


def _before(top: Path, index: Path, path: str, entry: Entry | None, known: Change | None, staged: bool) -> State | None:
    """The file as the run found it. Raises Misfit if it was staged anew since."""
    if known is not None and _is_known(top, index, known):
        return known.before
    if staged and read_entry(top, index, path) != _blob_state(top, entry):
        raise Misfit(f"{printable(path)} was staged anew during the run")
    return read_file(top, path)


def _after(
    top: Path, choice: ChoiceSettings, entry: Entry | None, blob: Blob, now: State | None, scratch: Path
) -> State | None:
    """Give the state of a file after its fix. Raises Misfit if that is not certain."""
    shown = printable(blob.path)
    if {blob.mode, entry.mode if entry else None} & {SYMLINK, GITLINK} or (now and now.mode in (SYMLINK, OTHER)):
        raise Misfit(f"{shown} is no plain file")
    if entry is None:
        if now is not None:
            raise Misfit(f"{shown} is there already")
        assert blob.id is not None, "a file that is neither there before nor after"
        return State(
            oct(_new_bits(scratch) | (0o111 if blob.mode == EXECUTABLE else 0)), _written(top, None, blob, b"", scratch)
        )
    if now is not None and stored_id(top, blob.path, now.data) == entry.blob:
        if blob.id is None:
            return None
        return State(_mode(now, entry, blob), _written(top, entry, blob, now.data, scratch))
    if choice.uncommitted != "staged":
        raise Misfit(f"{shown} changed during the run")
    if now is None or blob.id is None or (data := _merged(top, entry, blob, now, scratch)) is None:
        raise Misfit(f"{shown}: {NOT_MERGED}")
    return State(_mode(now, entry, blob), data)


def _written(top: Path, entry: Entry | None, blob: Blob, now: bytes, scratch: Path) -> bytes:
    """The fixed content as it goes to the disk, with the line ends that the file has there; git sees the fix in it."""
    assert blob.id is not None, "there is something to write"
    sides = _sides(top, entry, blob) if entry else []
    merges = (merge_bytes(scratch, now, old, new) for old, new in sides)
    for data in itertools.chain(merges, [checked_out_bytes(top, blob.path, blob.id)]):
        if data is not None and stored_id(top, blob.path, data) == blob.id:
            return data
    raise Misfit(f"{printable(blob.path)}: git's conversions of this file do not go there and back")


def _merged(top: Path, entry: Entry, blob: Blob, now: State, scratch: Path) -> bytes | None:
    """The fix merged with what is not staged, in the bytes that the file has on the disk."""
    merges = (merge_bytes(scratch, now.data, old, new) for old, new in _sides(top, entry, blob))
    return next((data for data in merges if data is not None), None)


def _sides(top: Path, entry: Entry, blob: Blob) -> list[tuple[bytes, bytes]]:
    """Content before and after a fix in each form that a file can have on the disk: as git would write it first."""
    assert blob.id is not None, "there is something to merge"
    stored = blob_bytes(top, entry.blob), blob_bytes(top, blob.id)
    converted = checked_out_bytes(top, blob.path, entry.blob), checked_out_bytes(top, blob.path, blob.id)
    windows = stored[0].replace(b"\n", b"\r\n"), stored[1].replace(b"\n", b"\r\n")
    return list(dict.fromkeys((converted, stored, windows)))


def _mode(now: State, entry: Entry, blob: Blob) -> str:
    """The permissions that the file has, but for those that the fix itself gives or takes."""
    bits = int(now.mode, 8)
    if entry.mode != blob.mode:
        bits = bits | 0o111 if blob.mode == EXECUTABLE else bits & ~0o111
    return oct(bits)


def _new_bits(scratch: Path) -> int:
    """The permissions that a new file gets here."""
    scratch.touch()
    try:
        return stat.S_IMODE(scratch.stat().st_mode)
    finally:
        scratch.unlink()


def _is_known(top: Path, index: Path, change: Change) -> bool:
    """Return whether file and index entry are each as before the change or as after it."""
    if read_file(top, change.path) not in (change.before, change.after):
        return False
    return not change.staged or read_entry(top, index, change.path) in (change.index_before, change.index_after)


def read_file(top: Path, path: str) -> State | None:
    """A file of the working tree, with its permissions; None if there is none. Links lead to other places."""
    place = top / path
    if any((top / parent).is_symlink() for parent in PurePosixPath(path).parents):
        return State(OTHER, b"")
    try:
        info = place.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISLNK(info.st_mode):
        return State(SYMLINK, b"")
    return (
        State(oct(stat.S_IMODE(info.st_mode)), place.read_bytes()) if stat.S_ISREG(info.st_mode) else State(OTHER, b"")
    )


def read_entry(top: Path, index: Path, path: str) -> State | None:
    """An entry of an index with its content."""
    (blob,) = index_blobs(top, index, [path])
    return _blob_state(top, blob)


def _blob_state(top: Path, blob: Blob | Entry | None) -> State | None:
    key = blob.blob if isinstance(blob, Entry) else blob.id if blob else None
    return State(blob.mode or REGULAR, blob_bytes(top, key)) if blob is not None and key is not None else None


def _to_plain(change: Change) -> dict[str, object]:
    def plain(state: State | None) -> list[str] | None:
        return None if state is None else [state.mode, base64.b64encode(state.data).decode()]

    names = ("before", "after", "index_before", "index_after")
    return {"path": change.path, "staged": change.staged, **{name: plain(getattr(change, name)) for name in names}}


def _from_plain(facts: dict[str, object]) -> Change:
    """A change as it was recorded. Raises UnsoundError for one that no run would have made."""

    def state(name: str) -> State | None:
        value = facts[name]
        if not isinstance(value, list):
            return None
        mode, data = value
        if not (mode in ENTRY_MODES if name.startswith("index") else MODE.fullmatch(mode)):
            raise UnsoundError(f"{mode!r:.20} is no mode of a plain file")
        return State(mode, base64.b64decode(data))

    path = str(facts["path"])
    require_path(path)
    entries = state("index_before"), state("index_after")
    return Change(path, state("before"), state("after"), bool(facts["staged"]), *entries)
