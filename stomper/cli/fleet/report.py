"""`stomper fleet report`."""

from pathlib import Path
from typing import Any

import click

from stomper.cli.fleet.input import STATE_OPTION, state_of
from stomper.cli.fleet.told import output_options, require_reports, show
from stomper.cli.help_groups import GroupedCommand
from stomper.errors import EXIT_CLEAN
from stomper.fleet.folder import FleetFolder


@click.command(cls=GroupedCommand)
@STATE_OPTION
@output_options
@click.pass_obj
def command(here: Path, /, **given: Any) -> int:
    """Show the report of a fleet, also of one that is at work; nothing is run.

    \b
    stomper fleet report                       what became of each repository, and what is left by code
    stomper fleet report -v                    a line on each repository, however many there are
    stomper fleet report --report fleet.json   all of it, for scripts
    """
    require_reports(given)
    show(FleetFolder(state_of(here, given)), given)
    return EXIT_CLEAN
