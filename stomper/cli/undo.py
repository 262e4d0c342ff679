"""`stomper undo`."""

from pathlib import Path

import click

from stomper.cli.options import here_repository
from stomper.cli.printing import tell
from stomper.commands.undo import revert, undo


@click.command()
@click.argument("run", required=False)
@click.option(
    "--revert", "by_revert", is_flag=True, help="Add one revert commit per file instead: for when others stand on top."
)
@click.pass_obj
def command(here: Path, /, run: str | None, by_revert: bool) -> int:
    """Take back what a run did: branch, index and files as they were before it.

    Files that the run did not touch keep your later edits. It refuses, and changes nothing, where
    you have committed or edited on top. RUN is the beginning of a run's id; the last one without it.
    """
    repository = here_repository(here)
    tell(revert(repository, run) if by_revert else undo(repository, run))
    return 0
