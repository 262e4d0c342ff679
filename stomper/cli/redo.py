"""`stomper redo`."""

from pathlib import Path

import click

from stomper.cli.completing import offer_runs
from stomper.cli.options import here_repository
from stomper.cli.printing import tell
from stomper.commands.undo import redo


@click.command()
@click.argument("run", required=False, shell_complete=offer_runs)
@click.pass_obj
def command(here: Path, /, run: str | None) -> int:
    """Bring back a run that `stomper undo` took back, with the same commits.

    RUN is the beginning of a run's id; by default, the last run that was undone.
    """
    tell(redo(here_repository(here), run))
    return 0
