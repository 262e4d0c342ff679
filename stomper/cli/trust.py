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
@click.option("--list", "show", is_flag=True, help="Only show what it asks for, and whether you have agreed.")
@click.option("--revoke", is_flag=True, help="Agree to nothing of this repository any more.")
@click.pass_obj
def command(here: Path, /, show: bool, revoke: bool) -> int:
    """Agree to what this repository has executed on your machine: its programs, commands, plugins, tests, agents.

    It is listed, and recorded in your own data folder by the repository's place and by the content of what asks. What
    changes is asked for again. Tests are agreed to whatever becomes of them: they are the repository's code.
    Look first with --list, or work with --untrusted, where nothing of it is executed.
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
