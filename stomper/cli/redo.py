"""`stomper redo`."""

from pathlib import Path

import click

from stomper.cli.options import here_repository
from stomper.cli.printing import tell
from stomper.commands.undo import redo


@click.command()
@click.argument("run", required=False)
@click.pass_obj
def command(here: Path, /, run: str | None) -> int:
    """Bring back what `stomper undo` took, the very same commits.

    RUN is the beginning of a run's id; the last one that was undone without it.
    """
    tell(redo(here_repository(here), run))
    return 0
