"""A worktree of plain files: each has a mark, and whatever has another one by now was written to."""

import contextlib
import os
import stat
import struct
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from stomper.disk.marks import Mark, mark_of
from stomper.disk.regular_files import folder_below, remove_below
from stomper.disk.remove_trees import clear_in
from stomper.git.blobs import read_blobs
from stomper.git.ignores import Rules
from stomper.git.objects import Objects
from stomper.git.trees import GITLINK, Entry
from stomper.git.worktrees import write_unconverted
from stomper.models import Blob
from stomper.workspace.contents import Contents, Snapshot, is_content, write_files

SETTLE_SECONDS = 2.0  # the coarsest clock of a file system in use
LOOK_SECONDS = 0.001
ATTRIBUTES = ".gitattributes"


@dataclass(slots=True)
class WalkedContents(Contents):
    """The files of a worktree of its own. `marks` are those that they had when they were last written or read here.

    `altered` are those that were not as the base commit has them then, `modes` what the folders are to have.
    `furniture` are the places of what lies there beyond the commit's files, `furnished` the marks of all files in it,
    and `renew` makes it anew. `newest` is the change time of the last file that was written or read; `vouched` says
    that all is known to be as it was looked at last. `touched` are the files that others have written to: also with the
    same content one may have another mode, attributes, or a second name somewhere.
    """

    marks: dict[str, bytes]
    modes: dict[str, int]
    altered: dict[str, Blob] = field(default_factory=dict)
    furniture: frozenset[str] = frozenset()
    furnished: dict[str, Mark] = field(default_factory=dict)
    renew: Callable[[], None] | None = None
    newest: int = 0
    vouched: bool = False
    touched: set[str] = field(default_factory=set)

    def snapshot(self, within: Collection[str] | None = None) -> dict[str, Blob]:
        self._learn_all(self._walk(within)[0], within)
        return dict(self.altered)

    def compare(self, snapshot: Snapshot, within: Collection[str] | None = None) -> tuple[set[str], bool]:
        files, folders = self._walk(within)
        self._learn_all(files, within)
        strays = any(path not in self.entries and path not in snapshot for path in files)
        more = within is None and (self._have_changed(folders, snapshot) or self._furnished() != self.furnished)
        return self._differing(snapshot), strays or more

    def restore(self, snapshot: Snapshot, within: Collection[str] | None = None) -> None:
        files, folders = self._walk(None if within is None else list(within))
        self._learn_all(files, within)
        for path in files:
            if path not in self.entries and path not in snapshot:
                remove_below(self.root, path)
        again = self.touched & (snapshot.keys() | self.entries.keys())
        wanted = [snapshot.get(path) or self._base(path) for path in self._differing(snapshot) | again]
        for blob in wanted:
            if blob is not None and blob.id is None:
                remove_below(self.root, blob.path)
        self._set_right(folders)
        self._write([blob for blob in wanted if blob is not None and blob.id is not None])
        self.altered = dict(snapshot)
        if within is None:
            self._prune()
            self._refurnish()

    def vouch(self) -> None:
        self.vouched = True

    def put_back(self) -> bool:
        """Make it the base commit's files again. Say whether they are proved to be: by a look at all of them."""
        vouched, self.vouched = self.vouched, False
        self.restore({}, self.altered.keys() | self.touched if vouched else None)
        return vouched

    def turn_to(self, entries: Mapping[str, Entry], rules: Rules) -> None:
        """Make it the files of another commit, with these entries and rules. Only what differs is written."""
        before, self.entries, self.rules = self.entries, entries, rules
        for path in before.keys() | entries.keys():
            old, new = before.get(path), entries.get(path)
            if old != new and old is not None and old.mode != GITLINK:  # what lies there is no longer the base's
                self.altered.setdefault(path, Blob(path, old.mode, old.blob))
        _make_submodules(self.root, entries.values())
        self.restore({})
        self.modes = {folder: info.st_mode for folder, info in self._walk(None)[1].items()}

    def _walk(self, within: Collection[str] | None) -> tuple[dict[str, os.stat_result], dict[str, os.stat_result]]:
        """Look at all files and folders, or only at the files `within`: all else is then taken to be as it was last."""
        if within is None:
            return walk(self.root, self.furniture)
        files = {}
        for path in within:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                files[path] = os.lstat(os.path.join(self.root, path))  # noqa: PTH118  # text, as in `walk`
        return files, {}

    def _differing(self, snapshot: Snapshot) -> set[str]:
        now = self.altered
        return {path for path in now.keys() | snapshot.keys() if now.get(path) != snapshot.get(path)}

    def _learn_all(self, walked: Mapping[str, os.stat_result], within: Collection[str] | None) -> None:
        """Find out what has become of the files that were looked at."""
        found = {path: info for path, info in walked.items() if is_content(info)}
        touched = {path: info for path, info in found.items() if self.marks.get(path) != packed(mark_of(info))}
        ignored = self.rules.ignored([path for path in touched if path not in self.entries])
        for path in [path for path in (self.entries if within is None else within) if path not in found]:
            if path in self.entries and self._is_file(path):
                self._learn(Blob(path, None, None), None)
        for path in [path for path in self.altered if path not in found and path not in self.entries]:
            if within is None or path in within:
                del self.altered[path]
                self.marks.pop(path, None)
        for path in ignored:
            self.altered.pop(path, None)
        self.touched |= touched.keys() - ignored
        for blob in self._read({path: info for path, info in touched.items() if path not in ignored}):
            self._learn(blob, mark_of(touched[blob.path]))

    def _learn(self, blob: Blob, mark: Mark | None) -> None:
        """Keep what a file is now."""
        if mark is None:
            self.marks.pop(blob.path, None)
        else:
            self.marks[blob.path] = packed(mark)
            self.newest = max(self.newest, mark[3])
        if self._is_base(blob):
            self.altered.pop(blob.path, None)
        else:
            self.altered[blob.path] = blob

    def _have_changed(self, folders: Mapping[str, os.stat_result], snapshot: Snapshot) -> bool:
        """Say whether there are other folders than there should be, or one that is closed, say."""
        new = {str(folder) for path in snapshot for folder in PurePosixPath(path).parents}
        emptied = {str(folder) for path in self.altered for folder in PurePosixPath(path).parents}
        odd = any(self.modes.get(path, info.st_mode) != info.st_mode for path, info in folders.items())
        added, missing = folders.keys() - self.modes.keys() - new, self.modes.keys() - folders.keys() - emptied
        return odd or bool(added) or bool(missing)

    def _set_right(self, folders: Mapping[str, os.stat_result]) -> None:
        """Give folders the modes that they had, and make those of submodules that are gone."""
        for path, mode in self.modes.items():
            info = folders.get(path)
            *parts, name = path.split("/")
            if info is not None and info.st_mode != mode:
                with folder_below(self.root, parts) as above:
                    os.chmod(name, stat.S_IMODE(mode), dir_fd=above)  # reached through no link
            elif info is None and path in self.entries:
                with folder_below(self.root, [*parts, name], make=True):
                    pass

    def settle(self) -> None:
        """Wait until a write to any file can be told from the last one here by its time, which has grains.

        A file beside the tree tells when: before Linux 6.13 files get the time of the last timer tick. There are at
        least a hundred of those a second, but on a busy machine one may come later by any time.
        """
        until = time.monotonic() + SETTLE_SECONDS  # a clock that was set back may take hours
        with tempfile.TemporaryFile(dir=self.root.parent, buffering=0) as probe:
            while mark_of(os.fstat(probe.fileno()))[3] <= self.newest and time.monotonic() < until:
                time.sleep(LOOK_SECONDS)
                probe.write(b".")

    def accept(self, renew: Callable[[], None]) -> None:
        self._take_in()
        self.renew = renew
        self.restore({})

    def strip(self) -> None:
        self.furniture, self.furnished, self.renew, self.furnishing = frozenset(), {}, None, None
        self.restore({})

    def _take_in(self) -> None:
        folders = {str(parent) for path in self.entries for parent in PurePosixPath(path).parents}
        self.furniture = frozenset(_untracked(self.root, self.entries, folders))
        self.furnished = self._furnished()

    def _furnished(self) -> dict[str, Mark]:
        """The marks of all that is in the furniture."""
        found: dict[str, Mark] = {}
        for place in self.furniture:
            path = os.path.join(self.root, place)  # noqa: PTH118  # text, as in `write_files`
            if os.path.islink(path) or not os.path.isdir(path):  # noqa: PTH112, PTH114  # text
                found |= {place: mark_of(os.lstat(path))} if os.path.lexists(path) else {}
                continue
            found |= {f"{place}/{name}": mark_of(info) for name, info in walk(Path(path), ())[0].items()}
        return found

    def _refurnish(self) -> None:
        """Take new files out of the furniture; make all of it anew where one has been changed or is gone."""
        now = self._furnished()
        for path in now.keys() - self.furnished.keys():
            remove_below(self.root, path)
        if self.renew is None or all(now.get(path) == mark for path, mark in self.furnished.items()):
            return
        for place in self.furniture:
            *parts, name = place.split("/")
            with folder_below(self.root, parts, make=True) as folder:
                clear_in(folder, name)
        self.renew()
        self._take_in()

    def _write(self, blobs: Collection[Blob]) -> None:
        marks = write_files(self.root, self._bytes(blobs))
        self.marks.update({path: packed(mark) for path, mark in marks.items()})
        self.touched -= marks.keys()
        self.newest = max([self.newest, *(mark[3] for mark in marks.values())])

    def _prune(self) -> None:
        """Remove folders that hold nothing; the empty ones of submodules belong there."""
        for folder in reversed(walk(self.root, self.furniture)[1]):
            if folder not in self.entries and not any((self.root / folder).iterdir()):
                (self.root / folder).rmdir()


def populate(
    root: Path, entries: Mapping[str, Entry], scratch: Path | None, rules: Rules, objects: Objects
) -> WalkedContents:
    """Write a commit's files to the empty worktree `root`, in which the `rules` hold.

    With a `scratch` folder git does the most of it; without, where the repository has attributes that
    cannot be hidden from git, all of it is done here.
    """
    _make_submodules(root, entries.values())
    files = [entry for entry in entries.values() if entry.mode != GITLINK]
    attributes = [entry for entry in files if PurePosixPath(entry.path).name == ATTRIBUTES]
    if scratch is not None:
        write_unconverted(root, scratch / "index", [entry.path for entry in attributes])
    write_files(root, read_blobs(root, files if scratch is None else attributes))
    return look_over(root, entries, rules, objects)


def packed(mark: Mark) -> bytes:
    """Give a mark in a third of the memory: a worktree may have a hundred thousand of them."""
    return struct.pack("<QQqqI", *mark)


def look_over(root: Path, entries: Mapping[str, Entry], rules: Rules, objects: Objects) -> WalkedContents:
    """Take the files at `root` for those of a commit, as whoever has just written them there may."""
    files, folders = walk(root, ())
    marks = {path: packed(mark_of(info)) for path, info in files.items()}
    modes = {path: info.st_mode for path, info in folders.items()}
    newest = max((info.st_ctime_ns for info in files.values()), default=0)
    return WalkedContents(root, entries, rules, objects, None, marks, modes, newest=newest)


def _make_submodules(root: Path, entries: Iterable[Entry]) -> None:
    for entry in entries:
        if entry.mode == GITLINK:
            (root / entry.path).mkdir(parents=True, exist_ok=True)


def _untracked(root: Path, files: Collection[str], folders: Collection[str]) -> Iterator[str]:
    """Files that a commit does not have, and, as one, each folder that holds nothing of it."""
    for folder in folders:
        prefix = "" if folder == "." else f"{folder}/"
        place = root / folder
        for item in os.scandir(place) if place.is_dir() else ():
            path = prefix + item.name
            if path not in files and path not in folders and path != ".git":
                yield path


def walk(root: Path, left_out: Collection[str]) -> tuple[dict[str, os.stat_result], dict[str, os.stat_result]]:
    """Look at all files and links below a worktree, and at all folders, but git's own and those left out.

    Links are not followed. As text and with `os`: `pathlib` for each of ten thousand files costs more than git.
    """
    files: dict[str, os.stat_result] = {}
    folders: dict[str, os.stat_result] = {}
    pending = [""]
    while pending:
        prefix = pending.pop()
        with os.scandir(root / prefix) as found:
            for item in found:
                path = prefix + item.name
                if path == ".git" or path in left_out:
                    continue
                if item.is_dir(follow_symlinks=False):
                    folders[path] = item.stat(follow_symlinks=False)
                    pending.append(f"{path}/")
                else:
                    files[path] = item.stat(follow_symlinks=False)
    return files, folders
