"""The last step: bring the run's head to where the user wants it, or leave it safe and say where it is."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from stomper.disk.atomic_write import write_atomically
from stomper.errors import GitError, UsageError
from stomper.git.command import LOCKED
from stomper.git.commits import (
    apply_patch,
    apply_to_working_tree,
    branch_is_checked_out,
    broken_filters,
    fast_forward,
    fill_index,
    fits_working_tree,
    is_ancestor,
    move_ref,
    read_ref,
    valid_branch_name,
    write_index_tree,
)
from stomper.git.repository import Head, Repository, read_head, works_elsewhere
from stomper.git.trees import dirty_paths
from stomper.git.worktrees import NOTHING, changed_blobs, make_patch
from stomper.journal.run_folder import Delivered, RunFolder
from stomper.landing.deliver_uncommitted import bring_home
from stomper.landing.lander import run_ref
from stomper.models import printable
from stomper.process.crash import crash_point
from stomper.settings import ChoiceSettings, LandingSettings, Settings

LOCK_PATIENCE = 10.0
AUTOMATIC = "auto"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the result: `branch` names the ref that has it, `commit` is where that ref is.

    `old` is where it was before, empty where nothing moved; `files_only` that only the working tree changed.
    `problem` says why it could not be delivered, `hint` how to take it by hand; empty where it was.
    """

    branch: str
    commit: str
    problem: str = ""
    hint: str = ""
    old: str = ""
    files_only: bool = False

    def record(self, head: str) -> Delivered | None:
        """What `undo` needs to know; None where nothing was changed anywhere."""
        if not self.old:
            return None
        return Delivered(self.branch, self.old, head, kept=bool(self.problem), commit=not self.files_only)


def landing_branch(
    repository: Repository, landing: LandingSettings, base: str, own: Collection[str] = ()
) -> str | None:
    """The full ref name for `--branch`, checked before any work is done. Raises UsageError where it cannot be used.

    An existing branch has to be part of `base`, or to be at one of the run's `own` commits.
    """
    if landing.branch in (None, AUTOMATIC):
        return None
    if not valid_branch_name(repository.top, landing.branch):
        raise UsageError(
            f"'{landing.branch}' is not a branch name", "Try letters, digits, dashes and slashes: stomper/fixes"
        )
    ref = f"refs/heads/{landing.branch}"
    if branch_is_checked_out(repository.top, ref):
        raise UsageError(
            f"branch {landing.branch} is checked out", "Leave --branch away to land on it, or name another."
        )
    there = read_ref(repository.top, ref)
    if there is not None and there not in own and not is_ancestor(repository.top, there, base):
        raise UsageError(
            f"branch {landing.branch} exists and has commits that HEAD has not",
            "Name a new branch, or merge that one first.",
        )
    return ref


def deliver(
    repository: Repository, start: Head, base: str, head: str, folder: RunFolder, settings: Settings
) -> Delivery:
    """Move the user's branch, a new branch, or the working tree to `head`.

    `start` is what was checked out when this session of the run began, `base` what its fixes are made from.

    Changes nothing where the user's checkout is not as it was in what matters: git decides that.
    """
    top, here, run, landing = repository.top, start.branch or "HEAD", folder.run, settings.landing
    if landing.dry_run or head == base:
        return Delivery(here, start.commit)
    if landing.branch is not None:
        return _to_branch(repository, landing.branch, head, folder)
    if head == start.commit:
        return Delivery(here, head, old=base)
    if settings.choice.uncommitted is not None:
        return _home(repository, start, base, head, folder, settings.choice)
    if moved := _moved(repository, start):
        return _kept(run, head, moved, since="" if is_ancestor(top, base, read_head(repository).commit) else base)
    if in_the_way := _in_the_way(repository, start, head, landing):
        return _kept(run, head, in_the_way)
    crash_point("deliver")
    try:
        if not landing.commit:
            _to_files(repository, folder, base, head)
            return Delivery(here, start.commit, old=base, files_only=True)
        _patiently(lambda: fast_forward(top, head, start.branch, f"stomper fix {run}"))
    except GitError as error:
        return _kept(run, head, f"git would not move the checkout: {error.stderr}")
    return Delivery(here, head, old=base)


def _in_the_way(repository: Repository, start: Head, head: str, landing: LandingSettings) -> str:
    """What git would only find out half-way, or pass over: filters that fail; files that were deleted, or marked.

    Everything else it finds by itself, at the very moment of writing.
    """
    changed = changed_blobs(repository.top, start.commit, head)
    if broken := broken_filters(repository.top, changed):
        return f"a filter of the working tree fails for {broken}"
    mine = dirty_paths(repository.top) & {blob.path for blob in changed} if landing.commit else ()
    return f"{', '.join(map(printable, sorted(mine)))} changed during the run" if mine else ""


def _to_files(repository: Repository, folder: RunFolder, base: str, head: str) -> None:
    """Bring the run's whole change to the working tree: what of it an earlier session has not brought there."""
    top, there = repository.top, folder.read_whole_patch()
    rest = patch = make_patch(top, base, head)
    if fits_working_tree(top, there, reverse=True):
        rest = _difference(top, folder.path / "files-index", base, there, head)
    write_atomically(folder.whole_patch, patch, private=True)
    if rest:
        _patiently(lambda: apply_to_working_tree(top, rest))


def _difference(top: Path, index: Path, base: str, there: bytes, head: str) -> bytes:
    """The patch from `base` with the patch `there` on it to `head`."""
    try:
        fill_index(top, index, base)
        apply_patch(top, index, there)
        return make_patch(top, write_index_tree(top, index), head)
    finally:
        index.unlink(missing_ok=True)


def _home(
    repository: Repository, start: Head, base: str, head: str, folder: RunFolder, choice: ChoiceSettings
) -> Delivery:
    """Bring the fixes of uncommitted files to these files. No ref is left where that cannot be: a patch is."""
    here, problem = start.branch or "HEAD", _moved(repository, start)
    try:
        problem = problem or _patiently(lambda: bring_home(repository, folder, choice, base, head))
    except GitError as error:
        problem = f"git would not take them: {error.stderr}"
    if problem:
        write_atomically(folder.whole_patch, make_patch(repository.top, base, head), private=True)
        hint = f"Your files are as they were. To take what fits: git apply --reject {folder.whole_patch}"
        return Delivery(here, start.commit, problem, hint)
    staged = choice.uncommitted == "staged" and choice.stage
    where = "staged, and in the working tree: git diff --cached" if staged else "in the working tree: git diff"
    return Delivery(here, start.commit, old=base, files_only=True, hint=f"the fixes are {where}")


def _to_branch(repository: Repository, name: str, head: str, folder: RunFolder) -> Delivery:
    """Move a branch. Where it was is written down first: a later session of the run finds it moved."""
    ref = f"refs/heads/{name}"
    there = read_ref(repository.top, ref) or NOTHING
    history = folder.history(outcomes=False)
    ours = there in history.commits.values()
    folder.append("delivering", old=there)
    try:
        move_ref(repository.top, ref, head, there, f"stomper fix {folder.run}")
    except GitError as error:
        return _kept(folder.run, head, f"branch {name} could not be set: {error.stderr}")
    return Delivery(ref, head, old=history.branch_before if ours and history.branch_before else there)


def _moved(repository: Repository, start: Head) -> str:
    """Give what the user did to HEAD, or to the place where git works, during the run; or nothing."""
    if elsewhere := works_elsewhere(repository):
        return f"git, started in {repository.top}, works elsewhere now: {elsewhere}"
    now = read_head(repository)
    if now.branch != start.branch:
        return f"{_short(now.branch)} is checked out now, not {_short(start.branch)}"
    return f"{_short(start.branch)} has moved during the run" if now.commit != start.commit else ""


def _short(branch: str | None) -> str:
    return branch.removeprefix("refs/heads/") if branch else "a detached HEAD"


def _kept(run: str, head: str, problem: str, since: str = "") -> Delivery:
    """The result stays on the run's ref. `since` is its base where HEAD has left that: a merge would bring it back."""
    ref = run_ref(run)
    command = f"git cherry-pick {since[:12]}..{ref}" if since else f"git merge {ref}"
    return Delivery(ref, head, problem, f"The result is safe on {ref}. To take it: {command}", old=NOTHING)


def _patiently(action: Callable[[], T]) -> T:
    """Try again while another program (an editor, a prompt) holds the index for a moment; its lock is never deleted."""
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            return action()
        except GitError as error:
            if LOCKED not in error.stderr or time.monotonic() > deadline:
                raise
        time.sleep(0.1)
