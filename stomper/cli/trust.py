"""`stomper trust`."""

from pathlib import Path

import click

from stomper.checkers.enabled import wanted_checkers
from stomper.cli.consent import CommandLine, origins_here
from stomper.cli.options import here_repository
from stomper.cli.printing import tell
from stomper.config import load_settings
from stomper.git.repository import Repository
from stomper.trust import Ask, Tree, every_use, lines, list_asks, read_record


@click.command()
@click.option(
    "--list",
    "show",
    is_flag=True,
    help="Show what the repository asks for and whether you have agreed; record nothing.",
)
@click.option("--revoke", is_flag=True, help="Take back all agreements for this repository.")
@click.pass_obj
def command(here: Path, /, show: bool, revoke: bool) -> int:
    """Let this repository execute its programs, commands, plugins, tests and agents on your machine.

    Stomper lists them, and records your answer in your own data folder, by the path of the repository and by
    the content of each item. If an item changes, Stomper asks again; tests may change, since they are the
    repository's code. Use --list to look first, or work with --untrusted, which executes nothing of it.
    """
    if show and revoke:
        raise click.UsageError("--list and --revoke: use one of them")
    repository = here_repository(here)
    record = read_record(repository)
    if revoke:
        tell("nothing is agreed to any more" if record.forget() else "nothing was agreed to")
        return 0
    asks = all_asks(repository)
    if not asks:
        tell("this repository asks for nothing")
    elif show:
        states = ("agreed" if record.has(ask) else "new" for ask in asks)
        tell(*(f"{state:6}{line}" for state, line in zip(states, lines(asks), strict=True)))
    else:
        record.add(asks)
        tell("agreed to, until it changes:", *lines(asks))
    return 0


def all_asks(repository: Repository) -> tuple[Ask, ...]:
    """All that any command could have executed here, whatever its options."""
    settings = load_settings(repository.top, {})
    use = every_use(settings, sorted(wanted_checkers(settings, {}, repository.top)))
    return list_asks(Tree(repository), settings, origins_here(repository, CommandLine()), use)
