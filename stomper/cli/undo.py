"""`stomper undo`."""

from pathlib import Path

import click

from stomper.cli.completing import offer_runs
from stomper.cli.options import here_repository
from stomper.cli.printing import tell
from stomper.commands.undo import revert, undo


@click.command()
@click.argument("run", required=False, shell_complete=offer_runs)
@click.option(
    "--revert", "by_revert", is_flag=True, help="Add one revert commit per file instead, for use after later commits."
)
@click.pass_obj
def command(here: Path, /, run: str | None, by_revert: bool) -> int:
    """Undo a run: put branch, index and files back to their state before it.

    Files that the run did not touch keep your later edits. If you have committed or edited on top, undo
    refuses and changes nothing. RUN is the beginning of a run's id; by default, the last run.
    """
    repository = here_repository(here)
    tell(revert(repository, run) if by_revert else undo(repository, run))
    return 0
