"""The place that the result of a run is for. There is one class for each kind of place (`destinations`)."""

import abc
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from stomper.git.commits import fits_working_tree
from stomper.git.repository import Head, Repository, read_head, require_quiet
from stomper.git.trees import dirty_paths
from stomper.git.worktrees import NOTHING
from stomper.journal.history import Delivered
from stomper.journal.run_folder import Header, RunFolder
from stomper.landing.lander import run_ref
from stomper.landing.writable import require_writable_git
from stomper.models import Blob


@dataclass(frozen=True, slots=True)
class Delivery:
    """The delivery of a result: `branch` names the ref that has it, `commit` is that ref's commit.

    `old` is if it was before, empty if nothing moved; `files_only` says that only the working tree changed.
    `problem` says why it could not be delivered, `hint` how to take it by hand; both are empty if it was delivered.
    `waits` says that there is a result which is not to be delivered now: the run is dry, or was interrupted.
    """

    branch: str
    commit: str
    problem: str = ""
    hint: str = ""
    old: str = ""
    files_only: bool = False
    waits: bool = False

    @property
    def arrived(self) -> bool:
        """Return whether the user has the result, if there is any."""
        return not (self.problem or self.waits)

    def record(self, head: str) -> Delivered | None:
        """Give the record for `undo`; None if nothing was changed anywhere."""
        if not self.old:
            return None
        return Delivered(self.branch, self.old, head, kept=bool(self.problem), commit=not self.files_only)


@dataclass(frozen=True, slots=True)
class Result:
    """The commits from `base` to `head` that a run has made, with its `folder`.

    `start` is what the user had checked out when this session of the run began.
    """

    folder: RunFolder
    start: Head
    base: str
    head: str

    @property
    def here(self) -> str:
        """The ref that the user had checked out."""
        return self.start.branch or "HEAD"

    @property
    def ref(self) -> str:
        """The run's own ref, which has the result until it is delivered."""
        return run_ref(self.folder.run)

    def undelivered(self) -> Delivery:
        """Nothing is delivered: the user has what was checked out."""
        return Delivery(self.here, self.start.commit, waits=self.head != self.base)

    def kept(self, problem: str, command: str = "") -> Delivery:
        """The result stays on the run's ref; `command` takes it from there, by default a merge."""
        hint = f"The result is safe on {self.ref}. To take it: {command or f'git merge {self.ref}'}"
        return Delivery(self.ref, self.head, problem, hint, old=NOTHING)


@dataclass(frozen=True, slots=True)
class Destination(abc.ABC):
    """A place for the result of a run in the user's `repository`. What is the same for most places stands here."""

    repository: Repository

    def ready(self, own: Collection[str] = ()) -> Head:
        """Give what is checked out. Raises UsageError if a result could not come here: before any work is done.

        `own` are commits of the run itself, which the place may have already. Raises StomperError if it cannot be
        written there.
        """
        require_writable_git(self.repository)
        start = read_head(self.repository)
        self.require_place(start, own)
        self.require_able(start)
        return start

    @property
    def makes_commits(self) -> bool:
        """Say whether the result that comes here is commits: then they are made as the user wants them."""
        return False

    def branch(self, start: Head) -> str | None:
        """Give the branch that the commits are for, None for a detached HEAD."""
        return start.branch

    def require_place(self, start: Head, own: Collection[str]) -> None:
        """Raises UsageError for a place that could take no result, also in a dry run."""
        require_quiet(self.repository)

    def require_able(self, start: Head) -> None:
        """Raises UsageError if the user, here and now, could not make what the place takes."""
        return

    def begin(self, start: Head) -> str:
        """Give the commit that a new run is based on."""
        return start.commit

    def resumable(self, header: Header) -> tuple[str, ...]:
        """Give the commits that HEAD may be at besides the run's. Raises UsageError if the run cannot go on."""
        return ()

    def follows(self, header: Header, start: Head, own: Collection[str]) -> bool:
        """Say whether a run that goes on is based anew on what is checked out, which is none of its `own` commits."""
        return start.branch != header.branch or start.commit not in own

    def tip(self, header: Header, start: Head, own: Collection[str]) -> str:
        """Give the commit that a run goes on at: what it delivered before it was cut off, if it had come to that."""
        return start.commit if start.commit in own else header.base

    def edited(self, folder: RunFolder) -> Collection[str]:
        """Give the files that the user has changed since the run was cut off: a run that goes on leaves them alone."""
        top = self.repository.top
        return () if fits_working_tree(top, folder.read_whole_patch(), reverse=True) else dirty_paths(top)

    def misfit(self, folder: RunFolder, base: str, blobs: Iterable[Blob]) -> str:
        """Say why a fix cannot be brought here; '' if it can, or if that shows only at the end."""
        return ""

    def users_base(self, start: Head, base: str) -> str:
        """Give the commit that the user knows the run to be based on."""
        return base

    def withhold(self, result: Result, problem: str) -> Delivery:
        """Leave a result that nobody vouches for on the run's ref."""
        hint = f"The result is on {result.ref}: git log {result.base[:12]}..{result.ref}"
        return Delivery(result.ref, result.head, problem, hint)

    def deliver(self, result: Result) -> Delivery:
        """Bring the result here, if there is any. The user's checkout stays as it is if that is not safe."""
        return result.undelivered() if result.head == result.base else self.bring(result)

    @abc.abstractmethod
    def bring(self, result: Result) -> Delivery:
        """Bring a result that has commits."""
