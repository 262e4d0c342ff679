"""`stomper fleet cleanup`."""

from pathlib import Path
from typing import Any

import click

from stomper.cli.fleet.input import STATE_OPTION, state_of
from stomper.cli.printing import tell
from stomper.errors import EXIT_CLEAN, UsageError
from stomper.fleet.clean_up import clean_up
from stomper.fleet.folder import FleetFolder


@click.command()
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Also forget the fleet: its journal and reports, its clones with what was fixed in them, all mirrors.",
)
@STATE_OPTION
@click.pass_obj
def command(here: Path, /, everything: bool, **given: Any) -> int:
    """Remove what a fleet that was killed left: processes, worktrees, half-made clones.

    A fleet that can be resumed stays so, and so do clones: what was fixed is in them. With --all they go; fetch
    or push what you want to keep before. Checkouts that were worked on in place stay in any case.
    """  # fmt: skip
    folder = FleetFolder(state_of(here, given))
    if not folder.exists:
        raise UsageError(f"there is no fleet in {folder.path}", "Name its folder: --state DIR")
    tell(*(list(clean_up(folder, everything)) or ["nothing to clean up"]))
    return EXIT_CLEAN
