"""`stomper undo` and `redo`: a run's result taken back, exactly, and brought back again."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from stomper.errors import GitError, UsageError
from stomper.git.commits import (
    apply_patch,
    apply_to_working_tree,
    branch_is_checked_out,
    commit_tree,
    commits_between,
    delete_ref,
    fast_forward,
    fill_index,
    fits_working_tree,
    is_ancestor,
    move_checkout,
    move_ref,
    read_ref,
    subject_of,
    tree_of,
    write_index_tree,
)
from stomper.git.repository import Repository, read_head, require_quiet
from stomper.git.signing import sign_commit, signs
from stomper.git.worktrees import NOTHING, make_patch
from stomper.journal.find_run import find_run
from stomper.journal.history import Delivered
from stomper.journal.run_folder import RunFolder
from stomper.journal.run_lock import run_lock
from stomper.landing.deliver_uncommitted import read_changes, take_back
from stomper.landing.lander import run_ref, undone_ref
from stomper.process.crash import crash_point
from stomper.text.counts import plural


def undo(repository: Repository, wanted: str | None) -> str:
    """Take a run's result back: branch, index and files are what they were before it.

    Files that it did not touch keep later edits. Returns what was done, in words. Raises UsageError,
    with nothing changed, where later commits or edits stand on the result.
    """
    with _chosen(repository, wanted, "undone", lambda undone: not undone) as (folder, delivered):
        reference = undone_ref(folder.run)
        _keep(repository.top, reference, delivered)
        crash_point("undo-kept")
        try:
            _move(repository, folder, delivered, back=True)
        except BaseException:
            delete_ref(repository.top, reference)
            raise
        crash_point("undo-moved")
        folder.append("undone")
        crash_point("undone")
        return f"run {folder.run} is undone; `stomper redo {folder.run}` brings it back"


def redo(repository: Repository, wanted: str | None) -> str:
    """Bring back what `undo` took. Raises UsageError if something was committed or edited since."""
    with _chosen(repository, wanted, "redone", lambda undone: undone) as (folder, delivered):
        _move(repository, folder, delivered, back=False)
        crash_point("redo-moved")
        folder.append("redone")
        crash_point("redone")
        delete_ref(repository.top, undone_ref(folder.run))
        return f"run {folder.run} is done again"


@contextlib.contextmanager
def _chosen(
    repository: Repository, wanted: str | None, what: str, suits: Callable[[bool], bool]
) -> Iterator[tuple[RunFolder, Delivered]]:
    require_quiet(repository)
    folder = find_run(repository.state, wanted, lambda h: h.delivered is not None and suits(h.undone), what)
    with run_lock(repository.state, folder.run):
        delivered = folder.history(outcomes=False).delivered
        assert delivered is not None, "find_run takes none without"
        yield folder, delivered


def _keep(top: Path, reference: str, delivered: Delivered) -> None:
    """Keep the commits alive, which no branch may have any more, for `redo`."""
    if delivered.commit:
        move_ref(top, reference, delivered.new, read_ref(top, reference) or NOTHING)


def _move(repository: Repository, folder: RunFolder, delivered: Delivered, back: bool) -> None:
    source, target = (delivered.new, delivered.old) if back else (delivered.old, delivered.new)
    if not delivered.commit:
        _move_files(repository, folder, back)
    elif not delivered.kept and delivered.ref in ("HEAD", read_head(repository).branch):
        _move_checkout(repository, folder, delivered, source, target)
    else:
        if back:
            _require_not_taken(repository, folder, delivered)
        _move_ref(repository, run_ref(folder.run) if delivered.kept else delivered.ref, source, target)


def _require_not_taken(repository: Repository, folder: RunFolder, delivered: Delivered) -> None:
    """Raises UsageError if the user has merged the result: to take the ref away would undo nothing."""
    head = read_head(repository).commit
    if is_ancestor(repository.top, delivered.new, head):
        raise UsageError(
            f"the result of run {folder.run} is part of what is checked out",
            _way_back(repository, folder, delivered, head),
        )


def _move_files(repository: Repository, folder: RunFolder, back: bool) -> None:
    if read_changes(folder):
        take_back(repository, folder, back)
        return
    top, patch = repository.top, folder.read_whole_patch()
    if not fits_working_tree(top, patch, reverse=back) and fits_working_tree(top, patch, reverse=not back):
        return  # cut off after this step the last time
    try:
        apply_to_working_tree(top, patch, reverse=back)
    except GitError as error:
        raise UsageError(
            f"the files are not as the run left them: {error.stderr}", f"The run's change is in {folder.whole_patch}"
        ) from None


def _move_ref(repository: Repository, ref: str, source: str, target: str) -> None:
    if branch_is_checked_out(repository.top, ref):
        raise UsageError(f"{ref} is checked out in another worktree", "Run this there, or switch it to another branch.")
    if (read_ref(repository.top, ref) or NOTHING) == target:
        return  # cut off after this step the last time
    try:
        move_ref(repository.top, ref, target, source, "stomper undo")
    except GitError as error:
        raise UsageError(f"{ref} is not where the run left it: {error.stderr}", "Nothing was changed.") from None


def _move_checkout(repository: Repository, folder: RunFolder, delivered: Delivered, source: str, target: str) -> None:
    head = read_head(repository)
    if head.commit == target:
        return  # cut off after this step the last time
    if head.commit != source:
        raise _not_there(repository, folder, delivered, head.commit, source)
    if (head.branch or "HEAD") != delivered.ref:
        # Another branch than the run's is moved as a ref and never comes here: the run was on a detached HEAD.
        here = (head.branch or "").removeprefix("refs/heads/")
        raise UsageError(
            f"the run was on a detached HEAD, and {here} is checked out", f"Go back first: git checkout {source[:12]}"
        )
    try:
        move_checkout(repository.top, target, head.branch)
    except GitError as error:
        raise UsageError(f"git would not move the checkout: {error.stderr}", "Commit or stash these changes.") from None


def _not_there(repository: Repository, folder: RunFolder, delivered: Delivered, now: str, source: str) -> UsageError:
    if is_ancestor(repository.top, source, now):
        count = len(commits_between(repository.top, source, now))
        return UsageError(
            f"{count} commit{'s were' if count > 1 else ' was'} made on top of run {folder.run}",
            _way_back(repository, folder, delivered, now),
        )
    return UsageError(f"HEAD is at {now[:12]}, not at {source[:12]} where run {folder.run} left it", "Go there first.")


def _way_back(repository: Repository, folder: RunFolder, delivered: Delivered, head: str) -> str:
    """Say how a run is taken back by commits on top of a head, or why it cannot be: it is tried first."""
    try:
        tip, _ = _reverted(repository, folder, delivered, head)
    except UsageError as error:
        return f"Commits on top cannot take it back by themselves either: {error.message}. {error.hint}"
    if tree_of(repository.top, tip) == tree_of(repository.top, head):
        return "It is taken back already: HEAD has nothing more of it."
    return f"To take the run back by commits on top: stomper undo --revert {folder.run}"


def revert(repository: Repository, wanted: str | None) -> str:
    """Take a run back by one revert commit per file on top of HEAD. Raises UsageError if one does not apply."""
    with _chosen(repository, wanted, "undone", lambda undone: not undone) as (folder, delivered):
        head = read_head(repository)
        if not delivered.commit or not is_ancestor(repository.top, delivered.new, head.commit):
            raise UsageError(f"HEAD does not have the commits of run {folder.run}", "Nothing to revert here.")
        tip, count = _reverted(repository, folder, delivered, head.commit)
        if tree_of(repository.top, tip) == tree_of(repository.top, head.commit):
            raise UsageError(f"run {folder.run} is taken back already", "HEAD has nothing more of it.")
        try:
            fast_forward(repository.top, tip, head.branch, f"stomper undo --revert {folder.run}")
        except GitError as error:
            raise UsageError(f"git would not move the checkout: {error.stderr}", "Commit or stash first.") from None
        span = f"{head.commit[:12]}..{tip[:12]}"
        return f"run {folder.run} is taken back by {plural(count, 'commit')}: git log --stat {span}"


def _reverted(repository: Repository, folder: RunFolder, delivered: Delivered, head: str) -> tuple[str, int]:
    """Make commits on top of a head that take a run back. Return the last, which no ref has, and their number.

    Raises UsageError if one does not apply.
    """
    commits = commits_between(repository.top, folder.read_header().base, delivered.new)
    return _revert_commits(repository, folder, list(reversed(commits)), head), len(commits)


def _revert_commits(repository: Repository, folder: RunFolder, commits: list[str], head: str) -> str:
    """Make a commit that reverts each of the commits, signed as the run's were. Returns the last one."""
    top, index = repository.top, folder.path / "revert-index"
    make = sign_commit if signs(top, folder.read_header().settings.git.sign) else commit_tree
    try:
        fill_index(top, index, head)
        for commit in commits:
            subject = subject_of(top, commit)
            try:
                apply_patch(top, index, make_patch(top, commit, f"{commit}^"), three_way=True)
            except GitError:
                raise UsageError(
                    f"later changes stand on '{subject}'",
                    f"Revert the commits of the run by hand: git revert {commits[-1][:12]}^..{commits[0][:12]}",
                ) from None
            message = f'Revert "{subject}"\n\nThis reverts commit {commit}.\n\nStomper-Run: {folder.run}\n'
            head = make(top, write_index_tree(top, index), [head], message)
        return head
    finally:
        index.unlink(missing_ok=True)
