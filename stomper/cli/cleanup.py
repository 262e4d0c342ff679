"""`stomper cleanup`."""

from collections.abc import Iterator
from pathlib import Path

import click

from stomper.cli.options import here_repository
from stomper.cli.printing import tell, tell_error
from stomper.config import load_settings
from stomper.environments.store import clean_up as clean_up_environments
from stomper.journal.cleanup import Tidied, tidy_up
from stomper.journal.run_lock import run_lock
from stomper.outcome_cache.store import Filling, Store
from stomper.text.counts import plural


@click.command()
@click.option("--cache", is_flag=True, help="Also empty the cache of outcomes, and remove environments made for it.")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Also forget all runs: none can be undone or resumed; empty the cache.",
)
@click.pass_obj
def command(here: Path, /, cache: bool, everything: bool) -> int:
    """Remove what dead runs left: processes, worktrees, refs, temporary folders.

    Every `stomper fix` does this at its start. Cleanup removes only what Stomper can prove to be its own;
    runs that you can resume or undo stay, within `history.keep_runs` and `history.keep_days`. It names and
    leaves alone what another user made, and anything else in a place of Stomper's.
    """
    repository = here_repository(here)
    keep = None if everything else load_settings(repository.top, {}).history
    with run_lock(repository.state, "cleanup"):
        tidied = tidy_up(repository, keep)
        emptied = Store(repository.state, 0).clear() if cache or everything else Filling()
        environments = clean_up_environments(repository.common, everything=cache or everything)
    lines = [f"ended {tidied.processes} processes"] if tidied.processes else []
    lines += [f"removed {kind} {name}" for kind, name in tidied.removed()]
    lines += [f"removed environment {name}" for name in environments]
    lines += _lost(tidied) if everything else []
    lines += [f"emptied the cache: {plural(emptied.entries, 'outcome')}"] if emptied.entries else []
    tell(*(lines or ["nothing to clean up"]))
    for remark in tidied.remarks():
        tell_error("note", "yellow", remark)
    return 0


def _lost(tidied: Tidied) -> Iterator[str]:
    """Say how to come by the results that no branch may have any more; git keeps them for a while."""
    for name, commit in tidied.refs:
        yield f"{name} was at {commit[:12]}: git branch NAME {commit[:12]}"
