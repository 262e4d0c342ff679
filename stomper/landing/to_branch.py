"""Results for a branch that is not checked out."""

from collections.abc import Collection
from dataclasses import dataclass

from stomper.errors import GitError, UsageError
from stomper.git.commits import branch_is_checked_out, is_ancestor, move_ref, read_ref, valid_branch_name
from stomper.git.repository import Head, require_quiet
from stomper.git.worktrees import NOTHING
from stomper.journal.run_folder import Header
from stomper.landing.able_to_commit import require_commits, require_plain_list
from stomper.landing.destination import Delivery, Destination, Result
from stomper.settings import GitSettings


@dataclass(frozen=True, slots=True)
class Branch(Destination):
    """The branch called `name`, which is made if it does not exist. What is checked out stays as it is.

    The commits for it are made by the settings `git`.
    """

    name: str
    git: GitSettings

    @property
    def ref(self) -> str:
        return f"refs/heads/{self.name}"

    @property
    def there(self) -> str | None:
        """The commit that the branch is at now, None if it does not exist."""
        return read_ref(self.repository.top, self.ref)

    @property
    def makes_commits(self) -> bool:
        return True

    def branch(self, start: Head) -> str | None:
        return self.ref

    def require_place(self, start: Head, own: Collection[str]) -> None:
        """Raises UsageError for a name that no branch can have, and if the branch cannot be moved."""
        require_quiet(self.repository)
        top = self.repository.top
        if not valid_branch_name(top, self.name):
            raise UsageError(
                f"'{self.name}' is not a branch name", "Try letters, digits, dashes and slashes: stomper/fixes"
            )
        if branch_is_checked_out(top, self.ref):
            raise UsageError(
                f"branch {self.name} is checked out", "Leave --branch away to land on it, or name another."
            )
        self.require_movable(start, own)

    def require_movable(self, start: Head, own: Collection[str]) -> None:
        """An existing branch must be part of what is checked out, or be at one of the run's `own` commits."""
        there = self.there
        if there is not None and there not in own and not is_ancestor(self.repository.top, there, start.commit):
            raise UsageError(
                f"branch {self.name} exists and has commits that are not in HEAD",
                "Name a new branch, merge that one first, or say what becomes of it: --branch-exists append|replace",
            )

    def require_able(self, start: Head) -> None:
        require_commits(self.repository, self.git)
        if self.git.blame_ignore_revs:
            require_plain_list(self.repository, self.begin(start))

    def tip(self, header: Header, start: Head, own: Collection[str]) -> str:
        there = self.there
        return there if there is not None and there in own else header.base

    def bring(self, result: Result) -> Delivery:
        """Move the branch. Its old place is written down first: a later session of the run finds it moved."""
        there = self.there or NOTHING
        history = result.folder.history(outcomes=False)
        ours = there in history.made
        result.folder.append("delivering", old=there)
        try:
            self.save(result, there)
            move_ref(self.repository.top, self.ref, result.head, there, f"stomper fix {result.folder.run}")
        except GitError as error:
            return result.kept(f"branch {self.name} could not be set: {error.stderr}")
        return Delivery(self.ref, result.head, old=history.branch_before if ours and history.branch_before else there)

    def save(self, result: Result, there: str) -> None:
        """Keep what the branch has and the result has not, before it moves. Raises GitError."""
