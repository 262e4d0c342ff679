"""Results for files with changes that are not committed: the fixes go to these files, and no commit is made."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.atomic_write import write_atomically
from stomper.disk.remove_trees import delete_what_goes
from stomper.errors import GitError, UsageError
from stomper.git.changed_files import commit_uncommitted, index_in_use, parent_of
from stomper.git.repository import Head, read_head
from stomper.git.worktrees import make_patch
from stomper.journal.cleanup import snapshot_folder
from stomper.journal.run_folder import Header, RunFolder
from stomper.landing.checkout_moves import moved, patiently
from stomper.landing.deliver_uncommitted import bring_home, misfit_of, stages
from stomper.landing.destination import Delivery, Destination, Result
from stomper.landing.writable import require_writable_checkout
from stomper.models import Blob
from stomper.settings import ChoiceSettings, Uncommitted


@dataclass(frozen=True, slots=True)
class UncommittedFiles(Destination):
    """The user's uncommitted changes of a `kind`: in the working tree, or staged.

    A run is based on a commit that is made of them and that no branch has. So no ref of the run may stay, which would
    hold on to the user's unfinished work: its patches stay.
    """

    kind: Uncommitted
    choice: ChoiceSettings

    def require_place(self, start: Head, own: Collection[str]) -> None:
        """Unfinished work is expected here, and so is a `git commit` under way."""

    def require_able(self, start: Head) -> None:
        require_writable_checkout(self.repository)

    def begin(self, start: Head) -> str:
        folder, index = snapshot_folder(self.repository), index_in_use(self.repository, self.choice.index)
        try:
            return commit_uncommitted(self.repository, start, self.kind, index, folder / "index")
        finally:
            delete_what_goes(folder)

    def resumable(self, header: Header) -> tuple[str, ...]:
        """Give the commit that the files stand on. Raises UsageError if they are no longer what the run knew."""
        parent = parent_of(self.repository.top, header.base)
        over = self.choice.index is not None and not Path(self.choice.index).exists()
        if over or read_head(self.repository) != Head(parent, header.branch):
            raise UsageError(
                f"run {header.run} worked on files that were not committed then, and HEAD has moved",
                f"Start again: stomper fix --git-{self.kind}",
            )
        return (parent,)

    def tip(self, header: Header, start: Head, own: Collection[str]) -> str:
        return header.base

    def edited(self, folder: RunFolder) -> Collection[str]:
        """Leave no file alone here: each is compared with the run's base when its fix is brought to it."""
        return ()

    def misfit(self, folder: RunFolder, base: str, blobs: Iterable[Blob]) -> str:
        return misfit_of(self.repository, folder, self.choice, base, blobs)

    def users_base(self, start: Head, base: str) -> str:
        return start.commit

    def withhold(self, result: Result, problem: str) -> Delivery:
        return Delivery(result.here, result.start.commit, problem, f"The fixes are in {result.folder.patches}")

    def bring(self, result: Result) -> Delivery:
        """Bring the fixes into the files, all of them or none. A patch stays if that cannot be."""
        here, commit = result.here, result.start.commit
        if result.head == commit:
            return Delivery(here, commit, old=result.base)
        if problem := moved(self.repository, result.start) or self._home(result):
            whole = result.folder.whole_patch
            write_atomically(whole, make_patch(self.repository.top, result.base, result.head), private=True)
            hint = f"Your files are as they were. To take what fits: git apply --reject {whole}"
            return Delivery(here, commit, problem, hint)
        staged = stages(self.choice)
        place = "staged, and in the working tree: git diff --cached" if staged else "in the working tree: git diff"
        return Delivery(here, commit, old=result.base, files_only=True, hint=f"the fixes are {place}")

    def _home(self, result: Result) -> str:
        """Give the problem with bringing the fixes into the files; '' if they are there."""
        try:
            return patiently(lambda: bring_home(self.repository, result.folder, self.choice, result.base, result.head))
        except GitError as error:
            return f"git would not take them: {error.stderr}"
