"""`stomper fleet push`."""

from pathlib import Path
from typing import Any

import click

from stomper.cli.fleet.forge_option import FORGE_OPTION
from stomper.cli.fleet.input import STATE_OPTION, state_of
from stomper.cli.fleet.pull_options import (
    DRY_OPTION,
    ONLY_OPTION,
    hearing,
    pull_options,
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
@pull_options
@FORGE_OPTION
@DRY_OPTION
@STATE_OPTION
@output_options
@click.pass_obj
def command(here: Path, /, **given: Any) -> int:
    """Push what a fleet has fixed, and make or update one pull request for each repository.

    It is found again by a mark in its body; there is never a second. A branch that somebody else pushed to is
    left alone. One that was closed stays closed; one that is merged, or has nothing left to merge, is cleaned
    up. The token comes from GH_TOKEN and the like, from `gh`, or from what git knows.

    Exit codes: 0 all is done; 1 something was left alone, or failed, and the others are done.

    \b
    stomper fleet push --dry-run             each request that would be made
    stomper fleet push --label lint --draft  make them, as drafts with a label
    stomper fleet close                      take them back
    """  # fmt: skip
    require_reports(given)
    require_git()
    folder = FleetFolder(state_of(here, given))
    code = push_fleet(
        folder, Wish(lambda fleet: with_pull_options(fleet, given), only=given["only"] or ()), hearing(given)
    )
    show_pulls(folder, given)
    return code
