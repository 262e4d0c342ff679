"""Comments that the fixes of other files have made needless: the outcome without them is the same in all else."""

import contextlib
import dataclasses
from pathlib import Path

import pytest

from stomper.git.commit_stream import CommitStream
from stomper.git.worktrees import changed_blobs, make_patch
from stomper.models import (
    Attempt,
    AttemptResult,
    Changed,
    Diagnostic,
    Fixed,
    FixTask,
    Partial,
    Patch,
    Suppressed,
    Timing,
)
from stomper.run.drop_stale_suppressions import Desk
from stomper.units.division import as_it_is
from tests.kit.repo import GitRepo

PATH = "c.py"
BASE = "first = one()\nsecond = two()\n"
WARNING = "warning: deletes 70 % of the file"
ATTEMPTS = (
    Attempt("agent", AttemptResult.KEPT, 3, 2, 1.0, WARNING, warned=True),
    Attempt("suppress", AttemptResult.KEPT, 2, 0, 1.0),
)
TIMING = Timing(1.0, 2.0, 3)


def missing(line: int) -> Diagnostic:
    return Diagnostic("mypy", "no-untyped-call", "Call to untyped function", PATH, line, 1)


TASK = FixTask(0, PATH, (missing(1), missing(2)))


def idle(line: int) -> Diagnostic:
    return Diagnostic("mypy", "unused-ignore", 'Unused "type: ignore" comment', PATH, line, 1)


def silenced(*lines: int) -> str:
    """The file with a comment on each of these lines."""
    texts = BASE.splitlines()
    for line in lines:
        texts[line - 1] += "  # type: ignore[no-untyped-call]"
    return "\n".join(texts) + "\n"


@pytest.fixture
def outcome(repo: GitRepo) -> Suppressed:
    """Both lines are silenced, after a change that a guard has warned of."""
    base = repo.commit_file(PATH, BASE)
    changed = repo.commit_file(PATH, silenced(1, 2))
    patch = Patch(make_patch(repo.path, base, changed), changed_blobs(repo.path, base, changed))
    repo.git("reset", "--quiet", "--hard", base)
    found = TASK.diagnostics
    return Suppressed(
        path=PATH, before=found, suppressed=found, patch=patch, attempts=ATTEMPTS, timing=TIMING, reason=WARNING
    )


def relieved(repo: GitRepo, tmp_path: Path, outcome: Changed, *lines: int) -> Changed:
    """The outcome without its comments on these lines, which mypy says are needless."""
    task = dataclasses.replace(TASK, diagnostics=outcome.before)
    with contextlib.closing(CommitStream(repo.path, tmp_path / "index")) as stream:
        desk = Desk(repo.path, stream, repo.head, "", lambda path: as_it_is)
        better = desk.relieve(task, outcome, [idle(line) for line in lines])
    assert isinstance(better, Changed)
    (blob,) = better.patch.blobs
    assert blob.id is not None
    assert repo.git("cat-file", "blob", blob.id) + "\n" == silenced(*{1, 2}.difference(lines))
    return better


def test_one_that_still_suppresses_keeps_what_guards_warned_of(
    repo: GitRepo, tmp_path: Path, outcome: Suppressed
) -> None:
    better = relieved(repo, tmp_path, outcome, 1)
    assert isinstance(better, Suppressed)
    assert (better.suppressed, better.reason, better.attempts) == ((missing(2),), WARNING, ATTEMPTS)


def test_one_with_something_left_keeps_its_reason(repo: GitRepo, tmp_path: Path, outcome: Suppressed) -> None:
    partial = Partial(
        path=PATH, before=(*outcome.before, missing(3)), after=(missing(3),), patch=outcome.patch,
        attempts=ATTEMPTS, timing=TIMING, reason=f"no fixer has a fix; {WARNING}", suppressed=outcome.suppressed,
    )  # fmt: skip
    better = relieved(repo, tmp_path, partial, 2)
    assert isinstance(better, Partial)
    assert (better.after, better.suppressed, better.reason) == (partial.after, (missing(1),), partial.reason)


def test_one_that_suppresses_nothing_any_more_is_fixed(repo: GitRepo, tmp_path: Path, outcome: Suppressed) -> None:
    """A file of which more than comments was changed has something to land without them."""
    repo.git("reset", "--quiet", "--hard")
    text = silenced(1, 2).replace("two", "fixed")
    base, changed = repo.head, repo.commit_file(PATH, text)
    patch = Patch(make_patch(repo.path, base, changed), changed_blobs(repo.path, base, changed))
    repo.git("reset", "--quiet", "--hard", base)
    mixed = Suppressed(
        path=PATH, before=outcome.before, suppressed=outcome.suppressed, patch=patch,
        attempts=ATTEMPTS, timing=TIMING, reason=WARNING,
    )  # fmt: skip
    with contextlib.closing(CommitStream(repo.path, tmp_path / "index")) as stream:
        better = Desk(repo.path, stream, base, "", lambda path: as_it_is).relieve(TASK, mixed, [idle(1), idle(2)])
    assert isinstance(better, Fixed)
    assert better.reason == WARNING
