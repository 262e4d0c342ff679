"""Find the runs of a repository: all, those that this user made, the one that is meant."""

import os
from collections.abc import Callable
from pathlib import Path

from stomper.disk.private_files import ForeignError, close_folder, require_plain
from stomper.disk.validate import is_run
from stomper.errors import StomperError, UsageError
from stomper.journal.history import History
from stomper.journal.run_folder import RunFolder


def find_run(state: Path, wanted: str | None, suits: Callable[[History], bool], what: str) -> RunFolder:
    """The run whose id begins with `wanted`, or the last one that suits. Raises UsageError if there is none.

    `what` is what one that suits can be, for the message: "resumed". A run that this user did not make is none; raises
    ForeignError where it is named.
    """
    runs = [folder for folder in all_runs(state) if folder.exists or folder.why_foreign()]
    if wanted is not None:
        found = [folder for folder in runs if folder.run.startswith(wanted)]
        if len(found) != 1:
            many = "several runs begin" if found else "no run begins"
            raise UsageError(f"{many} with '{wanted}'", "`stomper status` lists the runs of this repository.")
        require_own(found[0])
        found[0].read_header()
        if not suits(found[0].history(outcomes=False)):
            raise UsageError(f"run {found[0].run} cannot be {what}", "`stomper status` says what became of it.")
        return found[0]
    own = (folder for folder in reversed(runs) if not folder.why_foreign() and _is_named_so(folder))
    fitting = (folder for folder in own if (history := read_history(folder)) is not None and suits(history))
    if (last := next(fitting, None)) is None:
        raise UsageError(f"there is no run that could be {what}", "`stomper status` lists the runs of this repository.")
    return last


def _is_named_so(folder: RunFolder) -> bool:
    """Say whether a run has the name that it wrote of itself: one that was renamed is not the run of that name."""
    try:
        folder.read_header()
    except StomperError:
        return False
    return True


def require_own(folder: RunFolder) -> None:
    """Raises ForeignError for a run that this user did not make: what it says is somebody else's."""
    if why := folder.why_foreign():
        raise ForeignError(
            f"run {folder.run} is not one that you made: {why}",
            f"Nothing of it is used. If you know that it is yours, make it yours alone: chmod -R go= {folder.path}",
        )


def read_history(folder: RunFolder) -> History | None:
    """Read the history of a run; None if another version wrote it, which is left alone."""
    try:
        return folder.history(outcomes=False)
    except StomperError:
        return None


def runs_folder(state: Path) -> Path:
    return state / "runs"


def all_runs(state: Path) -> list[RunFolder]:
    """The runs of a repository, oldest first (their ids begin with the time), also those that others made.

    Raises ForeignError if the state folder itself is another user's.
    """
    folder = runs_folder(state)
    for place in (state, folder):
        if not os.path.lexists(place):
            return []
        close_folder(place)
    require_plain(state)
    return [RunFolder(folder / name) for name in sorted(path.name for path in folder.iterdir()) if is_run(name)]


def own_runs(state: Path) -> list[RunFolder]:
    """Give the runs that this user made. Raises ForeignError as `all_runs` does."""
    return [folder for folder in all_runs(state) if not folder.why_foreign()]
