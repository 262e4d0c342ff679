"""`stomper fleet resume`."""

import dataclasses
from pathlib import Path
from typing import Any

import click

from stomper.cli.fleet.input import STATE_OPTION, state_of, terms_of, terms_options
from stomper.cli.fleet.told import output_options, require_reports, show, telling
from stomper.cli.help_groups import GroupedCommand
from stomper.fleet.folder import FleetFolder
from stomper.fleet.model import Fleet
from stomper.fleet.result import STATES, State
from stomper.fleet.session import go_on
from stomper.git.repository import require_git


def states(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[State, ...]:
    """Read the states of `--only`."""
    wanted = [word.strip() for word in (value or "").split(",") if word.strip()]
    if wrong := [word for word in wanted if word not in STATES]:
        raise click.BadParameter(f"'{wrong[0]}' is no state; known: {', '.join(STATES)}")
    return tuple(state for state in STATES if state in wanted)


@click.command(cls=GroupedCommand)
@click.option(
    "--only", metavar="STATES", callback=states, help="Also begin again what ended in these states: failed,partial"
)
@terms_options
@STATE_OPTION
@output_options
@click.pass_obj
def command(here: Path, /, only: tuple[State, ...], **given: Any) -> int:
    """Continue a fleet that was interrupted, killed, or out of a budget.

    Repositories that are done stay as they are. A run that was cut off in one goes on from there, so that the
    result is that of an unbroken fleet. Money and tokens of a budget go on counting, minutes begin anew: raise
    the limit that was reached. An option that is not given is as the fleet had it, whatever default the list names.
    """
    require_reports(given)
    require_git()
    terms = terms_of(given)

    def change(fleet: Fleet) -> Fleet:
        return dataclasses.replace(fleet, terms=dataclasses.replace(fleet.terms, **terms))

    folder = FleetFolder(state_of(here, given))
    code = go_on(folder, only, change, telling(given))
    show(folder, given)
    return code
