"""`stomper init`."""

import os
from pathlib import Path

import click

from stomper.cli.options import here_repository
from stomper.cli.printing import tell, tell_report
from stomper.commands.init import propose, require_none
from stomper.disk.atomic_write import write_atomically
from stomper.disk.output_places import require_outlet
from stomper.errors import UsageError

STDOUT = Path("-")


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Write it to this file; '-': to stdout.  [default: stomper.toml at the top of the repository]",
)
@click.option("--all", "everything", is_flag=True, help="Have every key there is in it, with its meaning.")
@click.pass_obj
def command(here: Path, /, output: Path | None, everything: bool) -> int:
    """Write a configuration after a look at the project; nothing of the project is executed.

    What was found out is set, with the reason. Other keys stand there as comments, with their defaults.
    A repository that has settings already keeps them.

    \b
    stomper init                 write stomper.toml
    stomper init --all -o -      print all keys with their meaning
    """
    repository = here_repository(here)
    if output == STDOUT:
        tell_report(propose(repository, everything))
        return 0
    require_none(repository.top)
    place = output or repository.top / "stomper.toml"
    write(place, propose(repository, everything))
    tell(f"written to {place}; look at it, then: stomper check")
    return 0


def write(place: Path, text: str) -> None:
    """Write a new file. Raises UsageError for one that is there already, or that cannot be written."""
    require_outlet(place, "--output")
    if os.path.lexists(place):
        raise UsageError(f"{place} is there already", "Remove it, or name another file: -o FILE.")
    try:
        write_atomically(place, text.encode())
    except OSError as error:
        raise UsageError(f"cannot write {place}: {error.strerror}", "Name a file in a folder that exists.") from None
