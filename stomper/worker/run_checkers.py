"""Let checkers look at a worktree: what they write there is theirs, and gone again after each.

Reports, caches and what tests write would otherwise pass for the next fixer's work, and a checker that fixes what it
looks at would have the next one judge other bytes than those that land.
"""

from collections.abc import Collection, Sequence

from stomper.checkers import Checker
from stomper.checkers.completeness import Look, Looks
from stomper.errors import CheckerError
from stomper.models import Diagnostic, printable
from stomper.text.counts import shorten
from stomper.workspace.contents import Snapshot
from stomper.workspace.worktree import Worktree

SHOWN = 5
ONLY_LOOK = "A checker must only look: have its command, or its configuration, fix and write nothing."


def check_worktree(
    checkers: Sequence[Checker],
    tree: Worktree,
    paths: Sequence[str],
    state: Snapshot | None = None,
    within: Collection[str] | None = None,
) -> tuple[Diagnostic, ...]:
    """The diagnostics of `look_at_worktree`, ordered by path and place."""
    return look_at_worktree(checkers, tree, paths, state, within).found


def look_at_worktree(
    checkers: Sequence[Checker],
    tree: Worktree,
    paths: Sequence[str],
    state: Snapshot | None = None,
    within: Collection[str] | None = None,
) -> Looks:
    """Give what all checkers say of `paths`, and how much of them each saw; the worktree is then what it was.

    That is a `state` where one is given: the worktree is first made just that, with nothing beside it. The caller
    vouches for all but the files `within`, if these are given.
    Raises CheckerError if one gave no result, or changed a file that it was given: what it said is of other bytes.
    """
    before = tree.snapshot() if state is None else state
    if state is not None:
        put_back(tree, state, within)
    looks: list[tuple[str, Look]] = []
    for checker in checkers:
        try:
            looks.append((checker.name, checker.look(tree.root, paths, tree.scratch)))
        finally:
            changed = put_back(tree, before, within)
        require_only_looked(checker.name, changed & set(paths))
    return Looks(tuple(looks))


def put_back(tree: Worktree, before: Snapshot, within: Collection[str] | None = None) -> set[str]:
    """Make the worktree just what it was, with nothing beside that; the paths that git would see and that were not."""
    changed, more = tree.contents.compare(before, within)
    if changed or more:
        tree.restore(before, within)
    return changed


def require_only_looked(name: str, changed: Collection[str]) -> None:
    """Raises CheckerError if files that a checker was to look at have been changed by it."""
    if changed:
        shown = shorten([printable(path) for path in sorted(changed)], SHOWN)
        raise CheckerError(f"{name} changed what it was to look at: {shown}", ONLY_LOOK)
