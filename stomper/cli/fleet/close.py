"""`stomper fleet close`."""

from pathlib import Path
from typing import Any

import click

from stomper.cli.fleet.forge_option import FORGE_OPTION
from stomper.cli.fleet.input import STATE_OPTION, state_of
from stomper.cli.fleet.pull_options import (
    DRY_OPTION,
    ONLY_OPTION,
    hearing,
    show_pulls,
    with_pull_options,
)
from stomper.cli.fleet.told import output_options, require_reports
from stomper.cli.help_groups import GroupedCommand
from stomper.fleet.folder import FleetFolder
from stomper.fleet.pulls.session import Wish, push_fleet
from stomper.git.repository import require_git


@click.command(cls=GroupedCommand)
@ONLY_OPTION
@FORGE_OPTION
@DRY_OPTION
@STATE_OPTION
@output_options
@click.pass_obj
def command(here: Path, /, **given: Any) -> int:
    """Take back what `stomper fleet push` made: close the pull requests, and delete their branches.

    One whose branch somebody else pushed to is left alone. What is merged stays merged.

    \b
    stomper fleet close --dry-run     each request that would be made
    stomper fleet close --only 'team-*'
    """
    require_reports(given)
    require_git()
    folder = FleetFolder(state_of(here, given))
    wish = Wish(lambda fleet: with_pull_options(fleet, given), withdraw=True, only=given["only"] or ())
    code = push_fleet(folder, wish, hearing(given))
    show_pulls(folder, given)
    return code
