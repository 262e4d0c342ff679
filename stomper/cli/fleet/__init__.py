"""`stomper fleet`: a group of commands, one file each."""

import click

from stomper.cli.main import LazyGroup

COMMANDS = {
    "run": "Fix the repositories of a fleet, and report on all of them.",
    "plan": "Show what run would work on, and what is in its way; fetch and change nothing.",
    "status": "Show how far a fleet has come, and what is worked on.",
    "resume": "Continue a fleet that was interrupted, killed, or out of a budget.",
    "report": "Show the report of a fleet.",
    "push": "Push what was fixed, and make or update one pull request for each repository.",
    "close": "Close the pull requests that push made, and delete their branches.",
    "cleanup": "Remove what a fleet that was killed left; with --all everything that a fleet has.",
}


class FleetGroup(LazyGroup):
    """The same for the commands of a fleet."""

    package = "stomper.cli.fleet"
    known = COMMANDS


@click.group(cls=FleetGroup)
def command() -> None:
    """Fix many repositories by one command, and get one report.

    Repositories come from fleet.toml, from a list of addresses and paths, or are found below a folder. What
    is elsewhere is fetched into a cache of mirrors and worked on in a clone of the fleet's own; a checkout
    that is named by its path is worked on where it is.

    \b
    stomper fleet plan repositories.txt    what would be worked on
    stomper fleet run repositories.txt     work on it
    stomper fleet status --watch           what is worked on now
    stomper fleet report                   what became of each repository
    """
