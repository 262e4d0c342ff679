"""`stomper fleet run`."""

from pathlib import Path
from typing import Any

import click

from stomper.cli.fleet.checked_options import require_options
from stomper.cli.fleet.input import STATE_OPTION, fleet_of, source_options, state_of, terms_options
from stomper.cli.fleet.told import output_options, require_reports, show, telling
from stomper.cli.help_groups import GroupedCommand
from stomper.fleet.folder import FleetFolder
from stomper.fleet.session import begin
from stomper.git.repository import require_git


@click.command(cls=GroupedCommand)
@source_options
@terms_options
@STATE_OPTION
@click.option("--anew", is_flag=True, help="Forget a fleet in this folder that was cut off.")
@output_options
@click.pass_obj
def command(here: Path, /, **given: Any) -> int:
    """Fix the repositories of a fleet, and report on all of them.

    FILE is a fleet.toml, or a list with an address or a path on each line ('-': from stdin); without FILE it
    is fleet.toml in the current folder. Each repository is fixed by a `stomper fix` of its own; -j counts the
    files of all together. One that fails, hangs or asks for a password holds no other.

    Exit codes: 0 nothing is left in any repository; 1 something is, or one failed; 2 wrong usage or
    configuration; 130 interrupted (`stomper fleet resume` goes on).

    \b
    stomper fleet run                              fleet.toml
    stomper fleet run repositories.txt -j 8        the repositories of a list, eight files at once
    stomper fleet run --discover ~/src --in-place  all checkouts below a folder, where they are
    """
    require_reports(given)
    fleet = fleet_of(here, given)
    require_options(fleet)
    require_git()
    folder = FleetFolder(state_of(here, given))
    code = begin(folder, fleet, given["anew"], telling(given))
    show(folder, given)
    return code
