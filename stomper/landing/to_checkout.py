"""Results for what is checked out: its branch by a fast-forward, or only its files."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.disk.atomic_write import write_atomically
from stomper.errors import GitError, UsageError
from stomper.git.changed_files import commit_in_hand
from stomper.git.commits import (
    apply_patch,
    apply_to_working_tree,
    fast_forward,
    fill_index,
    fits_working_tree,
    is_ancestor,
    write_index_tree,
)
from stomper.git.repository import Head, read_head
from stomper.git.trees import dirty_paths
from stomper.git.worktrees import changed_blobs, make_patch
from stomper.journal.run_folder import RunFolder
from stomper.landing.able_to_commit import require_commits, require_committed_list, require_plain_list
from stomper.landing.checkout_moves import broken_filter, moved, patiently
from stomper.landing.destination import Delivery, Destination, Result
from stomper.landing.writable import require_writable_checkout
from stomper.models import printable
from stomper.process.crash import crash_point
from stomper.settings import GitSettings


@dataclass(frozen=True, slots=True)
class Checkout(Destination):
    """The branch that is checked out, its index and its files. The commits for it are made by the settings `git`."""

    git: GitSettings

    @property
    def makes_commits(self) -> bool:
        return True

    def require_able(self, start: Head) -> None:
        require_writable_checkout(self.repository)
        self._require_free_head()
        require_commits(self.repository, self.git)
        if self.git.blame_ignore_revs:
            require_plain_list(self.repository, start.commit)
            require_committed_list(self.repository, start.commit)

    def _require_free_head(self) -> None:
        """Raises UsageError in a hook of `git commit`: the commit in hand would fail if HEAD moved under it."""
        if commit_in_hand(self.repository, process.surrounding_index()):
            raise UsageError(
                "a commit is under way, and this would move HEAD under it",
                "In a hook, fix what is about to be committed: stomper fix --git-staged",
            )

    def bring(self, result: Result) -> Delivery:
        """Change nothing if the checkout is not as it was in what matters: git decides that."""
        if result.head == result.start.commit:  # brought here by an earlier session of the run
            return Delivery(result.here, result.head, old=result.base)
        if problem := moved(self.repository, result.start):
            return result.kept(problem, self._command(result))
        if problem := self._in_the_way(result.start, result.head):
            return result.kept(problem)
        crash_point("deliver")
        try:
            return self._write(result)
        except GitError as error:
            return result.kept(f"git would not move the checkout: {error.stderr}")

    def _command(self, result: Result) -> str:
        """Take the result without its base if HEAD has left that: a merge would bring the base back."""
        if is_ancestor(self.repository.top, result.base, read_head(self.repository).commit):
            return ""
        return f"git cherry-pick {result.base[:12]}..{result.ref}"

    def _in_the_way(self, start: Head, head: str) -> str:
        """Say what git would find out half-way, or pass over: filters that fail; files that were deleted, or marked.

        Everything else it finds by itself, at the very moment of writing.
        """
        return broken_filter(self.repository, start, head) or _changed(self._mine(start, head))

    def _mine(self, start: Head, head: str) -> Collection[str]:
        """Give the files that both the user and the run have changed."""
        top = self.repository.top
        return dirty_paths(top) & {blob.path for blob in changed_blobs(top, start.commit, head)}

    def _write(self, result: Result) -> Delivery:
        """Move branch, index and files. Raises GitError if git finds something in the way."""
        top, start, head = self.repository.top, result.start, result.head
        patiently(lambda: fast_forward(top, head, start.branch, f"stomper fix {result.folder.run}"))
        return Delivery(result.here, head, old=result.base)


def _changed(mine: Collection[str]) -> str:
    return f"{', '.join(map(printable, sorted(mine)))} changed during the run" if mine else ""


@dataclass(frozen=True, slots=True)
class Files(Checkout):
    """The files that are checked out, without a commit; the index stays as it is."""

    @property
    def makes_commits(self) -> bool:
        return False

    def require_able(self, start: Head) -> None:
        """A change of files needs no identity, and moves no HEAD."""
        require_writable_checkout(self.repository)

    def _mine(self, start: Head, head: str) -> Collection[str]:
        """Changes beside those of the user are fine: git applies a patch, or says that it does not fit."""
        return ()

    def _write(self, result: Result) -> Delivery:
        """Bring the run's whole change to the files: what of it an earlier session has not brought there."""
        top, folder = self.repository.top, result.folder
        there = folder.read_whole_patch()
        rest = patch = make_patch(top, result.base, result.head)
        if fits_working_tree(top, there, reverse=True):
            rest = _difference(top, folder, result, there)
        write_atomically(folder.whole_patch, patch, private=True)
        if rest:
            patiently(lambda: apply_to_working_tree(top, rest))
        return Delivery(result.here, result.start.commit, old=result.base, files_only=True)


def _difference(top: Path, folder: RunFolder, result: Result, there: bytes) -> bytes:
    """The patch from the result's base with the patch `there` on it to the result's head."""
    index = folder.path / "files-index"
    try:
        fill_index(top, index, result.base)
        apply_patch(top, index, there)
        return make_patch(top, write_index_tree(top, index), result.head)
    finally:
        index.unlink(missing_ok=True)
