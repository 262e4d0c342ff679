"""`stomper stats`."""

from pathlib import Path

import click

from stomper.cli.options import here_repository
from stomper.cli.printing import tell, tell_json
from stomper.disk.output_places import require_outlet
from stomper.learning.exchange import read_export, write_export
from stomper.learning.store import Store
from stomper.learning.summary import summarize, to_dict, to_text
from stomper.text.counts import plural

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group(invoke_without_command=True)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@click.pass_context
def command(ctx: click.Context, /, form: str) -> None:
    """Show how well agents and fixers of your own do: hardest and easiest codes, rates, time and cost of a fix.

    Runs record what came of each attempt, in the git directory (`learning = false`: nothing is). What is
    known decides which kind of prompt an agent is sent, and which agent is asked first.

    \b
    stomper stats                show it
    stomper stats export FILE    write it to a TOML file, for a team
    stomper stats import FILE    take over what others have learned; the same again adds nothing
    stomper stats reset          forget everything
    """
    if ctx.invoked_subcommand is None:
        summary = summarize(Store(here_repository(ctx.obj).state).load())
        tell_json(to_dict(summary)) if form == "json" else tell(*to_text(summary).splitlines())


@command.command("export")
@FILE
@click.pass_obj
def export_command(here: Path, /, file: Path) -> int:
    """Write what was learned here, and what was imported, to a TOML file."""
    require_outlet(file, "the export")
    learned = Store(here_repository(here).state).load()
    write_export(file, learned)
    tell(f"{plural(learned.runs, 'run')} in {file}")
    return 0


@command.command("import")
@FILE
@click.pass_obj
def import_command(here: Path, /, file: Path) -> int:
    """Take over what others have learned. What is known already is not counted again."""
    shares = read_export(file)
    new = Store(here_repository(here).state).add_shares(shares)
    tell(f"{new} of {len(shares)} repositories had something new")
    return 0


@command.command()
@click.pass_obj
def reset(here: Path, /) -> int:
    """Forget everything that was learned here or imported."""
    Store(here_repository(here).state).reset()
    tell("nothing is known of agents any more")
    return 0
