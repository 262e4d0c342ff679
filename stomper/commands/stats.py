"""`stomper stats`: what the recorded runs of a repository came to."""

import contextlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from stomper.disk.private_files import ForeignError
from stomper.errors import StomperError
from stomper.journal.find_run import own_runs, read_history
from stomper.journal.run_folder import RunFolder
from stomper.report.fates import Fates, PastRun, fates_of

MOST_RUNS = 100


def read_fates(state: Path) -> Fates:
    """Sum up what became of fixes in the last recorded runs, dry ones left out."""
    runs: list[RunFolder] = []
    with contextlib.suppress(ForeignError):  # another user's state folder tells nothing
        runs = own_runs(state)
    return fates_of(islice(_past_runs(runs), MOST_RUNS))


def _past_runs(runs: list[RunFolder]) -> Iterator[PastRun]:
    """Give the runs that ended, the last one first."""
    for folder in reversed(runs):
        with contextlib.suppress(StomperError):  # of another version
            history, report = read_history(folder), folder.read_report()
            if history is None or report is None or folder.read_header().settings.landing.dry_run:
                continue
            yield PastRun(report, history.delivered is not None and not history.undone)
