"""Commits built in memory, one on the other, and stored in groups.

A commit needs its own object and one tree for each folder on the path of what it changes: the rest of the repository is
not looked at. Patches that are not plain changes of lines take the long way, by `git apply` on a private index.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from stomper.errors import GitError
from stomper.git.blobs import blob_id, stage_blobs
from stomper.git.commits import apply_patch, fill_index, index_blobs, tree_of, write_index_tree
from stomper.git.new_objects import NewObjects
from stomper.git.object_reader import ObjectReader
from stomper.git.signatures import Signatures
from stomper.git.signing import sign_commit
from stomper.git.text_patch import TextChange, read_text_patch
from stomper.git.tree_objects import FOLDER, Tree, read_tree
from stomper.git.worktrees import changed_blobs, make_patch, staged_changes
from stomper.models import Blob, Patch, printable

MOST_BYTES = 16 * 2**20


class PatchRefusedError(GitError):
    """A patch does not lead to what it should; the message says why."""


class CommitStream:
    """Trees and commits in the repository at `top`. They have their ids at once, and are there after `store`.

    `index` is a place for a private index. Close it after use: it may have a git that stays.
    """

    def __init__(self, top: Path, index: Path) -> None:
        self.top, self.index = top, index
        self.reader, self.new, self.signatures = ObjectReader(top), NewObjects(top), Signatures(top)
        self.trees: dict[str, Tree] = {}
        self.kept = 0
        self.indexed = ""
        self.of_commits: dict[str, str] = {}

    def tree_of(self, commit: str) -> str:
        """The tree of a commit, also of one that is not stored yet."""
        return self.of_commits.get(commit) or tree_of(self.top, commit)

    def tree_with(self, tree: str, patch: Patch) -> str:
        """Apply a patch to a tree. Returns the new tree's id; raises PatchRefusedError.

        The patch must lead to exactly the blobs that it names. That is proved by applying it, here or by git.
        """
        return self._proved(tree, patch) or self._by_git(tree, patch)

    def tree_with_blobs(self, tree: str, blobs: Sequence[Blob]) -> str:
        """Set paths of a tree to blobs that are in the repository; one without an id goes. Raises GitError."""
        found: str | None = tree
        for blob in blobs:
            found = found and self._replaced(found, blob.path, blob.mode, blob.id)
        if found:
            return found
        self._fill(tree)
        stage_blobs(self.top, self.index, blobs)
        return self._written()

    def tree_merged(self, tree: str, patch: Patch) -> str:
        """Merge a patch into a tree, with the blobs that it was made from. Raises GitError if that is a conflict."""
        paths = [blob.path for blob in patch.blobs]
        entries = [(path, self._entry(tree, path) or (None, None)) for path in paths]
        self.store()
        self.indexed = ""
        self.index.unlink(missing_ok=True)
        stage_blobs(self.top, self.index, [Blob(path, *entry) for path, entry in entries])
        apply_patch(self.top, self.index, patch.data, three_way=True)
        return self.tree_with_blobs(tree, index_blobs(self.top, self.index, paths))

    def entry_of(self, tree: str, path: str) -> tuple[str, str] | None:
        """Give mode and id of a path in a tree; None if it has no such file, or cannot be read."""
        return self._entry(tree, path)

    def blob(self, content: bytes) -> str:
        """Take the content of a file up; returns its id."""
        return self.new.add("blob", content)

    def contents(self, *blobs: str) -> list[bytes | None]:
        """The contents of blobs that are in the repository; None for each that is not."""
        return self.reader.read("blob", *blobs)

    def patch_between(self, before: str, after: str) -> Patch:
        """The difference between two trees or commits."""
        self.store()
        return Patch(make_patch(self.top, before, after), changed_blobs(self.top, before, after))

    def commit(self, tree: str, parent: str, message: str) -> str:
        """Make a commit by the user's own identity; returns its id."""
        head = f"tree {tree}\nparent {parent}\n".encode()
        made = self.new.add("commit", head + self.signatures.lines() + b"\n" + message.encode())
        self.of_commits[made] = tree
        return made

    def signed_commit(self, tree: str, parent: str, message: str) -> str:
        """Make a commit that is signed, and in the repository at once; returns its id. Raises GitError."""
        self.store()
        made = sign_commit(self.top, tree, [parent], message)
        self.of_commits[made] = tree
        return made

    def store(self) -> None:
        """Have everything in the repository, on the disk. No ref names it. Raises GitError."""
        self.new.store()

    def close(self) -> None:
        """End what stays. What is not stored is forgotten with the stream."""
        self.reader.close()

    def _proved(self, tree: str, patch: Patch) -> str | None:
        """The tree with a patch that is proved without git. None if that cannot be, which refuses nothing yet."""
        changes = read_text_patch(patch.data)
        expected = {blob.path: blob for blob in patch.blobs}
        if not changes or sorted(change.path for change in changes) != sorted(expected):
            return None
        found: str | None = tree
        for change in changes:
            blob = expected[change.path]
            if not found or (blob.mode, blob.id) != (change.mode, change.new) or not self._leads_there(found, change):
                return None
            found = self._replaced(found, change.path, change.mode, change.new)
        return found

    def _leads_there(self, tree: str, change: TextChange) -> bool:
        """Say whether a patch leads from what the tree has to the blob that it names, which then is stored or waits."""
        if self._entry(tree, change.path) != (change.mode, change.old):
            return False
        old, new = self.reader.read("blob", change.old, change.new)
        made = None if old is None else change.applied(old)
        if made is None or blob_id(made) != change.new:
            return False
        if new is None:  # pruned since the worker has stored it
            self.new.add("blob", made)
        return True

    def _by_git(self, tree: str, patch: Patch) -> str:
        self._fill(tree)
        try:
            apply_patch(self.top, self.index, patch.data)
        except GitError as error:
            raise PatchRefusedError(f"its patch does not apply to the run's head: {error.stderr}") from error
        expected = {blob.path: blob for blob in patch.blobs}
        found = {blob.path: blob for blob in staged_changes(self.top, self.index, tree)}
        if wrong := [printable(p) for p in sorted(expected.keys() | found.keys()) if expected.get(p) != found.get(p)]:
            raise PatchRefusedError(f"its patch led to other content than the worker's: {', '.join(wrong)}")
        return self._written()

    def _fill(self, tree: str) -> None:
        """Have the private index as a tree, whatever becomes of it from here on."""
        self.store()
        if self.indexed != tree:
            fill_index(self.top, self.index, tree)
        self.indexed = ""

    def _written(self) -> str:
        """The tree of the private index, which it stays to be."""
        self.indexed = write_index_tree(self.top, self.index)
        return self.indexed

    def _entry(self, tree: str, path: str) -> tuple[str, str] | None:
        """Mode and id of a path in a tree; None if it has no such file, or cannot be read."""
        *folders, name = os.fsencode(path).split(b"/")
        for folder in folders:
            entry = self._entry_in(tree, folder)
            if entry is None or entry[0] != FOLDER:
                return None
            tree = entry[1]
        found = self._entry_in(tree, name)
        return None if found is None else (found[0].decode(), found[1])

    def _entry_in(self, tree: str, name: bytes) -> tuple[bytes, str] | None:
        found = self._tree(tree)
        return None if found is None else found.entry(name)

    def _replaced(self, tree: str, path: str, mode: str | None, new: str | None) -> str | None:
        """The tree with another blob at a path that it has, in the same mode. None if that is not all."""
        entry = self._entry(tree, path)
        if new is None or entry is None or entry[0] != mode:
            return None
        return self._with_entry(tree, os.fsencode(path).split(b"/"), new)

    def _with_entry(self, tree: str, names: Sequence[bytes], new: str) -> str | None:
        found = self._tree(tree)
        entry = None if found is None else found.entry(names[0])
        if found is None or entry is None:
            return None
        below: str | None = new if len(names) == 1 else self._with_entry(entry[1], names[1:], new)
        if below is None:
            return None
        made = found.with_entry(names[0], below)
        if made.id != found.id:
            self.new.add_changed(found, made, names[0])
            self._keep(made)
        return made.id

    def _tree(self, name: str) -> Tree | None:
        """A tree by its id; None if it is not in the repository as git writes trees."""
        if (known := self.trees.get(name)) is not None:
            return known
        if name in self.new:
            self.store()
        (data,) = self.reader.read("tree", name)
        found = None if data is None else read_tree(name, data)
        if found is not None:
            self._keep(found)
        return found

    def _keep(self, tree: Tree) -> None:
        """Remember a tree, and forget the oldest ones that are too much."""
        self.kept += len(tree.data) if tree.id not in self.trees else 0
        self.trees[tree.id] = tree
        while self.kept > MOST_BYTES and len(self.trees) > 1:
            self.kept -= len(self.trees.pop(next(iter(self.trees))).data)
