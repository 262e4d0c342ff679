"""Results for a branch that has commits which HEAD does not have: put on top of these, or in their place."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from stomper.errors import UsageError
from stomper.git.commits import is_ancestor, move_ref, read_ref
from stomper.git.repository import Head
from stomper.git.worktrees import NOTHING
from stomper.journal.run_folder import Header
from stomper.landing.destination import Delivery, Result
from stomper.landing.lander import replaced_ref
from stomper.landing.to_branch import Branch


@dataclass(frozen=True, slots=True)
class ReplacedBranch(Branch):
    """A branch that is set to the result, whatever it had. What it had is kept by a ref of the run, for `undo`."""

    def require_movable(self, start: Head, own: Collection[str]) -> None:
        """Any branch can be replaced."""

    def save(self, result: Result, there: str) -> None:
        top, ref = self.repository.top, replaced_ref(result.folder.run)
        if there != NOTHING and there != result.head and not is_ancestor(top, there, result.head):
            move_ref(top, ref, there, read_ref(top, ref) or NOTHING)

    def bring(self, result: Result) -> Delivery:
        """Move the branch, and say that `undo` brings back what it had."""
        done = Branch.bring(self, result)
        if done.problem or done.old == NOTHING or is_ancestor(self.repository.top, done.old, result.head):
            return done
        return replace(done, hint=f"branch {self.name} was at {done.old[:12]} before: stomper undo brings that back")


@dataclass(frozen=True, slots=True)
class ContinuedBranch(Branch):
    """A branch that the run is based on, as it is: the result is put on top of it."""

    def require_movable(self, start: Head, own: Collection[str]) -> None:
        """A result on top moves the branch forward only."""

    def begin(self, start: Head) -> str:
        return self.there or start.commit

    def follows(self, header: Header, start: Head, own: Collection[str]) -> bool:
        """HEAD may be anywhere. Raises UsageError if the branch has moved: the run is based on what it was."""
        if self.there not in (None, *own):
            raise UsageError(f"branch {self.name} has moved since run {header.run} began", "Start again: stomper fix")
        return False
